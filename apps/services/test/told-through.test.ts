import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ManualClock } from '@traffic-tacos/kernel';
import { toldThrough } from '../src/told-through.ts';

test('I8: what was decided by an instant counts as told once the relay is past all that stood in the journal then, and not before', () => {
  const clock = new ManualClock(1_000);
  const journal = { appliedSequence: 5 };
  const relay = { relayedBefore: 5 };
  const told = toldThrough(journal, relay, clock);
  assert.equal(told(), undefined);
  clock.set(2_000);
  journal.appliedSequence = 6;
  assert.equal(told(), undefined);
  relay.relayedBefore = 6;
  assert.equal(told(), 1_000, 'of the first look, and of nothing later');
  clock.set(3_000);
  assert.equal(told(), 1_000);
  relay.relayedBefore = 7;
  assert.equal(told(), 3_000);
});

test('where nothing is written, each look is told at once', () => {
  const clock = new ManualClock(1_000);
  const told = toldThrough({ appliedSequence: 5 }, { relayedBefore: 6 }, clock);
  assert.equal(told(), 1_000);
  clock.set(9_000);
  assert.equal(told(), 9_000);
});
