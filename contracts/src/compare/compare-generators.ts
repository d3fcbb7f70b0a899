/**
 * `npm run compare-generators -w contracts`: installs each generator in a folder of its own, writes the contract's code with it, measures
 * encoding and decoding under the Node that runs this, and prints a table. Takes two minutes; docs/adr/0007 has what it said.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CONTRACTS, findBuf, runBuf, WITHOUT_BUF } from '../tools/buf.ts';
import { CANDIDATES, type Candidate } from './candidates.ts';
import type { Timing } from './measure-codec.ts';

type Timings = Readonly<Record<string, Timing>>;

const PASSES = 3;

function run(program: string, words: readonly string[], cwd: string): string {
  const { status, stdout, stderr, error } = spawnSync(program, words, { cwd, encoding: 'utf8', shell: process.platform === 'win32' });
  if (status !== 0) throw new TypeError(`${program} ${words.join(' ')}\n${stderr}${error?.message ?? ''}`);
  return stdout;
}

/** Installs a generator and has it write the contract's code. Answers the folder of the code. */
function generated(buf: string, { packages, plugin }: Candidate, folder: string): string {
  const out = join(folder, 'out', 'code');
  mkdirSync(out, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{"private":true,"type":"module"}');
  if (packages.length > 0) run('npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error', ...packages], folder);
  if (plugin !== undefined) generateWithBuf(buf, plugin, folder, out);
  else if (packages.length > 0) generateWithPbjs(folder, out);
  return out;
}

function generateWithBuf(buf: string, { script, options }: NonNullable<Candidate['plugin']>, folder: string, out: string): void {
  const local = [process.execPath, join(folder, 'node_modules', script)];
  // protobuf-es brings Timestamp with its library; the others want it written.
  const wkt = !script.includes('protoc-gen-es');
  const template = { version: 'v2', plugins: [{ local, out, opt: options, include_imports: true, include_wkt: wkt }] };
  const { ok, said } = runBuf(buf, ['generate', '--template', JSON.stringify(template)]);
  if (!ok) throw new TypeError(said);
  nameImportedFiles(out);
}

/** protobuf-ts leaves the ending of relative imports out, which node does not accept. */
function nameImportedFiles(out: string): void {
  for (const name of readdirSync(out, { recursive: true, encoding: 'utf8' })) {
    if (!name.endsWith('.js')) continue;
    const text = readFileSync(join(out, name), 'utf8');
    writeFileSync(join(out, name), text.replace(/from "(\.[^"]+?)(?:\.js)?"/g, 'from "$1.js"'));
  }
}

function generateWithPbjs(folder: string, out: string): void {
  const target = ['--target', 'static-module', '--wrap', 'es6', '--force-number', '--no-verify', '--no-delimited', '--no-convert'];
  const protos = readdirSync(join(CONTRACTS, 'proto'), { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.proto'));
  const files = protos.map((name) => join(CONTRACTS, 'proto', name));
  const [pbjs, written] = [join(folder, 'node_modules/protobufjs-cli/bin/pbjs'), join(out, 'static.js')];
  run(process.execPath, [pbjs, ...target, '--path', CONTRACTS, '--out', written, ...files], folder);
  // The library is CommonJS: in an ES module it is the default of its file.
  const [from, to] = [/import \* as \$protobuf from "protobufjs\/minimal(?:\.js)?"/, 'import $$protobuf from "protobufjs/minimal.js"'];
  writeFileSync(written, readFileSync(written, 'utf8').replace(from, to));
}

function measured(name: string, folder: string): Timings {
  const printed = run(process.execPath, [join(import.meta.dirname, 'measure-codec.ts'), name, folder], CONTRACTS);
  const timings: unknown = JSON.parse(printed);
  return Object(timings);
}

/** The faster of two timings of the same message. */
const faster = (a: Timing, b: Timing): Timing => ({
  bytes: a.bytes,
  encodeNs: Math.min(a.encodeNs, b.encodeNs),
  decodeNs: Math.min(a.decodeNs, b.decodeNs),
});

function best(passes: readonly Timings[]): Timings {
  const all: Record<string, Timing> = {};
  for (const pass of passes) for (const [message, timing] of Object.entries(pass)) all[message] = faster(all[message] ?? timing, timing);
  return all;
}

function table(results: Readonly<Record<string, Timings>>): string {
  const names = Object.keys(results);
  const messages = Object.entries(Object.values(results)[0] ?? {});
  const cell = (timing: Timing | undefined): string => `${timing?.encodeNs.toFixed(0)} / ${timing?.decodeNs.toFixed(0)}`;
  const rows = messages.map(([message, { bytes }]) => [`${message} (${bytes} B)`, ...names.map((name) => cell(results[name]?.[message]))]);
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(['encode / decode, ns', ...names]), line(['---', ...names.map(() => '---:')]), ...rows.map(line)].join('\n');
}

function main(): string {
  const buf = findBuf();
  if (buf === undefined) return WITHOUT_BUF;
  const scratch = mkdtempSync(join(tmpdir(), 'tacos-generators-'));
  try {
    const folders = Object.entries(CANDIDATES).map(([name, candidate], at) => {
      process.stderr.write(`${name}…\n`);
      return [name, generated(buf, candidate, join(scratch, String(at)))] as const;
    });
    const passes = Array.from({ length: PASSES }, () => folders.map(([name, folder]) => [name, measured(name, folder)] as const));
    const all = folders.map(([name], at) => [name, best(passes.flatMap((pass) => (pass[at] === undefined ? [] : [pass[at][1]])))] as const);
    return `node ${process.version}, ${process.platform}-${process.arch}\n\n${table(Object.fromEntries(all))}`;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

process.stdout.write(`${main()}\n`);
