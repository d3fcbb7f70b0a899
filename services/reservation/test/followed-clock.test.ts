import assert from 'node:assert/strict';
import { test } from 'node:test';
import { epochMs, ManualClock } from '@traffic-tacos/kernel';
import { ClockUnknown, FollowedClock } from '../src/adapters/grpc/followed-clock.ts';

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

test('S25: the clock shows what the inventory’s shows from the first answer on, whichever is ahead and whoever has asked before', () => {
  for (const aheadMs of [FIVE_MINUTES, -FIVE_MINUTES]) {
    const { own, clock, ask } = following(aheadMs);
    // As the expiry timer does that starts before there is an answer.
    assert.throws(() => clock.nowMs(), ClockUnknown);
    ask(2);
    assert.equal(clock.nowMs(), own.nowMs() + aheadMs);
  }
});

test('S25: a first answer that was slow is better than none, and the next quick one better than that', () => {
  const { own, clock, ask } = following(-FIVE_MINUTES);
  ask(400, -FIVE_MINUTES + 100);
  assert.equal(clock.nowMs(), own.nowMs() - FIVE_MINUTES + 100);
  ask(2);
  own.advance(100);
  assert.equal(clock.nowMs(), own.nowMs() - FIVE_MINUTES);
});

test('it goes back by no more than a second: it stands still until the inventory’s has come up to it', () => {
  const { own, clock, ask } = following(0);
  ask(1);
  const before = clock.nowMs();
  ask(0, -1_000);
  assert.equal(clock.nowMs(), before);
  own.advance(999);
  assert.equal(clock.nowMs(), before);
  own.advance(2);
  assert.equal(clock.nowMs(), before + 1);
});

test('S25: where one of the clocks was set, the next answer is followed at once, forwards and backwards', () => {
  const { own, clock, ask } = following(0);
  for (let i = 0; i < 40; i++) ask(1);
  for (const aheadMs of [60_000, -60_000, -1_000]) {
    clock.nowMs();
    ask(5, aheadMs);
    assert.equal(clock.nowMs(), own.nowMs() + aheadMs);
  }
});

test('a slow answer says nothing, and one that is slower than another moves nothing', () => {
  const { own, clock, ask } = following(1_000);
  ask(1);
  ask(51, 9_000);
  assert.equal(clock.nowMs(), own.nowMs() + 1_000);
  ask(40, 1_030);
  assert.equal(clock.nowMs(), own.nowMs() + 1_000);
});
