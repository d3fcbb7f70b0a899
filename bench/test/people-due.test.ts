import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PeopleDue } from '../src/load/people-due.ts';
import { Fifo } from '../src/load/fifo.ts';

test('people are taken when they are due, soonest first, and nobody twice', () => {
  const due = new PeopleDue<string>(1_000);
  due.add('late', 9_000);
  due.add('soon', 1_020);
  due.add('at once', 0);
  assert.deepEqual([due.takeDue(1_000), due.takeDue(1_000), due.takeDue(1_024), due.takeDue(8_000), due.takeDue(9_000), due.takeDue(9_000)], ['at once', undefined, 'soon', undefined, 'late', undefined]);
  due.add('again', 5_000);
  assert.equal(due.takeDue(9_000), 'again', 'whoever should have come earlier is due at once');
});

test('a line gives back in order what was put into it, however long it grew', () => {
  const line = new Fifo<number>();
  const taken: number[] = [];
  for (let number = 0; number < 10_000; number++) {
    line.add(number);
    if (number % 3 === 0) taken.push(line.take() ?? -1);
  }
  assert.equal(line.size, 10_000 - taken.length);
  while (line.size > 0) taken.push(line.take() ?? -1);
  assert.deepEqual(taken, Array.from({ length: 10_000 }, (_, number) => number));
  assert.equal(line.take(), undefined);
});
