import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRests, restAfter } from '../src/reconcile/rests.ts';

test('a walk rests 20 ms between slices, longer the later it was woken, and never longer than 200 ms', () => {
  assert.equal(restAfter(0), 20);
  assert.equal(restAfter(-0.2), 20);
  assert.equal(restAfter(3), 60);
  assert.equal(restAfter(10), 200);
  assert.equal(restAfter(5_000), 200);
});

test('a rest is as long as the one before it was late, and short again when nobody else wants the processor', () => {
  let nowMs = 0;
  let lateMs = 0;
  const slept: number[] = [];
  const rest = createRests((ms, then) => {
    slept.push(ms);
    nowMs += ms + lateMs;
    then();
  }, () => nowMs);
  const restOnce = (late: number): void => {
    lateMs = late;
    rest(() => undefined);
  };
  for (const late of [4, 0, 50, 0, 0]) restOnce(late);
  assert.deepEqual(slept, [20, 80, 20, 200, 20]);
});
