import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { simulate } from '../src/run/simulate.ts';
import { hasHistory } from '../src/machine/sim-history.ts';
import type { PlantedBug } from './planted/bug.ts';
import { OF_HOLDS } from './planted/of-holds.ts';
import { OF_KEYS } from './planted/of-keys.ts';
import { OF_LIVE_UPDATES } from './planted/of-live-updates.ts';
import { OF_MESSAGES } from './planted/of-messages.ts';
import { OF_PAYMENTS } from './planted/of-payments.ts';
import { OF_SOLD_OUT_ROOMS } from './planted/of-sold-out-rooms.ts';
import { OF_THE_HISTORY } from './planted/of-the-history.ts';
import { OF_THE_JOURNAL } from './planted/of-the-journal.ts';
import { OF_THE_RECONCILER } from './planted/of-the-reconciler.ts';
import { OF_WAITING_ROOMS } from './planted/of-waiting-rooms.ts';
import { OF_WEBHOOKS } from './planted/of-webhooks.ts';

const STEPS = 4_000;

function* seedsOf({ seeds, isOfStorms = false, isOfHistory = false }: PlantedBug): Generator<number> {
  for (let seed = 1, left = seeds; left > 0; seed++) {
    if ((isOfStorms && seed % 5 !== 0) || (isOfHistory && !hasHistory(seed))) continue;
    left--;
    yield seed;
  }
}

const finds = (planted: PlantedBug): void => {
  const { bug, planting, seeds, breaks } = planted;
  it(`${bug}: found within ${seeds} seeds`, async () => {
    const { failed } = await simulate({ seeds: seedsOf(planted), steps: STEPS, planting, isShrunk: false });
    assert.ok(failed !== undefined, `not found in ${seeds} seeds`);
    assert.ok(breaks.includes(failed.invariant), `${failed.invariant}: ${String(failed.run.broken?.cause)}`);
  });
};

describe('planted bugs: the simulator finds each', () => {
  describe('of holds', () => OF_HOLDS.forEach(finds));
  describe('of keys and owners', () => OF_KEYS.forEach(finds));
  describe('of payments', () => OF_PAYMENTS.forEach(finds));
  describe('of messages', () => OF_MESSAGES.forEach(finds));
  describe('of waiting rooms', () => OF_WAITING_ROOMS.forEach(finds));
  describe('of rooms that sell out', () => OF_SOLD_OUT_ROOMS.forEach(finds));
  describe('of live updates', () => OF_LIVE_UPDATES.forEach(finds));
  describe('of webhooks', () => OF_WEBHOOKS.forEach(finds));
  describe('of the reconciler', () => OF_THE_RECONCILER.forEach(finds));
  describe('of the history', () => OF_THE_HISTORY.forEach((bug) => finds({ ...bug, isOfHistory: true })));
  describe('of the journal', () => OF_THE_JOURNAL.forEach(finds));
});
