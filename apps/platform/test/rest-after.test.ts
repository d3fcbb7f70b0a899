import assert from 'node:assert/strict';
import { test } from 'node:test';
import { restAfter } from '../src/reconcile/rest-after.ts';

test('a walk rests 20 ms between slices, longer the later it was woken, and never longer than 200 ms', () => {
  assert.equal(restAfter(0), 20);
  assert.equal(restAfter(-0.2), 20);
  assert.equal(restAfter(3), 60);
  assert.equal(restAfter(10), 200);
  assert.equal(restAfter(5_000), 200);
});
