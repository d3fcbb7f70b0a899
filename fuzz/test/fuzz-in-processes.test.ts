import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { fuzzInProcesses } from '../src/fuzz-in-processes.ts';

const CASES = 60;
const part = { cases: CASES, seed: 7, only: 'rest', processes: 2 } as const;

test('two processes send all cases between them, each case once, and say how often each route was asked', async () => {
  const { figures, found } = await fuzzInProcesses({ ...part, from: 100 });
  assert.equal(found, undefined);
  assert.deepEqual([figures.seed, figures.from, figures.cases], [7, 100, CASES]);
  const asked = [...figures.asked.values()].reduce((sum, count) => sum + count, 0);
  assert.ok(asked >= CASES, `${asked} requests`);
  assert.ok(figures.asked.has('GET gateway /api/v1/events'), 'what was not asked is listed as well');
});

test('S20: a process that dies under a case is found, with its last words and the command that plays its cases again', async () => {
  const { found = 'nothing' } = await fuzzInProcesses({ ...part, from: 0, program: join(import.meta.dirname, 'planted', 'dying-part.ts') });
  assert.match(found, /the process of the platform died \(exit code 7\)/);
  assert.match(found, /planted last words/);
  assert.match(found, /again: {2}npm run fuzz -- --processes 1 --seed 7 --only rest --from 0 --cases 30/);
});
