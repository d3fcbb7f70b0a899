import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Joinable } from '@traffic-tacos/journal';
import { durationMs, epochMs, ManualClock, newId, SeededRandom, type ReservationId } from '@traffic-tacos/kernel';
import { orderIdOf } from '../domain/order.ts';
import type { HoldCommand, HoldOutcome, SeatHolder } from './seat-holder.ts';

/** An adapter under test, over one event that has the seats and nobody's holds. */
export interface SeatHolderUnderTest {
  readonly seats: SeatHolder;
  readonly clock: ManualClock;
  readonly eventId: string;
  /** Runs a step as a caller would: in a unit of work, committed, and asks what it comes to. */
  run<Outcome>(step: Joinable<Outcome>): Promise<Outcome>;
}

const HOLD_MS = 60_000;

/** What every adapter of `SeatHolder` must do. Only what both an adapter in this process and a remote one can give is asserted. */
export function seatHolderSuite(name: string, make: () => Promise<SeatHolderUnderTest>): void {
  const random = new SeededRandom(11);
  const newReservation = (): ReservationId => newId('rsv', epochMs(1_700_000_000_000), 0, random);

  const it = (sentence: string, body: (on: Actions) => Promise<void>): void => {
    test(`${name}: ${sentence}`, async () => body(actions(await make())));
  };

  it('held seats are one reservation\'s until the hold expires, and anybody\'s at that instant', async ({ on, hold }) => {
    const first = await hold(newReservation(), ['A-1', 'A-2']);
    assert.equal(first.kind, 'held');
    on.clock.advance(HOLD_MS - 1);
    assert.equal((await hold(newReservation(), ['A-2', 'A-3'])).kind, 'seat_unavailable');
    on.clock.advance(1);
    assert.equal((await hold(newReservation(), ['A-2', 'A-3'])).kind, 'held');
  });

  it('a refused hold holds nothing of what it asked for', async ({ hold }) => {
    await hold(newReservation(), ['A-1']);
    assert.deepEqual(await hold(newReservation(), ['A-1', 'A-2']), { kind: 'seat_unavailable', seats: [{ seatId: 'A-1', state: 'held' }] });
    assert.equal((await hold(newReservation(), ['A-2'])).kind, 'held');
  });

  it('unknown events and seats are named as such', async ({ on, hold }) => {
    assert.deepEqual(await hold(newReservation(), ['A-9', 'A-1']), { kind: 'seat_not_found', seatIds: ['A-9'] });
    const step = await on.seats.hold({ ...command(on.eventId, newReservation(), ['A-1']), eventId: 'evt_unknown' });
    assert.deepEqual(await on.run(step), { kind: 'event_not_found' });
  });

  it('S7: a hold asked for again under the same id is the same hold', async ({ hold }) => {
    const id = newReservation();
    const first = await hold(id, ['A-1', 'A-2']);
    assert.deepEqual(await hold(id, ['A-1', 'A-2']), first);
  });

  it('commit before the instant sells, at the instant it does not; a second commit answers as the first', async ({ on, hold, commit }) => {
    const early = newReservation();
    const late = newReservation();
    await hold(early, ['A-1']);
    await hold(late, ['A-2']);
    on.clock.advance(HOLD_MS - 1);
    assert.equal(await commit(early), 'committed');
    on.clock.advance(1);
    assert.equal(await commit(late), 'hold_expired');
    assert.equal(await commit(early), 'committed');
    assert.equal(await commit(newReservation()), 'hold_not_found');
  });

  it('release frees; a late one never touches the next owner; a sold hold is not released', async ({ on, hold, commit, release }) => {
    const first = newReservation();
    const second = newReservation();
    await hold(first, ['A-1']);
    on.clock.advance(HOLD_MS);
    await hold(second, ['A-1']);
    assert.equal(await release(first), 'hold_expired');
    assert.equal((await hold(newReservation(), ['A-1'])).kind, 'seat_unavailable');
    assert.equal(await release(second), 'released');
    assert.equal(await commit(second), 'hold_released');
    const third = newReservation();
    await hold(third, ['A-1']);
    assert.equal(await commit(third), 'committed');
    assert.equal(await release(third), 'already_committed');
  });

  it('S10: a wake-up never ends a hold before its instant; from then on the seats are free, whoever was told, and told again changes nothing', async ({ on, hold, expire, commit }) => {
    const [id, next] = [newReservation(), newReservation()];
    await hold(id, ['A-1']);
    on.clock.advance(HOLD_MS - 1);
    assert.equal(await expire(id), 'not_due');
    assert.equal((await hold(newReservation(), ['A-1'])).kind, 'seat_unavailable');
    on.clock.advance(1);
    assert.ok(['expired', 'ended'].includes(await expire(id)));
    assert.equal((await hold(next, ['A-1'])).kind, 'held');
    assert.equal(await expire(id), 'ended');
    assert.equal(await commit(id), 'hold_expired');
    assert.ok(['hold_not_found', 'ended'].includes(await expire(newReservation())));
    assert.equal(await commit(next), 'committed');
  });

  it('a captured payment may take ended seats again while they are free, and not when they are gone', async ({ on, hold, commit, reacquire }) => {
    const first = newReservation();
    const second = newReservation();
    await hold(first, ['A-1']);
    await hold(second, ['A-2']);
    on.clock.advance(HOLD_MS);
    await hold(newReservation(), ['A-2']);
    assert.equal(await reacquire(first), 'committed');
    assert.equal(await reacquire(second), 'seats_gone');
    assert.equal(await commit(first), 'committed');
  });

  it('the seats of an order come back once all of its price went back, and only then', async ({ hold, commit, giveBack, reacquire }) => {
    const id = newReservation();
    await hold(id, ['A-1']);
    assert.equal(await giveBack(id), 'order_not_found');
    await commit(id);
    assert.equal(await giveBack(id), 'returned');
    assert.equal(await giveBack(id), 'returned');
    assert.equal((await hold(newReservation(), ['A-1'])).kind, 'held');
    assert.equal(await reacquire(id), 'hold_released');
  });

  it('an extension moves the end once; the same again is the same', async ({ on, hold, extend }) => {
    const id = newReservation();
    const held = await hold(id, ['A-1']);
    const expiresAtMs = held.kind === 'held' ? held.held.expiresAtMs + 30_000 : 0;
    assert.deepEqual(await extend(id, 30_000), { kind: 'extended', expiresAtMs });
    assert.deepEqual(await extend(id, 30_000), { kind: 'extended', expiresAtMs });
    assert.deepEqual(await extend(id, 20_000), { kind: 'extension_not_allowed' });
    on.clock.advance(HOLD_MS + 30_000);
    assert.deepEqual(await extend(id, 30_000), { kind: 'hold_expired' });
  });
}

