/**
 * `node src/tools/main.ts COMMAND`, which `npm run` and the Makefile call:
 *
 *   generate   writes the TypeScript and the descriptors of the .proto files to gen/
 *   lint       the rules of buf.yaml, and the layout of the files
 *   breaking   whether everything that is published is still there, unchanged
 *   publish    makes the .proto files as they stand the published contract
 */
import { join } from 'node:path';
import { CONTRACTS, findBuf, WITHOUT_BUF, type BufResult } from './buf.ts';
import { breaking, lint, publish } from './check.ts';
import { generateInto } from './generate-into.ts';

const COMMANDS: Readonly<Record<string, (buf: string) => BufResult>> = {
  generate: (buf) => generateInto(buf, join(CONTRACTS, 'gen')),
  lint: (buf) => lint(buf),
  breaking: (buf) => breaking(buf),
  publish,
};

function main([name = '']: readonly string[]): number {
  const command = COMMANDS[name];
  if (command === undefined) {
    process.stderr.write(`Say one of: ${Object.keys(COMMANDS).join(', ')}\n`);
    return 2;
  }
  const buf = findBuf();
  const { ok, said } = buf === undefined ? { ok: false, said: WITHOUT_BUF } : command(buf);
  process.stderr.write(ok ? `${name}: in order\n` : `${said}\n`);
  return ok ? 0 : 1;
}

process.exitCode = main(process.argv.slice(2));
