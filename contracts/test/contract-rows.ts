import { readFileSync } from 'node:fs';
import { createFileRegistry, ScalarType } from '@bufbuild/protobuf';
import type { DescEnum, DescField, DescFile, DescMessage, DescMethod } from '@bufbuild/protobuf';
import type { FileDescriptorSet } from '@bufbuild/protobuf/wkt';

/** One line of a contract table: kind, owner, number or name, name or request, type or response. */
export interface ContractRow {
  readonly kind: string;
  readonly owner: string;
  readonly columns: readonly [string, string, string];
  /** The file that declares the owner; undefined in a table that does not say. */
  readonly file: string | undefined;
}

/** The options of a file that generated clients depend on. */
export interface PublishedOptions {
  readonly goPackage: string | undefined;
  readonly javaMultipleFiles: boolean | undefined;
  readonly javaOuterClassname: string | undefined;
  readonly javaPackage: string | undefined;
}

/** Reads a table. Its `file` lines say in which file the owners below them stand. */
export function readTable(name: string): readonly ContractRow[] {
  const lines = readFileSync(new URL(`../tables/${name}`, import.meta.url), 'utf8').trimEnd().split('\n').slice(1);
  let file: string | undefined;
  return lines.map((line) => {
    const [kind = '', owner = '', a = '', b = '', c = ''] = line.split('\t');
    if (kind === 'file') file = owner;
    return { kind, owner, columns: [a, b, c], file };
  });
}

/** What the descriptors declare, in the form of the tables. */
export function rowsOf(set: FileDescriptorSet): readonly ContractRow[] {
  return ownFiles(set).flatMap((file) => [
    row(file, 'file', file.proto.name, [packageOf(file), '', '']),
    ...file.services.flatMap((service) =>
      service.methods.map((method) => row(file, 'rpc', service.typeName, [method.name, ...typesOf(file, method)])),
    ),
    ...file.messages.flatMap((message) => message.fields.map((field) => fieldRow(file, message, field))),
    ...file.enums.flatMap((one) => one.values.map(({ number, name }) => row(file, 'value', one.typeName, [String(number), name, '']))),
  ]);
}

/** The options of each file, by its path. */
export function optionsOf(set: FileDescriptorSet): ReadonlyMap<string, PublishedOptions> {
  return new Map(
    ownFiles(set).map(({ proto: { name, options } }) => [
      name,
      {
        goPackage: options?.goPackage,
        javaMultipleFiles: options?.javaMultipleFiles,
        javaOuterClassname: options?.javaOuterClassname,
        javaPackage: options?.javaPackage,
      },
    ]),
  );
}

/** Everything that a file declares besides what the tables can say; empty in this contract. */
export function unsaid(set: FileDescriptorSet): readonly string[] {
  return ownFiles(set).flatMap((file) => [
    ...file.extensions.map(({ typeName }) => `extension ${typeName}`),
    ...file.messages.filter(({ fields }) => fields.length === 0).map(({ typeName }) => `empty ${typeName}`),
    ...file.messages.flatMap((message) => [
      ...message.nestedMessages.map(({ typeName }) => `nested ${typeName}`),
      ...message.nestedEnums.map(({ typeName }) => `nested ${typeName}`),
      ...message.oneofs.map(({ name }) => `oneof ${message.typeName}.${name}`),
      ...message.fields.filter(isUnpacked).map(({ name }) => `packed=false on ${message.typeName}.${name}`),
    ]),
    ...(file.proto.syntax === 'proto3' ? [] : [`syntax ${file.proto.syntax} of ${file.proto.name}`]),
  ]);
}

function ownFiles(set: FileDescriptorSet): readonly DescFile[] {
  return [...createFileRegistry(set).files].filter((file) => !file.proto.name.startsWith('google/'));
}

const row = (file: DescFile, kind: string, owner: string, columns: ContractRow['columns']): ContractRow => ({
  kind,
  owner,
  columns,
  file: file.proto.name,
});

function fieldRow(file: DescFile, message: DescMessage, field: DescField): ContractRow {
  const odd = field.proto.jsonName === jsonNameOf(field.name) ? '' : ` [json_name=${field.proto.jsonName}]`;
  return row(file, 'field', message.typeName, [String(field.number), field.name, `${typeOf(file, field)}${odd}`]);
}

const isUnpacked = (field: DescField): boolean => field.fieldKind === 'list' && field.packed !== defaultsToPacked(field);
const defaultsToPacked = ({ message, scalar }: DescField): boolean =>
  message === undefined && scalar !== ScalarType.STRING && scalar !== ScalarType.BYTES;

const jsonNameOf = (name: string): string => name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());

function typeOf(file: DescFile, field: DescField): string {
  const optional = field.proto.proto3Optional ? 'optional ' : '';
  switch (field.fieldKind) {
    case 'map':
      return `map<${SCALARS[field.mapKey]}, ${elementOf(file, field)}>`;
    case 'list':
      return `repeated ${elementOf(file, field)}`;
    default:
      return `${optional}${elementOf(file, field)}`;
  }
}

function elementOf(file: DescFile, field: DescField): string {
  if (field.message !== undefined) return nameFrom(file, field.message);
  return field.enum !== undefined ? nameFrom(file, field.enum) : (SCALARS[field.scalar ?? 0] ?? 'unknown');
}

function typesOf(file: DescFile, { methodKind, input, output }: DescMethod): readonly [string, string] {
  const streamed = (streams: boolean, type: DescMessage): string => `${streams ? 'stream ' : ''}${nameFrom(file, type)}`;
  return [
    streamed(methodKind === 'client_streaming' || methodKind === 'bidi_streaming', input),
    streamed(methodKind === 'server_streaming' || methodKind === 'bidi_streaming', output),
  ];
}

/** A type of the same package goes by its short name, as in the tables. */
function nameFrom(file: DescFile, { typeName }: DescMessage | DescEnum): string {
  const prefix = `${packageOf(file)}.`;
  return typeName.startsWith(prefix) ? typeName.slice(prefix.length) : typeName;
}

const packageOf = (file: DescFile): string => file.proto.package;

/** The scalar types by their numbers in descriptor.proto. */
const SCALARS: Readonly<Record<number, string>> = {
  1: 'double',
  2: 'float',
  3: 'int64',
  4: 'uint64',
  5: 'int32',
  6: 'fixed64',
  7: 'fixed32',
  8: 'bool',
  9: 'string',
  12: 'bytes',
  13: 'uint32',
  15: 'sfixed32',
  16: 'sfixed64',
  17: 'sint32',
  18: 'sint64',
};
