import { readFileSync } from 'node:fs';
import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import {
  FileDescriptorProtoSchema,
  FileDescriptorSetSchema,
  type DescriptorProto,
  type FileDescriptorProto,
  type ServiceDescriptorProto,
} from '@bufbuild/protobuf/wkt';
import { LONG_NAME_PREFIX } from './long-names.ts';

const DESCRIPTOR_SET = new URL('../gen/descriptors.binpb', import.meta.url);

/** The contract as data, with its comments, for a reflection service. */
export interface Descriptors {
  /** Full names of all services, the long ones included, sorted. */
  readonly services: readonly string[];
  /** Each file's serialised FileDescriptorProto by its path (`proto/payment/v1/payment.proto`); what a file imports comes before it. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** The path of the file that declares a service, method, message or enum, by its full name without a leading dot. */
  readonly pathOfSymbol: ReadonlyMap<string, string>;
}

/** The published files as a serialised `google.protobuf.FileDescriptorSet`, as the generator has written it: for a server that looks into it itself. */
export const readDescriptorSet = (): Uint8Array => readFileSync(DESCRIPTOR_SET);

/** Reads the descriptors that the generator has written; takes some 30 ms, so a server does it when it is asked for the first time. */
export function readDescriptors(): Descriptors {
  const published = fromBinary(FileDescriptorSetSchema, readDescriptorSet()).file;
  const files = [...published, ...published.filter((file) => file.service.length > 0).map(longNamed)];
  return {
    services: files.flatMap((file) => file.service.map(({ name }) => `${file.package}.${name}`)).sort(),
    files: new Map(files.map((file) => [file.name, toBinary(FileDescriptorProtoSchema, file)])),
    pathOfSymbol: new Map(files.flatMap((file) => symbolsOf(file).map((symbol) => [symbol, file.name]))),
  };
}

/** A file beside the published one that declares its services again under their long names, on the same messages. */
function longNamed(file: FileDescriptorProto): FileDescriptorProto {
  const name = `${LONG_NAME_PREFIX.replaceAll('.', '/')}${file.name}`;
  return create(FileDescriptorProtoSchema, {
    name,
    package: `${LONG_NAME_PREFIX}${file.package}`,
    dependency: [file.name, ...file.dependency],
    service: file.service,
    syntax: file.syntax,
  });
}

function symbolsOf(file: FileDescriptorProto): readonly string[] {
  const within = (name: string): string => `${file.package}.${name}`;
  return [
    ...file.service.flatMap((service) => namesIn(service).map(within)),
    ...file.messageType.flatMap((message) => messagesIn(message).map(within)),
    ...file.enumType.map(({ name }) => within(name)),
  ];
}

const namesIn = ({ name, method }: ServiceDescriptorProto): readonly string[] => [name, ...method.map((one) => `${name}.${one.name}`)];

const messagesIn = ({ name, nestedType, enumType }: DescriptorProto): readonly string[] => [
  name,
  ...enumType.map((one) => `${name}.${one.name}`),
  ...nestedType.flatMap((one) => messagesIn(one).map((inner) => `${name}.${inner}`)),
];
