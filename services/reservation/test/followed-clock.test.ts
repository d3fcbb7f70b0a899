import assert from 'node:assert/strict';
import { test } from 'node:test';
import { epochMs, ManualClock } from '@traffic-tacos/kernel';
import { FollowedClock } from '../src/adapters/grpc/followed-clock.ts';

const FIVE_MINUTES = 300_000;

/** An inventory whose clock is ahead of this process's by `aheadMs`, each way to it taking `wayMs`. */
function following(aheadMs: number) {
  const own = new ManualClock();
  const clock = new FollowedClock(own);
  const ask = (wayMs: number, ahead = aheadMs): void => {
    const askedAtMs = clock.ownMs();
    own.advance(wayMs);
    const inventoryMs = epochMs(own.nowMs() + ahead);
    own.advance(wayMs);
    clock.heard(inventoryMs, askedAtMs);
  };
  return { own, clock, ask };
}

test('S25: the clock shows what the inventory’s shows after the first answer, whichever of the two is ahead', () => {
  for (const aheadMs of [FIVE_MINUTES, -FIVE_MINUTES]) {
    const { own, clock, ask } = following(aheadMs);
    ask(2);
    assert.equal(clock.nowMs(), own.nowMs() + aheadMs);
  }
});

test('it never goes back: it stands still until the inventory’s has come up to it', () => {
  const { own, clock, ask } = following(-1_000);
  const before = clock.nowMs();
  ask(1);
  assert.equal(clock.nowMs(), before);
  own.advance(998);
  assert.equal(clock.nowMs(), before);
  own.advance(1);
  assert.equal(clock.nowMs(), before + 1);
});

test('a slow answer says nothing, and one that is slower than another moves nothing', () => {
  const { own, clock, ask } = following(1_000);
  ask(51, 9_000);
  assert.equal(clock.nowMs(), own.nowMs());
  ask(1);
  ask(40, 1_030);
  assert.equal(clock.nowMs(), own.nowMs() + 1_000);
});

test('a clock that was set is followed once the answers from before are forgotten', () => {
  const { own, clock, ask } = following(0);
  for (let i = 0; i < 40; i++) ask(1);
  for (let i = 0; i < 32; i++) ask(1, 60_000);
  assert.equal(clock.nowMs(), own.nowMs() + 60_000);
});
