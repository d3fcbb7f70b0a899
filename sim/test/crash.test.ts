import assert from 'node:assert/strict';
import { test } from 'node:test';
import { crashRounds } from '../src/crash/crash-rounds.ts';

/** `npm run crash -- --rounds 100` for the long run. */
const ROUNDS = 5;

test(`S1: kill -9 at random points of a running sale, ${ROUNDS} rounds: what was acknowledged is there, what was not is absent or whole`, async () => {
  const report = await crashRounds({ rounds: ROUNDS, seed: 20_261_120 });
  assert.ok(report.holds > ROUNDS * 20, `only ${report.holds} holds were acknowledged`);
  assert.ok(report.confirmed > 0 && report.cancelled > 0 && report.places > 0, JSON.stringify(report));
});
