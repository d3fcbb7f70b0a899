import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Burst, LARGEST_BURST } from '../src/http/burst.ts';

const endOfTurn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

test('what comes up in one turn is done together at its end, each once and in order', async () => {
  const done: number[] = [];
  const burst = new Burst<number>((item) => done.push(item));
  burst.add(1);
  await Promise.resolve();
  burst.add(2);
  assert.deepEqual(done, []);
  await endOfTurn();
  assert.deepEqual(done, [1, 2]);
  burst.add(3);
  await endOfTurn();
  await endOfTurn();
  assert.deepEqual(done, [1, 2, 3]);
});

test('a full burst does not wait for the end of the turn, and what is added while it is done goes with the next', async () => {
  const done: number[] = [];
  const burst = new Burst<number>((item) => {
    done.push(item);
    if (item === 0) burst.add(-1);
  });
  for (let i = 0; i < LARGEST_BURST; i++) burst.add(i);
  assert.equal(done.length, LARGEST_BURST);
  await endOfTurn();
  assert.equal(done.at(-1), -1);
});
