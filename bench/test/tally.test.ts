import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Tally } from '../src/load/tally.ts';

test('a percentile is the upper end of its class, of each ask and of all together', () => {
  const tally = new Tally();
  for (let ms = 1; ms <= 100; ms++) tally.answered('join', ms);
  for (let count = 0; count < 300; count++) tally.answered('status', 0.1);
  tally.answered('order', 1_000_000);
  const { byAsk, all } = tally.result();
  assert.deepEqual([byAsk['join']?.p50Ms, byAsk['join']?.p95Ms, byAsk['join']?.p99Ms, byAsk['join']?.answers], [50.25, 95.25, 99.25, 100]);
  assert.deepEqual([byAsk['status']?.p99Ms, all.p50Ms, all.answers], [0.25, 0.25, 401]);
  assert.equal(byAsk['order']?.p50Ms, 30_000.25, 'what took longer than can be told is told as the most');
});

test('what failed is counted beside what was sent away, and the first of it is kept', () => {
  const tally = new Tally();
  tally.sentAway();
  tally.failed('hold', { status: 500, body: '{"error":1}' });
  tally.failed('join', undefined);
  const { sentAway, failed, firstFailure } = tally.result();
  assert.deepEqual([sentAway, failed, firstFailure], [1, 2, 'hold: 500 {"error":1}']);
});
