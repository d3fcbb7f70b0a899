import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { SeededRandom } from '@traffic-tacos/kernel';
import type { HoldOutcome } from '../src/domain/outcomes.ts';
import { SMALL_EVENT, holdCommand, reservationId } from '../src/testing/builders.ts';
import { ModelRun, type Step } from './support/model-run.ts';
import { smallWorld, type World } from './support/world.ts';

const COMMANDS = 10_000;
const rsv = reservationId(1);

function countKinds(outcomes: readonly { readonly kind: string }[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { kind } of outcomes) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}

describe('S4: 10,000 commands for the last place', () => {
  const race = (world: World, changes: object): Promise<readonly { readonly kind: string }[]> =>
    Promise.all(Array.from({ length: COMMANDS }, (_, n) => world.store.hold(holdCommand(n + 10, { userId: `user-${n % 5000}`, ...changes }))));

  it('one gets the seat, everybody else is told that it is held', async () => {
    const world = smallWorld();
    assert.deepEqual(countKinds(await race(world, { seatIds: ['R-A-1'] })), { held: 1, seat_unavailable: COMMANDS - 1 });
    assert.deepEqual(world.audit(), []);
  });

  it('one gets the last place of a pool, everybody else is told that it is sold out', async () => {
    const world = smallWorld();
    await world.store.hold(holdCommand(1, { quantity: 4, section: 'FLOOR' }));
    assert.deepEqual(countKinds(await race(world, { quantity: 1, section: 'FLOOR' })), { held: 1, sold_out: COMMANDS - 1 });
    assert.deepEqual(world.audit(), []);
  });

  it('a seat whose hold is over has one next owner, with nobody sweeping', async () => {
    const world = smallWorld();
    await world.store.hold(holdCommand(1, { seatIds: ['R-A-1'] }));
    world.clock.advance(60_000);
    assert.deepEqual(countKinds(await race(world, { seatIds: ['R-A-1'] })), { held: 1, seat_unavailable: COMMANDS - 1 });
    assert.equal(world.status(rsv)?.state, 'expired');
  });
});

describe('S5: hold, confirm, cancel and expiry racing around the expiry', () => {
  const id = 1;
  const ask = (n: number, user: string): Step => ({
    kind: 'hold',
    ask: { id: n, user, seats: ['R-A-1'], quantity: 1, section: undefined, apart: false, forMs: 10 },
  });
  const racers: readonly Step[] = [
    { kind: 'commit', id, user: undefined },
    { kind: 'release', id, user: undefined },
    { kind: 'expire', id, user: undefined },
    ask(2, 'bob'),
  ];

  for (const [when, ms] of [['exp-1', 9], ['exp', 10], ['exp+1', 11]] as const) {
    it(`at ${when} every order has one winner, the one that the log's order makes`, () => {
      for (const order of permutations(racers)) {
        const run = new ModelRun();
        run.play([ask(id, 'alice'), { kind: 'tick', ms }, ...order]);
        const [first] = order;
        const state = run.world.status(rsv)?.state;
        const winner = order.find(({ kind }) => kind === 'commit' || kind === 'release');
        if (ms < 10) assert.equal(state, winner?.kind === 'commit' ? 'committed' : 'released');
        else assert.equal(state, 'expired', `after ${first?.kind ?? ''} first`);
      }
    });
  }
});

describe('S8: confirms against each other and against cancels', () => {
  it('20 confirms make one order', async () => {
    const world = smallWorld();
    await world.store.hold(holdCommand(1));
    const outcomes = await Promise.all(Array.from({ length: 20 }, () => world.store.commit({ reservationId: rsv })));
    assert.deepEqual(countKinds(outcomes), { committed: 1, already_committed: 19 });
    assert.equal(new Set(outcomes.map((outcome) => ('orderId' in outcome ? outcome.orderId : ''))).size, 1);
  });

  it('confirm against cancel, 500 times: one of them wins', async () => {
    const random = new SeededRandom(8);
    for (let round = 0; round < 500; round++) {
      const world = smallWorld();
      await world.store.hold(holdCommand(1));
      const commit = (): Promise<{ readonly kind: string }> => world.store.commit({ reservationId: rsv });
      const release = (): Promise<{ readonly kind: string }> => world.store.release({ reservationId: rsv });
      const calls = random.below(2) === 0 ? [commit, release] : [release, commit];
      const [first, second] = await Promise.all(calls.map((call) => call()));
      const isCommitFirst = calls[0] === commit;
      assert.deepEqual([first?.kind, second?.kind], isCommitFirst ? ['committed', 'already_committed'] : ['released', 'hold_released']);
      assert.deepEqual(world.audit(), []);
    }
  });
});

describe('S25: clock steps and freezes', () => {
  it('wall time stepping by five minutes neither ends a hold early nor keeps it alive', () => {
    for (const stepMs of [-300_000, 300_000]) {
      const world = smallWorld({ wallOffsetMs: () => stepMs });
      const hold = (n: number, userId: string): string => world.hold(n, { userId }).kind;
      assert.equal(hold(1, 'alice'), 'held');
      world.clock.advance(59_999);
      assert.deepEqual([hold(2, 'bob'), world.status(rsv)?.state], ['seat_unavailable', 'held']);
      world.clock.advance(1);
      assert.deepEqual([world.status(rsv)?.state, hold(3, 'bob')], ['expired', 'held']);
    }
  });

  it('only the sale window follows wall time', () => {
    let offset = 0;
    const world = smallWorld({ wallOffsetMs: () => offset });
    const opensAt = world.clock.nowMs() + 300_000;
    world.putEvent({ ...SMALL_EVENT, id: 'evt_later', sale_starts_at: new Date(opensAt).toISOString() });
    const hold = (n: number): string => world.hold(n, { eventId: 'evt_later', quantity: 1 }).kind;
    assert.equal(hold(1), 'sale_not_open');
    offset = 300_000;
    assert.equal(hold(1), 'held');
  });

  it('a frozen clock ends nothing, and the hold ends at its instant once time goes on', () => {
    const world = smallWorld();
    world.hold(1);
    for (let i = 0; i < 1000; i++) assert.deepEqual(world.store.dueHoldsNow(10), []);
    world.clock.advance(60_000);
    assert.deepEqual(world.store.dueHoldsNow(10), [rsv]);
  });

  it('a caller that decides at an instant long passed finds over what is over', () => {
    const world = smallWorld();
    const before = world.clock.nowMs();
    const hold = (n: number, userId: string, quantity: number): HoldOutcome =>
      world.run((unit) => world.decide.hold(unit, holdCommand(n, { userId, quantity, section: 'FLOOR' }), before));
    hold(1, 'alice', 3);
    world.clock.advance(60_000);
    assert.deepEqual(world.store.dueHoldsNow(10), [rsv]);
    assert.equal(world.run((unit) => world.decide.commit(unit, { reservationId: rsv }, before)).kind, 'hold_expired');
    const next = hold(2, 'bob', 3);
    assert.deepEqual(next.kind === 'held' && [next.expired, next.hold.createdAtMs], [[rsv], before + 60_000]);
    assert.deepEqual(world.audit(), []);
  });
});

function permutations<Item>(items: readonly Item[]): readonly (readonly Item[])[] {
  if (items.length <= 1) return [items];
  return items.flatMap((item, i) => permutations([...items.slice(0, i), ...items.slice(i + 1)]).map((rest) => [item, ...rest]));
}
