import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { test } from 'node:test';

const MAIN = join(import.meta.dirname, '..', 'src', 'main.ts');
const MARK = 'TACOS_PLANTED_PROCESS';

const look = (words: readonly string[], more: Readonly<Record<string, string>> = {}): { status: number | null; stderr: string } => {
  const { status, stderr } = spawnSync(process.execPath, [MAIN, ...words], { encoding: 'utf8', env: { ...process.env, ...more } });
  return { status, stderr };
};

test('a process that carries the mark is named and ended, and the check fails', async () => {
  const value = randomUUID();
  const env = { ...process.env, [MARK]: value, TACOS_TEST_FILE: 'packages/a/test/planted.test.ts' };
  const planted = spawn(process.execPath, ['-e', "console.log('up'); setInterval(() => {}, 1000)"], { env });
  const ended = once(planted, 'close');
  await once(planted.stdout, 'data');
  const found = look([`${MARK}=${value}`]);
  assert.equal(found.status, 1);
  assert.match(found.stderr, new RegExp(`packages/a/test/planted\\.test\\.ts left a process behind, which was killed: ${planted.pid} `));
  assert.equal((await ended)[1], 'SIGKILL');
  assert.deepEqual(look([`${MARK}=${value}`]), { status: 0, stderr: '' });
});

test('the check does not find itself, nor what started it', () => {
  const value = randomUUID();
  assert.deepEqual(look([`${MARK}=${value}`], { [MARK]: value }), { status: 0, stderr: '' });
});

test('without a variable and a value it says how it is used', () => {
  assert.match(look([]).stderr, /^usage:/);
  assert.equal(look([MARK]).status, 2);
});
