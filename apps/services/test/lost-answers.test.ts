import assert from 'node:assert/strict';
import { test } from 'node:test';
import { durationMs, type ReservationId } from '@traffic-tacos/kernel';
import { UpstreamFailure } from '@traffic-tacos/kit';
import { askAndDecide, cancelReservation, extendReservation, type Scheduler, type SeatHolder } from '@traffic-tacos/reservation';
import { withSale } from './support/sale.ts';
import type { WiredServices } from './support/wired-services.ts';

/** Timers that run when the test says so. */
class ManualTimers implements Scheduler {
  #planned = new Set<() => void>();

  after(_delayMs: number, run: () => void): () => void {
    this.#planned.add(run);
    return () => this.#planned.delete(run);
  }

  runAll(): void {
    const due = this.#planned;
    this.#planned = new Set();
    for (const run of due) run();
  }
}

const OBSERVE = { onExpiry: () => undefined, onFailure: (cause: unknown) => assert.fail(String(cause)) };

const unanswered = (asked: Promise<unknown>, reason = 'timed_out'): Promise<void> =>
  assert.rejects(asked, (thrown) => thrown instanceof UpstreamFailure && thrown.reason === reason);

const expire = async ({ reservation: { context } }: WiredServices, id: ReservationId) => context.store.expire(id, 'a'.repeat(32), await context.seats.expire(id));

test('S17: a hold whose answer was lost is nobody’s reservation; the retry adopts it under its own id, and it is one hold', () =>
  withSale(async ({ hold, held, proxy, taken, wired }) => {
    await held('carol', 'first', 'A-4');
    proxy.become('mute');
    await unanswered(hold('alice', 'k1', 'A-1', 'A-2'));
    assert.deepEqual(await taken(), { held: 3, sold: 0 });
    const heldAtMs = wired.reservation.context.clock.nowMs();
    await wired.advance(1_000);
    assert.deepEqual((await wired.reservation.context.store.list({ userId: 'alice', status: undefined, eventId: undefined, after: undefined, limit: 10 })).items, []);
    proxy.become('open');
    const id = await held('alice', 'k1', 'A-1', 'A-2');
    assert.deepEqual(await taken(), { held: 3, sold: 0 });
    const adopted = await wired.inventory.store.holdStatus(id);
    assert.deepEqual([adopted?.state, adopted?.createdAtMs], ['held', heldAtMs]);
    assert.equal((await wired.reservation.context.store.read(id))?.holdExpiresAtMs, heldAtMs + 60_000);
    assert.equal((await hold('alice', 'k1', 'A-1', 'A-2')).kind, 'replayed');
    assert.equal((await hold('bob', 'k1', 'A-1')).kind, 'seat_unavailable');
  }));

test('I7: a lost hold answers no other wish under its key, and its key is new once the hold is over', () =>
  withSale(async ({ hold, held, proxy, taken, wired }) => {
    await held('carol', 'first', 'A-4');
    proxy.become('mute');
    await unanswered(hold('alice', 'k1', 'A-1'));
    assert.deepEqual(await taken(), { held: 2, sold: 0 });
    proxy.become('open');
    assert.equal((await hold('alice', 'k1', 'A-2')).kind, 'idempotency_conflict');
    await wired.advance(60_000);
    const id = await held('alice', 'k1', 'A-2');
    assert.equal((await wired.inventory.store.holdStatus(id))?.state, 'held');
    assert.deepEqual(await taken(), { held: 1, sold: 0 });
  }));

test('I7: twins at once are one hold and one reservation', () =>
  withSale(async ({ hold, taken }) => {
    const outcomes = await Promise.all(Array.from({ length: 8 }, () => hold('alice', 'twin', 'A-1')));
    assert.equal(outcomes.filter(({ kind }) => kind === 'created').length, 1);
    assert.equal(outcomes.filter(({ kind }) => kind === 'replayed').length, 7);
    assert.deepEqual(await taken(), { held: 1, sold: 0 });
  }, { timeoutMs: 30_000 }));

test('a repetition is answered without the inventory, whatever has become of the hold', () =>
  withSale(async ({ hold, held, cancel, proxy, taken }) => {
    const id = await held('alice', 'k1', 'A-1');
    assert.equal((await cancel('alice', id)).kind, 'cancelled');
    proxy.become('cut');
    assert.equal((await hold('alice', 'k1', 'A-1')).kind, 'replayed');
    assert.deepEqual(await taken(), { held: 0, sold: 0 });
  }));

test('I10: a stranger’s cancel is refused before the inventory hears of it, and the hold stays', () =>
  withSale(async ({ held, cancel, proxy, taken }) => {
    const id = await held('alice', 'k1', 'A-1');
    proxy.become('cut');
    assert.equal((await cancel('mallory', id)).kind, 'reservation_not_found');
    assert.deepEqual(await taken(), { held: 1, sold: 0 });
  }));

