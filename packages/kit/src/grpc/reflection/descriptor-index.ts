import { fromBinary, toBinary } from '@bufbuild/protobuf';
import { BinaryReader, WireType } from '@bufbuild/protobuf/wire';
import {
  FileDescriptorProtoSchema,
  type DescriptorProto,
  type EnumDescriptorProto,
  type FieldDescriptorProto,
  type FileDescriptorProto,
} from '@bufbuild/protobuf/wkt';

/** A .proto file with its bytes as they were built: clients get exactly these. */
export interface DescribedFile {
  readonly descriptor: FileDescriptorProto;
  readonly bytes: Uint8Array;
}

/** What is kept of it: a descriptor with all its comments is several times as large. */
interface ServedFile {
  readonly bytes: Uint8Array;
  readonly dependencies: readonly string[];
}

/** The bytes that were given are no FileDescriptorSet. */
class BadDescriptors extends Error {
  override readonly name = 'BadDescriptors';
}

/** The serialized files of a `google.protobuf.FileDescriptorSet`, not looked into. Throws `BadDescriptors`. */
export function splitDescriptorSet(set: Uint8Array): readonly Uint8Array[] {
  const files: Uint8Array[] = [];
  try {
    const reader = new BinaryReader(set);
    while (reader.pos < reader.len) {
      const [field, type] = reader.tag();
      if (field === 1 && type === WireType.LengthDelimited) files.push(reader.bytes());
      else reader.skip(type, field);
    }
  } catch (cause) {
    throw new BadDescriptors('the descriptors are no FileDescriptorSet', { cause });
  }
  return files;
}

export const decodeFile = (bytes: Uint8Array): DescribedFile => ({ descriptor: fromBinary(FileDescriptorProtoSchema, bytes), bytes });

export const encodeFile = (descriptor: FileDescriptorProto): DescribedFile => ({
  descriptor,
  bytes: toBinary(FileDescriptorProtoSchema, descriptor),
});

/** Finds files by their path, by a name that they declare, and by the extensions that they make. */
export class DescriptorIndex {
  readonly #byPath = new Map<string, ServedFile>();
  readonly #bySymbol = new Map<string, ServedFile>();
  /** From the extended message to the file of each field number. */
  readonly #extensions = new Map<string, Map<number, ServedFile>>();

  /** Of two files with one path the first counts. */
  constructor(files: readonly DescribedFile[]) {
    for (const { descriptor, bytes } of files) {
      if (this.#byPath.has(descriptor.name)) continue;
      const file = { bytes, dependencies: descriptor.dependency };
      this.#byPath.set(descriptor.name, file);
      this.#addSymbols(file, descriptor);
    }
  }

  /** The bytes of the file under this path and of all that it rests on, itself first; undefined when there is none. */
  filesAt(path: string): readonly Uint8Array[] | undefined {
    return this.#withDependencies(this.#byPath.get(path));
  }

  /** The same for the file that declares `symbol`: the full name of a message, field, enum, enum value, service, method or extension. */
  filesWith(symbol: string): readonly Uint8Array[] | undefined {
    return this.#withDependencies(this.#bySymbol.get(symbol));
  }

  filesExtending(message: string, number: number): readonly Uint8Array[] | undefined {
    return this.#withDependencies(this.#extensions.get(message)?.get(number));
  }

  /** The numbers by which a message is extended, in rising order; undefined for a message that there is not. */
  extensionsOf(message: string): readonly number[] | undefined {
    if (!this.#bySymbol.has(message)) return undefined;
    return [...(this.#extensions.get(message)?.keys() ?? [])].sort((a, b) => a - b);
  }

  #withDependencies(file: ServedFile | undefined): readonly Uint8Array[] | undefined {
    if (file === undefined) return undefined;
    const found = new Set([file]);
    for (const one of found) {
      for (const path of one.dependencies) {
        const dependency = this.#byPath.get(path);
        if (dependency !== undefined) found.add(dependency);
      }
    }
    return [...found].map(({ bytes }) => bytes);
  }

  #addSymbols(file: ServedFile, { package: pkg, messageType, enumType, service, extension }: FileDescriptorProto): void {
    const scope = pkg === '' ? '' : `${pkg}.`;
    for (const one of messageType) this.#addMessage(file, scope, one);
    for (const one of enumType) this.#addEnum(file, scope, one);
    for (const one of extension) this.#addExtension(file, scope, one);
    for (const one of service) {
      this.#bySymbol.set(scope + one.name, file);
      for (const method of one.method) this.#bySymbol.set(`${scope}${one.name}.${method.name}`, file);
    }
  }

  #addMessage(file: ServedFile, scope: string, message: DescriptorProto): void {
    const inner = `${scope}${message.name}.`;
    this.#bySymbol.set(scope + message.name, file);
    for (const one of [...message.field, ...message.oneofDecl]) this.#bySymbol.set(inner + one.name, file);
    for (const one of message.nestedType) this.#addMessage(file, inner, one);
    for (const one of message.enumType) this.#addEnum(file, inner, one);
    for (const one of message.extension) this.#addExtension(file, inner, one);
  }

  /** The values of an enum are named beside it, not within. */
  #addEnum(file: ServedFile, scope: string, { name, value }: EnumDescriptorProto): void {
    this.#bySymbol.set(scope + name, file);
    for (const one of value) this.#bySymbol.set(scope + one.name, file);
  }

  #addExtension(file: ServedFile, scope: string, { name, extendee, number }: FieldDescriptorProto): void {
    this.#bySymbol.set(scope + name, file);
    const extended = extendee.replace(/^\./, '');
    const numbers = this.#extensions.get(extended) ?? new Map<number, ServedFile>();
    this.#extensions.set(extended, numbers.set(number, file));
  }
}
