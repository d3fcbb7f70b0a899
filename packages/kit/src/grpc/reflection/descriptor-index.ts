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

/** The bytes that were given are no FileDescriptorSet. */
class BadDescriptors extends Error {
  override readonly name = 'BadDescriptors';
}

/** The files of a serialized `google.protobuf.FileDescriptorSet`. Throws `BadDescriptors`. */
export function readDescriptorSet(set: Uint8Array): readonly DescribedFile[] {
  const files: DescribedFile[] = [];
  try {
    const reader = new BinaryReader(set);
    while (reader.pos < reader.len) {
      const [field, type] = reader.tag();
      if (field === 1 && type === WireType.LengthDelimited) {
        const bytes = reader.bytes();
        files.push({ descriptor: fromBinary(FileDescriptorProtoSchema, bytes), bytes });
      } else reader.skip(type, field);
    }
  } catch (cause) {
    throw new BadDescriptors('the descriptors are no FileDescriptorSet', { cause });
  }
  return files;
}

export const described = (descriptor: FileDescriptorProto): DescribedFile => ({
  descriptor,
  bytes: toBinary(FileDescriptorProtoSchema, descriptor),
});

/** Finds files by their path, by a name that they declare, and by the extensions that they make. */
export class DescriptorIndex {
  readonly #byPath = new Map<string, DescribedFile>();
  readonly #bySymbol = new Map<string, DescribedFile>();
  /** From the extended message to the file of each field number. */
  readonly #extensions = new Map<string, Map<number, DescribedFile>>();

  /** Of two files with one path the first counts. */
  constructor(files: readonly DescribedFile[]) {
    for (const file of files) {
      if (this.#byPath.has(file.descriptor.name)) continue;
      this.#byPath.set(file.descriptor.name, file);
      this.#addSymbols(file);
    }
  }

  fileAt(path: string): DescribedFile | undefined {
    return this.#byPath.get(path);
  }

  /** `symbol`: the full name of a message, field, enum, enum value, service, method or extension. */
  fileWith(symbol: string): DescribedFile | undefined {
    return this.#bySymbol.get(symbol);
  }

  fileExtending(message: string, number: number): DescribedFile | undefined {
    return this.#extensions.get(message)?.get(number);
  }

  /** The numbers by which a message is extended, in rising order; undefined for a message that there is not. */
  extensionsOf(message: string): readonly number[] | undefined {
    if (!this.#bySymbol.has(message)) return undefined;
    return [...(this.#extensions.get(message)?.keys() ?? [])].sort((a, b) => a - b);
  }

  /** The file and all that it rests on, itself first, each once. */
  withDependencies(file: DescribedFile): readonly DescribedFile[] {
    const found = new Set([file]);
    for (const one of found) {
      for (const path of one.descriptor.dependency) {
        const dependency = this.#byPath.get(path);
        if (dependency !== undefined) found.add(dependency);
      }
    }
    return [...found];
  }

  #addSymbols(file: DescribedFile): void {
    const { package: pkg, messageType, enumType, service, extension } = file.descriptor;
    const scope = pkg === '' ? '' : `${pkg}.`;
    for (const one of messageType) this.#addMessage(file, scope, one);
    for (const one of enumType) this.#addEnum(file, scope, one);
    for (const one of extension) this.#addExtension(file, scope, one);
    for (const one of service) {
      this.#bySymbol.set(scope + one.name, file);
      for (const method of one.method) this.#bySymbol.set(`${scope}${one.name}.${method.name}`, file);
    }
  }

  #addMessage(file: DescribedFile, scope: string, message: DescriptorProto): void {
    const inner = `${scope}${message.name}.`;
    this.#bySymbol.set(scope + message.name, file);
    for (const one of [...message.field, ...message.oneofDecl]) this.#bySymbol.set(inner + one.name, file);
    for (const one of message.nestedType) this.#addMessage(file, inner, one);
    for (const one of message.enumType) this.#addEnum(file, inner, one);
    for (const one of message.extension) this.#addExtension(file, inner, one);
  }

  /** The values of an enum are named beside it, not within. */
  #addEnum(file: DescribedFile, scope: string, { name, value }: EnumDescriptorProto): void {
    this.#bySymbol.set(scope + name, file);
    for (const one of value) this.#bySymbol.set(scope + one.name, file);
  }

  #addExtension(file: DescribedFile, scope: string, { name, extendee, number }: FieldDescriptorProto): void {
    this.#bySymbol.set(scope + name, file);
    const extended = extendee.replace(/^\./, '');
    const numbers = this.#extensions.get(extended) ?? new Map<number, DescribedFile>();
    this.#extensions.set(extended, numbers.set(number, file));
  }
}