test('planted: seats that are asked before the decision lose a hold to a stranger’s cancel', () =>
  withSale(async ({ held, taken, wired }) => {
    const { context } = wired.reservation;
    const id = await held('alice', 'k1', 'A-1');
    const release: SeatHolder['release'] = async (reservationId) => {
      const step = await context.seats.release(reservationId);
      const answer = await askAndDecide(() => wired.ground.units.run(step));
      return () => answer;
    };
    const strangers = { userId: 'mallory', reservationId: id, traceId: 'a'.repeat(32), idempotencyKey: undefined };
    assert.equal((await cancelReservation({ ...context, seats: { ...context.seats, release } }, strangers)).kind, 'reservation_not_found');
    assert.deepEqual(await taken(), { held: 0, sold: 0 });
  }));

test('I2: a commit whose answer was lost is carried through; until then the reservation names its payment and never reads EXPIRED', async () => {
  const timers = new ManualTimers();
  await withSale(
    async ({ held, paid, confirm, cancel, status, proxy, taken, wired }) => {
      wired.reservation.start(OBSERVE);
      const id = await held('alice', 'k1', 'A-1');
      const intent = await paid('alice', id, 1_000);
      proxy.become('mute');
      await unanswered(confirm('alice', id, intent));
      assert.deepEqual(await taken(), { held: 0, sold: 1 });
      await wired.advance(120_000);
      assert.equal(await status(id), 'HOLD');
      assert.equal((await cancel('alice', id)).kind, 'already_confirmed');
      proxy.become('open');
      timers.runAll();
      await wired.reservation.stop();
      assert.equal(await status(id), 'CONFIRMED');
      assert.deepEqual(await taken(), { held: 0, sold: 1 });
      assert.equal((await confirm('alice', id, intent)).kind, 'confirmed');
    },
    { timers },
  );
});

test('I2: nobody’s refused confirm ends the repetition of a commit that another one has begun', async () => {
  const timers = new ManualTimers();
  await withSale(
    async ({ held, paid, confirm, status, proxy, wired }) => {
      wired.reservation.start(OBSERVE);
      const id = await held('alice', 'k1', 'A-1');
      const intent = await paid('alice', id, 1_000);
      const other = await paid('alice', id, 1_000);
      proxy.become('mute');
      await unanswered(confirm('alice', id, intent));
      proxy.become('open');
      assert.equal((await confirm('mallory', id, intent)).kind, 'reservation_not_found');
      assert.equal((await confirm('alice', id, other)).kind, 'already_confirmed');
      assert.equal(await status(id), 'HOLD');
      timers.runAll();
      await wired.reservation.stop();
      assert.equal(await status(id), 'CONFIRMED');
    },
    { timers },
  );
});

test('I3: a capture whose seats are gone is given back in the other process, and its result is sent again until it is', () =>
  withSale(async ({ held, paid, status, hold, wired }) => {
    const id = await held('alice', 'k1', 'A-1');
    const intent = await paid('alice', id, 1_000);
    await wired.advance(60_000);
    assert.equal((await hold('bob', 'k1', 'A-1')).kind, 'created');
    const { payment, follower } = wired.payment;
    await payment.store.read(intent, undefined);
    follower.catchUp(payment.intents());
    await follower.stop();
    await wired.reservation.stop();
    assert.equal(await status(id), 'FAILED');
    assert.equal((await payment.store.read(intent, undefined))?.status, 'REFUNDED');
  }));

test('I7: an extension whose answer was lost just before the hold’s instant is what its repeat gets after it, and nothing ended in between', () =>
  withSale(async ({ held, hold, proxy, status, wired }) => {
    const { context } = wired.reservation;
    const id = await held('alice', 'k1', 'A-1');
    const heldUntilMs = (await context.store.read(id))?.holdExpiresAtMs ?? assert.fail();
    await wired.advance(59_900);
    await held('carol', 'first', 'A-4');
    const wish = { reservationId: id, byMs: durationMs(60_000), userId: 'alice', traceId: 'a'.repeat(32), idempotencyKey: 'longer' };
    proxy.become('mute');
    await unanswered(extendReservation(context, wish));
    proxy.become('open');
    await wired.advance(200);
    assert.equal((await expire(wired, id)).kind, 'not_due');
    const outcome = await extendReservation(context, wish);
    assert.deepEqual([outcome.kind, outcome.kind === 'extended' && outcome.reservation.holdExpiresAtMs], ['extended', heldUntilMs + 60_000]);
    assert.equal(await status(id), 'HOLD');
    assert.equal((await hold('bob', 'k1', 'A-1')).kind, 'seat_unavailable');
  }));

test('an extension that is asked for too late is refused by the inventory, whose clock decides, and the hold ends', () =>
  withSale(async ({ held, hold, wired }) => {
    const { context } = wired.reservation;
    const id = await held('alice', 'k1', 'A-1');
    await wired.advance(60_000);
    const wish = { reservationId: id, byMs: durationMs(60_000), userId: 'alice', traceId: 'a'.repeat(32), idempotencyKey: 'longer' };
    assert.equal((await extendReservation(context, wish)).kind, 'reservation_expired');
    assert.equal((await hold('bob', 'k1', 'A-1')).kind, 'created');
    assert.equal((await expire(wired, id)).kind, 'expired');
    assert.equal((await extendReservation(context, wish)).kind, 'reservation_expired');
  }));
