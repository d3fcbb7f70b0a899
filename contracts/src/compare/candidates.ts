import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { decodeMessage, encodeMessage, type GeneratedMessage } from '../codec.ts';
import { CONTRACTS } from '../tools/buf.ts';

/** One message's bytes and values by some generator's code. Both sides speak Buffer, as grpc-js does. */
export interface Codec {
  /** The value in the form that this generator's code wants; not measured. */
  readonly prepare: (value: unknown) => unknown;
  readonly encode: (value: unknown) => Uint8Array;
  readonly decode: (bytes: Buffer) => unknown;
}

/** A generator, and how its code is used under grpc-js. */
export interface Candidate {
  /** What npm has to install for it, in exact versions. */
  readonly packages: readonly string[];
  /** The plugin of buf that writes the code: a script inside node_modules, and its options. Undefined where buf does not call it. */
  readonly plugin: { readonly script: string; readonly options: readonly string[] } | undefined;
  /** Loads the code of one message from the folder that was written. */
  readonly load: (folder: string, message: string) => Promise<Codec>;
}

const INVENTORY = 'proto/reservation/v1/inventory';

export const CANDIDATES: Readonly<Record<string, Candidate>> = {
  'ts-proto, our writer': {
    packages: [],
    plugin: undefined,
    load: async (_, message) => {
      const type: GeneratedMessage<unknown> = await exportOf(join(CONTRACTS, 'gen', `${INVENTORY}.ts`), message);
      return { prepare: asIs, encode: (value) => encodeMessage(type, value), decode: (bytes) => decodeMessage(type, bytes) };
    },
  },
  'ts-proto': {
    packages: ['ts-proto@2.18.0', '@bufbuild/protobuf@2.17.0'],
    plugin: {
      script: 'ts-proto/protoc-gen-ts_proto',
      options: ['enumsAsLiterals=true', 'importSuffix=.ts', 'esModuleInterop=true', 'useDate=false', 'outputServices=none'],
    },
    load: async (folder, message) => {
      const type: GeneratedMessage<unknown> = await exportOf(join(folder, `${INVENTORY}.ts`), message);
      return { prepare: asIs, encode: (value) => bufferOn(type.encode(value).finish()), decode: (bytes) => type.decode(bytes) };
    },
  },
  'protobufjs, static': {
    packages: ['protobufjs@8.8.1', 'protobufjs-cli@2.7.1'],
    plugin: undefined,
    load: async (folder, message) => {
      const root: ProtobufJsPackage = await exportOf(join(folder, 'static.js'), 'reservation');
      const type = root['v1']?.[message];
      if (type === undefined) throw new TypeError(`protobufjs has written no ${message}`);
      return { prepare: asIs, encode: (value) => type.encode(value).finish(), decode: (bytes) => type.decode(bytes) };
    },
  },
  'protobuf-es': {
    packages: ['@bufbuild/protoc-gen-es@2.17.0', '@bufbuild/protobuf@2.17.0'],
    plugin: { script: '@bufbuild/protoc-gen-es/bin/protoc-gen-es', options: ['target=ts', 'import_extension=ts', 'erasable_syntax=true'] },
    load: async (folder, message) => {
      const schema: unknown = await exportOf(join(folder, `${INVENTORY}_pb.ts`), `${message}Schema`);
      const library = join(folder, '..', '..', 'node_modules/@bufbuild/protobuf/dist/esm/index.js');
      const create: (type: unknown, value: unknown) => unknown = await exportOf(library, 'create');
      const toBinary: (type: unknown, value: unknown) => Uint8Array = await exportOf(library, 'toBinary');
      const fromBinary: (type: unknown, bytes: Uint8Array) => unknown = await exportOf(library, 'fromBinary');
      return {
        prepare: (value) => create(schema, withBigInts(value)),
        encode: (value) => bufferOn(toBinary(schema, value)),
        decode: (bytes) => fromBinary(schema, bytes),
      };
    },
  },
  'protobuf-ts': {
    packages: ['@protobuf-ts/plugin@2.11.1', '@protobuf-ts/runtime@2.11.1'],
    plugin: {
      script: '@protobuf-ts/plugin/bin/protoc-gen-ts',
      options: ['optimize_speed', 'long_type_number', 'force_server_none', 'force_client_none', 'output_javascript'],
    },
    load: async (folder, message) => {
      const type: ProtobufTsType = await exportOf(join(folder, `${INVENTORY}.js`), message);
      return { prepare: asIs, encode: (value) => bufferOn(type.toBinary(value)), decode: (bytes) => type.fromBinary(bytes) };
    },
  },
};

type ProtobufJsPackage = Readonly<Record<string, Readonly<Record<string, ProtobufJsType>>>>;

interface ProtobufJsType {
  encode(value: unknown): { finish(): Uint8Array };
  decode(bytes: Uint8Array): unknown;
}

interface ProtobufTsType {
  toBinary(value: unknown): Uint8Array;
  fromBinary(bytes: Uint8Array): unknown;
}

/** What a module that was written a moment ago exports under a name; the caller says what it is. */
async function exportOf<T>(path: string, name: string): Promise<T> {
  const loaded: Readonly<Record<string, T>> = await import(pathToFileURL(path).href);
  const value = loaded[name];
  if (value === undefined) throw new TypeError(`${path} exports no ${name}`);
  return value;
}

const asIs = (value: unknown): unknown => value;
const bufferOn = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** protobuf-es wants BigInt for 64 bits. */
function withBigInts(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withBigInts);
  if (typeof value !== 'object' || value === null) return value;
  const has64Bits = (key: string): boolean => key === 'amount' || key === 'seconds' || key === 'version';
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, has64Bits(key) ? BigInt(inner) : withBigInts(inner)]));
}