interface Actions {
  readonly on: SeatHolderUnderTest;
  hold(id: ReservationId, seatIds: readonly string[]): Promise<HoldOutcome>;
  commit(id: ReservationId): Promise<string>;
  reacquire(id: ReservationId): Promise<string>;
  release(id: ReservationId): Promise<string>;
  expire(id: ReservationId): Promise<string>;
  extend(id: ReservationId, byMs: number): Promise<unknown>;
  giveBack(id: ReservationId): Promise<string>;
}

function actions(on: SeatHolderUnderTest): Actions {
  const kind = async (step: Promise<Joinable<{ readonly kind: string }>>): Promise<string> => (await on.run(await step)).kind;
  return {
    on,
    hold: async (id, seatIds) => on.run(await on.seats.hold(command(on.eventId, id, seatIds))),
    commit: (id) => kind(on.seats.commit(id, orderIdOf(id), { reacquire: false })),
    reacquire: (id) => kind(on.seats.commit(id, orderIdOf(id), { reacquire: true })),
    release: (id) => kind(on.seats.release(id)),
    expire: (id) => kind(on.seats.expire(id)),
    giveBack: (id) => kind(on.seats.return(orderIdOf(id))),
    extend: async (id, byMs) => on.run(await on.seats.extend(id, durationMs(byMs))),
  };
}

const command = (eventId: string, reservationId: ReservationId, seatIds: readonly string[]): HoldCommand => ({
  reservationId,
  eventId,
  userId: 'alice',
  seatIds,
  quantity: seatIds.length,
  section: undefined,
  holdForMs: durationMs(HOLD_MS),
  expiresAtUpperBoundMs: undefined,
  admission: 'none',
});
