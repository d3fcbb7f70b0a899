import { strict as assert } from 'node:assert';
import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { endedInTime, neutralEnvironment, scratchDirectory } from './support/tacos.ts';

const CLI = join(import.meta.dirname, '..');
const ROOT = join(CLI, '..', '..');

/** The command of a clone that has no packages yet. */
function cloneWithout(test: { after(remove: () => void): void }): string {
  const root = scratchDirectory(test);
  for (const part of ['bin', 'src', 'package.json']) cpSync(join(CLI, part), join(root, 'apps', 'cli', part), { recursive: true });
  return root;
}

const doctorIn = (root: string) => endedInTime(spawn(process.execPath, [join(root, 'apps', 'cli', 'bin', 'tacos.mjs'), 'doctor'], { env: neutralEnvironment() }));

test('npx tacos means the command of the clone before anything is installed too, and no package of that name from the registry', () => {
  const { bin }: { readonly bin?: Readonly<Record<string, string>> } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  assert.ok(existsSync(join(ROOT, bin?.['tacos'] ?? 'nowhere')), 'npx looks at the bin of the package that it stands in');
});

test('a command in a clone without packages says what installs them, and shows no trace', async (t) => {
  const root = cloneWithout(t);
  const { code, stdout, stderr } = await doctorIn(root);
  assert.deepEqual([code, stdout], [1, '']);
  assert.match(stderr, /^The package \S+ is not installed\. · /);
  assert.ok(stderr.endsWith(`cd ${root} && npm ci\n`), stderr);
  assert.doesNotMatch(stderr, /\n\s+at /);
});

test('a command in a clone whose packages lack a part says so too', async (t) => {
  const root = cloneWithout(t);
  const half = join(root, 'node_modules', 'commander');
  mkdirSync(half, { recursive: true });
  writeFileSync(join(half, 'package.json'), '{"name":"commander","main":"index.js"}');
  writeFileSync(join(half, 'index.js'), "require('part-of-commander'); exports.Command = exports.CommanderError = class {};");
  const { code, stderr } = await doctorIn(root);
  assert.equal(code, 1);
  assert.match(stderr, /^The package part-of-commander is not installed\./);
});
