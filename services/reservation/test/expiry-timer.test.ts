import assert from 'node:assert/strict';
import { test } from 'node:test';
import { durationMs, type ReservationId } from '@traffic-tacos/kernel';
import type { ExpiryReport } from '@traffic-tacos/reservation';
import { createExpiryTimer } from '../src/expiry-timer.ts';
import { ManualTimers } from './manual-timers.ts';
import { reservationWorld, type ReservationWorld } from './reservation-world.ts';

/** How late a release may be seen (the bar of the expiry scenario). */
const LATEST_MS = 100;
const SHORT_HOLD = { holdMs: durationMs(1_000) };

interface Observed {
  readonly lagsMs: number[];
  readonly failures: unknown[];
}

/** Runs `body` with the timer of the service going, and stops it whatever happens. */
async function running(world: ReservationWorld, body: (seen: Observed) => Promise<void>): Promise<void> {
  const seen: Observed = { lagsMs: [], failures: [] };
  world.service.start({ onExpiry: ({ lagsMs }) => void seen.lagsMs.push(...lagsMs), onFailure: (cause) => void seen.failures.push(cause) });
  try {
    await body(seen);
  } finally {
    await world.service.stop();
  }
  assert.equal(world.timers.count, 0, 'a stopped timer leaves nothing behind');
}

const recorded = async ({ context }: ReservationWorld, id: ReservationId) => (await context.store.read(id))?.status;

test('holds are released one after the other as each ends, not only the first', async () => {
  const world = reservationWorld(SHORT_HOLD);
  await running(world, async (seen) => {
    const ids: ReservationId[] = [];
    for (const seat of ['A-1', 'A-2', 'A-3']) {
      ids.push(await world.hold(seat));
      await world.timers.pass(2_000);
      assert.deepEqual(await Promise.all(ids.map((id) => recorded(world, id))), ids.map(() => 'EXPIRED'));
    }
    assert.equal(seen.lagsMs.length, 3);
  });
});

test('a release is seen within 100 ms of its instant and never before it, also of a hold made while the timer sleeps', async () => {
  const world = reservationWorld(SHORT_HOLD);
  await running(world, async (seen) => {
    await world.timers.pass(10);
    const id = await world.hold('A-1');
    await world.timers.pass(999);
    assert.equal(await recorded(world, id), 'HOLD');
    await world.timers.pass(1 + LATEST_MS);
    assert.equal(await recorded(world, id), 'EXPIRED');
    assert.ok(seen.lagsMs.every((lagMs) => lagMs >= 0 && lagMs <= LATEST_MS), String(seen.lagsMs));
  });
});

test('S25: a clock that steps forwards past a hold is noticed within 100 ms', async () => {
  const world = reservationWorld();
  const elapsed = reservationWorld().clock;
  const timers = new ManualTimers(elapsed);
  const id = await world.hold('A-1');
  const seen: ExpiryReport[] = [];
  const timer = createExpiryTimer({
    clock: world.clock, scheduler: timers, nextDueAtMs: () => world.context.store.nextDueAtMs(),
    expireDue: () => Promise.resolve({ expired: world.context.store.due(world.clock.nowMs(), 1).length, lagsMs: [], more: false }),
    onReport: (report) => void seen.push(report), onFailure: (cause) => assert.fail(String(cause)),
  });
  timer.start();
  world.clock.advance(300_000);
  await timers.pass(LATEST_MS);
  await timer.stop();
  assert.equal(seen[0]?.expired, 1, id);
});

test('S17: a release that the seats did not answer is tried again until they do', async () => {
  const world = reservationWorld(SHORT_HOLD);
  await running(world, async (seen) => {
    const id = await world.hold('A-1');
    world.seats.isReachable = false;
    await world.timers.pass(5_000);
    assert.deepEqual([await recorded(world, id), seen.lagsMs, seen.failures], ['HOLD', [], []]);
    world.seats.isReachable = true;
    await world.timers.pass(1_000 + LATEST_MS);
    assert.deepEqual([await recorded(world, id), seen.lagsMs.length, seen.failures], ['EXPIRED', 1, []]);
  });
});

test('a fault of ours is reported once, and does not go round in circles', async () => {
  const world = reservationWorld(SHORT_HOLD);
  await running(world, async (seen) => {
    await world.hold('A-1');
    world.context.store.due = () => assert.fail('planted');
    await world.timers.pass(5_000);
    assert.equal(seen.failures.length, 1);
  });
});
