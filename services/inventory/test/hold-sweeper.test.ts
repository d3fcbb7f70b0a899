import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ManualClock, parseId, present, Unavailable } from '@traffic-tacos/kernel';
import { EXPIRED_HOLD, HELD_HOLD } from '../src/adapters/embedded/hold-record.ts';
import { createHoldSweeper } from '../src/hold-sweeper.ts';
import { createInventory, type InventoryService } from '../src/service.ts';
import { SMALL_EVENT, holdCommand, reservationId } from '../src/testing/builders.ts';
import { ManualTimers } from './support/manual-timers.ts';
import { createWorld, type World } from './support/world.ts';

/** How late a release may be seen (the bar of the expiry scenario). */
const LATEST_MS = 100;
const MINUTE = 60_000;

interface Swept {
  readonly world: World;
  readonly service: InventoryService;
  readonly timers: ManualTimers;
  readonly lagsMs: number[];
  reserve(n: number, changes?: Parameters<typeof holdCommand>[1]): Promise<string>;
  /** The n-th hold's state on record, which a hold that is over keeps until somebody has ended it. */
  recorded(n: number): number;
}

const MANY_PLACES = { ...SMALL_EVENT, id: 'evt_many', purchase_limit: 10_000, sections: [{ id: 'FLOOR', name: 'Standing', price: 1, capacity: 10_000 }] };

/** An inventory that sweeps, under a clock that the test moves; nothing is left behind when it has stopped. */
async function swept(body: (on: Swept) => Promise<void>): Promise<void> {
  const world = createWorld();
  const { memory, units, clock, journal } = world;
  const timers = new ManualTimers(clock);
  const lagsMs: number[] = [];
  const service = createInventory({ memory, units, clock, journal, limits: memory.limits, holdMs: MINUTE, extensionMaxMs: MINUTE });
  service.start({ scheduler: timers, onReleased: (lagMs) => void lagsMs.push(lagMs), onFailure: (cause) => assert.fail(String(cause)) });
  world.putEvent(SMALL_EVENT);
  world.putEvent(MANY_PLACES);
  try {
    await body({
      world, service, timers, lagsMs,
      reserve: async (n, changes) => (await service.store.reserve({ ...holdCommand(n, changes), idempotencyKey: `k${n}` })).kind,
      recorded: (n) => memory.rows.stateOf(memory.rows.find(present(parseId('rsv', reservationId(n)), 'an id'))),
    });
  } finally {
    await service.stop();
  }
  assert.equal(timers.count, 0, 'a stopped sweeper leaves nothing behind');
}

test('I5: a hold that stands alone is released within 100 ms of its instant, and never before it', () =>
  swept(async ({ timers, reserve, recorded, lagsMs }) => {
    await timers.pass(10);
    assert.equal(await reserve(1), 'held');
    await timers.pass(MINUTE - 1);
    assert.deepEqual([recorded(1), lagsMs], [HELD_HOLD, []]);
    await timers.pass(1 + LATEST_MS);
    assert.equal(recorded(1), EXPIRED_HOLD);
    assert.equal(lagsMs.length, 1);
    assert.ok(lagsMs.every((lagMs) => lagMs >= 0 && lagMs <= LATEST_MS), String(lagsMs));
  }));

test('holds are released one after the other, and one that was made while the sweeper slept for another in time', () =>
  swept(async ({ timers, reserve, recorded }) => {
    await reserve(1, { seatIds: ['R-A-1'] });
    await timers.pass(1_000);
    await reserve(2, { seatIds: ['R-A-2'], holdForMs: 500 });
    await timers.pass(500 + LATEST_MS);
    assert.deepEqual([recorded(1), recorded(2)], [HELD_HOLD, EXPIRED_HOLD]);
    await reserve(3, { seatIds: ['R-A-3'] });
    await timers.pass(MINUTE + LATEST_MS);
    assert.deepEqual([recorded(1), recorded(3)], [EXPIRED_HOLD, EXPIRED_HOLD]);
  }));

test('a hold that joined the unit of another service is left to that service, and does not stand in the way of others', () =>
  swept(async ({ world, timers, reserve, recorded, lagsMs }) => {
    world.hold(1);
    await reserve(2, { seatIds: ['R-A-2'] });
    await timers.pass(MINUTE + LATEST_MS);
    assert.deepEqual([recorded(1), recorded(2), lagsMs.length], [HELD_HOLD, EXPIRED_HOLD, 1]);
    assert.deepEqual(world.store.dueHoldsNow(10), [reservationId(1)]);
  }));

test('ten thousand holds that end at one instant are ended in turns of 256 that follow at once', () =>
  swept(async ({ world, timers, reserve, lagsMs }) => {
    for (let n = 0; n < 10_000; n++) await reserve(n, { eventId: 'evt_many', quantity: 1 });
    await timers.pass(MINUTE + LATEST_MS);
    assert.equal(lagsMs.length, 10_000);
    assert.deepEqual([world.store.dueHoldsNow(1), world.audit()], [[], []]);
  }));

test('S25: a clock that steps past a hold is noticed within 100 ms', async () => {
  const [clock, elapsed] = [new ManualClock(), new ManualClock()];
  const timers = new ManualTimers(elapsed);
  const expired: string[] = [];
  const endsAtMs = clock.nowMs() + MINUTE;
  const collect = (): readonly string[] => (clock.nowMs() >= endsAtMs && expired.length === 0 ? ['one'] : []);
  const sweeper = createHoldSweeper(
    { clock, collect, nextAtMs: () => undefined, expire: (id) => Promise.resolve((expired.push(id), { kind: 'not_due', expiresAtMs: clock.nowMs() })) },
    { scheduler: timers, onReleased: () => undefined, onFailure: (cause) => assert.fail(String(cause)) },
  );
  sweeper.start();
  await timers.pass(1);
  clock.advance(300_000);
  await timers.pass(LATEST_MS);
  await sweeper.stop();
  assert.deepEqual(expired, ['one']);
});

test('S3: while the store is unavailable the sweeper tries again each second; a fault of ours is told and ends it', async () => {
  const clock = new ManualClock();
  const timers = new ManualTimers(clock);
  const failures: unknown[] = [];
  const answers: (Error | undefined)[] = [new Unavailable('away'), new Unavailable('away'), new TypeError('a bug')];
  let asked = 0;
  const sweeper = createHoldSweeper(
    { clock, collect: () => ['one'], nextAtMs: () => undefined, expire: () => Promise.reject(answers[asked++]) },
    { scheduler: timers, onReleased: () => assert.fail('released'), onFailure: (cause) => void failures.push(cause) },
  );
  sweeper.start();
  await timers.pass(999);
  assert.equal(asked, 1);
  await timers.pass(10_000);
  assert.deepEqual([asked, failures.length, timers.count], [3, 1, 0]);
  await sweeper.stop();
});
