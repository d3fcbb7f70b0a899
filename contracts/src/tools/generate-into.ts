import { mkdirSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { runBuf, type BufResult } from './buf.ts';

/** How the TypeScript is written; docs/adr/0007 says why. Each is an option of ts-proto. */
const TS_PROTO_OPTIONS: readonly string[] = [
  // Node runs it by taking the types out, so no enum and nothing else that has to be translated; imports name the file.
  'enumsAsLiterals=true',
  'importSuffix=.ts',
  'esModuleInterop=true',
  // Services as data, which src/rpc-definition.ts turns into what grpc-js takes.
  'outputServices=generic-definitions',
  // Every field is there after decoding, a message that was not sent as undefined: handlers need not ask twice.
  'useOptionals=none',
  // Numbers: amounts are at most 2^53 - 1, and a greater one is malformed.
  'forceLong=number',
  // An instant keeps its nanoseconds, and costs no Date.
  'useDate=false',
  // A map from outside is a Map: no key can reach a prototype.
  'useMapType=true',
  'outputPartialMethods=true',
  'useExactTypes=false',
  'outputJsonMethods=false',
  'unrecognizedEnum=false',
  'snakeToCamel=keys',
  'env=node',
  // The lockfile says which version; a new one that writes the same needs no change here.
  'annotateFilesWithVersion=false',
];

/** Writes everything that is generated into this folder, which is emptied first. */
export function generateInto(buf: string, folder: string): BufResult {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const written = runBuf(buf, ['generate', '--template', JSON.stringify(templateFor(folder))]);
  return written.ok ? runBuf(buf, ['build', '--as-file-descriptor-set', '--output', join(folder, 'descriptors.binpb')]) : written;
}

function templateFor(out: string): unknown {
  const plugin = join(dirname(createRequire(import.meta.url).resolve('ts-proto/package.json')), 'protoc-gen-ts_proto');
  const typescript = { local: [process.execPath, plugin], out, opt: TS_PROTO_OPTIONS, include_imports: true, include_wkt: true };
  return { version: 'v2', plugins: [typescript] };
}
