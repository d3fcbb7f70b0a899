import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Unit } from '@traffic-tacos/journal';
import { amountMinor, Contended, durationMs, type ManualClock, type PaymentIntentId, type ReservationId } from '@traffic-tacos/kernel';
import { cancelReservation } from '../application/cancel-reservation.ts';
import { confirmReservation } from '../application/confirm-reservation.ts';
import type { ReservationContext } from '../application/context.ts';
import { createReservation, type CreateCommand } from '../application/create-reservation.ts';
import { expireDue } from '../application/expire-due.ts';
import { extendReservation } from '../application/extend-reservation.ts';
import { followApproval, followFailure, followRefund } from '../application/follow-payment.ts';
import type { IntentFacts } from '../domain/judge.ts';
import { ticketsOf } from '../domain/order.ts';
import { statusAt } from '../domain/reservation.ts';
import type { CreateOutcome } from './reservation-store.ts';
import type { SeatHolder } from './seat-holder.ts';

/** A store under test, reached through the use cases, over an event with the seats at 1,000 KRW each. */
export interface ReservationStoreUnderTest {
  readonly context: ReservationContext;
  readonly clock: ManualClock;
  readonly eventId: string;
  /** Makes a payment known as captured. */
  capture(intent: IntentFacts): void;
  /** The intents given back so far. */
  readonly refunded: readonly PaymentIntentId[];
}

const HOLD_MS = 60_000;
const TRACE = 'a'.repeat(32);
const PAY_1: PaymentIntentId = `pay_${'1'.repeat(26)}`;
const PAY_2: PaymentIntentId = `pay_${'2'.repeat(26)}`;

/** What every adapter of `ReservationStore` must do. */
export function reservationStoreSuite(name: string, make: () => Promise<ReservationStoreUnderTest>): void {
  const it = (sentence: string, body: (on: ReservationStoreUnderTest) => Promise<void>): void => {
    test(`${name}: ${sentence}`, async () => body(await make()));
  };

  it('I7: one key has one effect, and a repetition gets what the first one made', async (on) => {
    const first = await create(on, 'k1', ['A-1', 'A-2']);
    assert.equal(first.kind, 'created');
    const again = await create(on, 'k1', ['A-2', 'A-1']);
    assert.equal(again.kind, 'replayed');
    assert.equal(idOf(again), idOf(first));
    assert.equal((await create(on, 'k1', ['A-3'])).kind, 'idempotency_conflict');
  });

  it('S6: fifty twins with one key make one reservation', async (on) => {
    const outcomes = await Promise.all(Array.from({ length: 50 }, () => create(on, 'twin', ['A-1'])));
    assert.equal(outcomes.filter(({ kind }) => kind === 'created').length, 1);
    assert.equal(new Set(outcomes.map(idOf)).size, 1);
  });

  it('S6: the same key of another user or for another operation is another key', async (on) => {
    const mine = await create(on, 'shared', ['A-1']);
    assert.equal((await create(on, 'shared', ['A-2'], 'bob')).kind, 'created');
    assert.equal((await cancel(on, idOf(mine), 'alice', 'shared')).kind, 'cancelled');
  });

  it('a refusal is not kept: the same key may succeed later', async (on) => {
    const other = await create(on, 'k1', ['A-1']);
    assert.equal((await create(on, 'k2', ['A-1'], 'bob')).kind, 'seat_unavailable');
    await cancel(on, idOf(other), 'alice');
    assert.equal((await create(on, 'k2', ['A-1'], 'bob')).kind, 'created');
  });

  it('a key is free again when its time is over, and not a millisecond before', async (on) => {
    const first = await create(on, 'k1', ['A-1']);
    on.clock.advance(300_000 - 1);
    assert.equal((await create(on, 'k1', ['A-1'])).kind, 'replayed');
    on.clock.advance(1);
    const second = await create(on, 'k1', ['A-1']);
    assert.equal(second.kind, 'created');
    assert.notEqual(idOf(second), idOf(first));
  });

  it('I5: a hold past its instant reads EXPIRED before anybody has recorded it, and is recorded once', async (on) => {
    const id = idOf(await create(on, 'k1', ['A-1']));
    on.clock.advance(HOLD_MS - 1);
    assert.equal(await status(on, id), 'HOLD');
    assert.equal((await expireDue(on.context)).expired, 0);
    on.clock.advance(1);
    assert.equal(await status(on, id), 'EXPIRED');
    assert.equal((await cancel(on, id, 'alice')).kind, 'reservation_expired');
    assert.equal((await expireDue(on.context)).expired, 1);
    assert.equal((await expireDue(on.context)).expired, 0);
    assert.equal((await on.context.store.read(id))?.status, 'EXPIRED');
  });

  it('S8: twenty parallel confirms make one order', async (on) => {
    const id = idOf(await create(on, 'k1', ['A-1']));
    on.capture(intentOf(PAY_1, id));
    const outcomes = await Promise.all(Array.from({ length: 20 }, () => confirm(on, id, PAY_1)));
    assert.deepEqual(new Set(outcomes.map(({ kind }) => kind)), new Set(['confirmed']));
    assert.equal((await on.context.store.listOrders(list('alice'))).items.length, 1);
    assert.equal((await confirm(on, id, PAY_2)).kind, 'already_confirmed');
  });

  it('S8: confirm against cancel has one winner', async (on) => {
    const id = idOf(await create(on, 'k1', ['A-1']));
    on.capture(intentOf(PAY_1, id));
    const [confirmed, cancelled] = await Promise.all([confirm(on, id, PAY_1), cancel(on, id, 'alice')]);
    assert.equal(Number(confirmed.kind === 'confirmed') + Number(cancelled.kind === 'cancelled'), 1);
    assert.equal(on.refunded.length, confirmed.kind === 'confirmed' ? 0 : 1);
  });

  it('a confirm needs a captured payment of this reservation, this user and this amount', async (on) => {
    const id = idOf(await create(on, 'k1', ['A-1']));
    assert.equal((await confirm(on, id, PAY_1)).kind, 'payment_not_approved');
    on.capture({ ...intentOf(PAY_1, id), isCaptured: false });
    assert.equal((await confirm(on, id, PAY_1)).kind, 'payment_not_approved');
    on.capture({ ...intentOf(PAY_1, id), userId: 'bob' });
    assert.equal((await confirm(on, id, PAY_1)).kind, 'payment_not_approved');
    on.capture({ ...intentOf(PAY_1, id), amountMinor: amountMinor(999) });
    assert.equal((await confirm(on, id, PAY_1)).kind, 'payment_differs');
    assert.deepEqual(on.refunded, [PAY_1]);
    on.capture(intentOf(PAY_2, id));
    assert.equal((await confirm(on, id, PAY_2)).kind, 'confirmed');
  });

  it('a payment captured too late gets its free seats again, or its money back', async (on) => {
    const lucky = idOf(await create(on, 'k1', ['A-1']));
    const unlucky = idOf(await create(on, 'k2', ['A-2']));
    on.capture(intentOf(PAY_1, lucky));
    on.capture(intentOf(PAY_2, unlucky));
    on.clock.advance(HOLD_MS);
    await create(on, 'k3', ['A-2'], 'bob');
    assert.equal((await confirm(on, lucky, PAY_1)).kind, 'confirmed');
    assert.deepEqual(await confirm(on, unlucky, PAY_2), { kind: 'reservation_expired', refunding: true });
    assert.equal(await status(on, unlucky), 'FAILED');
    assert.deepEqual(on.refunded, [PAY_2]);
  });

  it('a full refund of an order gives the seats back once, voids the tickets, and leaves REFUNDED', async (on) => {
    const id = idOf(await create(on, 'k1', ['A-1']));
    on.capture(intentOf(PAY_1, id));
    await confirm(on, id, PAY_1);
    const settled = { paymentIntentId: PAY_1, reservationId: id, traceId: TRACE };
    assert.equal((await followRefund(on.context, settled)).kind, 'nothing_to_do');
    on.capture({ ...intentOf(PAY_1, id), isCaptured: false, isRefunded: true });
    assert.equal((await followRefund(on.context, settled)).kind, 'followed');
    assert.equal((await followRefund(on.context, settled)).kind, 'nothing_to_do');
    assert.equal(await status(on, id), 'REFUNDED');
    const order = (await on.context.store.listOrders(list('alice'))).items[0] ?? assert.fail();
    assert.deepEqual(ticketsOf(order.order, order.reservation).map((ticket) => ticket.status), ['VOID']);
    assert.equal((await create(on, 'k2', ['A-1'], 'bob')).kind, 'created');
  });

  it('two payments captured for one reservation: the first wins, the other goes back', async (on) => {
    const id = idOf(await create(on, 'k1', ['A-1']));
    on.capture(intentOf(PAY_1, id));
    on.capture(intentOf(PAY_2, id));
    await followApproval(on.context, { paymentIntentId: PAY_1, reservationId: id, traceId: TRACE });
    await followApproval(on.context, { paymentIntentId: PAY_2, reservationId: id, traceId: TRACE });
    assert.equal((await on.context.store.read(id))?.paymentIntentId, PAY_1);
    assert.deepEqual(on.refunded, [PAY_2]);
  });

  it('a failed payment keeps the hold for another try, and ends it under the policy that says so', async (on) => {
    const id = idOf(await create(on, 'k1', ['A-1']));
    on.capture({ ...intentOf(PAY_1, id), isCaptured: false, isFailed: true });
    const settled = { paymentIntentId: PAY_1, reservationId: id, traceId: TRACE };
    assert.equal((await followFailure(on.context, settled)).kind, 'nothing_to_do');
    assert.equal(await status(on, id), 'HOLD');
    const settings = { ...on.context.settings, failedPaymentPolicy: 'release' } as const;
    assert.equal((await followFailure({ ...on.context, settings }, settled)).kind, 'followed');
    const failed = await on.context.store.read(id);
    assert.deepEqual([failed?.status, failed?.failure], ['FAILED', 'FAILED_PAYMENT']);
    assert.equal((await create(on, 'k2', ['A-1'], 'bob')).kind, 'created');
  });

  it('a hold whose instant comes in the middle of its confirm is taken again, not refunded', async (on) => {
    const id = idOf(await create(on, 'k1', ['A-1']));
    on.capture(intentOf(PAY_1, id));
    const { seats } = on.context;
    const late: SeatHolder = Object.create(seats, {
      commit: {
        value: async (...asked: Parameters<SeatHolder['commit']>) => {
          const step = await seats.commit(...asked);
          return (unit: Unit) => {
            if (!asked[2].reacquire) on.clock.advance(HOLD_MS);
            return step(unit);
          };
        },
      },
    });
    const confirmed = await confirmReservation({ ...on.context, seats: late }, { ...facts(id, 'alice'), paymentIntentId: PAY_1 });
    assert.equal(confirmed.kind, 'confirmed');
    assert.deepEqual(on.refunded, []);
  });

  it('a list of many finds the few that are asked for, by pages that may be short', async (on) => {
    const wanted: ReservationId[] = [];
    for (let i = 0; i < 2_500; i++) {
      const id = idOf(await create(on, `k-${i}`, ['A-1']));
      await cancel(on, id, 'alice');
      if (i % 900 === 0) wanted.unshift(idOf(await create(on, `w-${i}`, [`A-${2 + i / 900}`])));
      on.clock.advance(1);
    }
    const found: ReservationId[] = [];
    let after: string | undefined;
    do {
      const page = await on.context.store.list({ ...list('alice'), status: 'HOLD', after });
      found.push(...page.items.map(({ id }) => id));
      after = page.next;
    } while (after !== undefined);
    assert.deepEqual(found, wanted);
  });

  it('I2: a reservation that names its payment reads HOLD, and is neither cancelled, extended nor refunded before its commit is answered', async (on) => {
    const id = idOf(await create(on, 'k1', ['A-1']));
    const { store } = on.context;
    assert.equal(await store.nameIntent(id, PAY_1), true);
    assert.equal(await store.nameIntent(id, PAY_1), true);
    assert.equal(await store.nameIntent(id, PAY_2), false);
    assert.deepEqual(store.committing().map((reservation) => reservation.id), [id]);
    on.clock.advance(HOLD_MS);
    assert.equal(await status(on, id), 'HOLD');
    assert.equal((await expireDue(on.context)).expired, 0);
    assert.equal((await cancel(on, id, 'alice')).kind, 'already_confirmed');
    assert.equal((await extend(on, id, 30_000)).kind, 'already_confirmed');
    on.capture({ ...intentOf(PAY_1, id), isCaptured: false, isRefunded: true });
    await assert.rejects(followRefund(on.context, { paymentIntentId: PAY_1, reservationId: id, traceId: TRACE }), Contended);
    on.capture(intentOf(PAY_2, id));
    assert.equal((await confirm(on, id, PAY_2)).kind, 'already_confirmed');
    on.capture(intentOf(PAY_1, id));
    assert.equal((await confirm(on, id, PAY_1)).kind, 'confirmed');
    assert.deepEqual([on.refunded, store.committing()], [[PAY_2], []]);
    assert.equal(await store.nameIntent(id, PAY_1), false);
  });

  it('I2: one that was recorded EXPIRED reads HOLD, alone and in lists, while a late capture is being committed for it', async (on) => {
    const id = idOf(await create(on, 'k1', ['A-1']));
    on.clock.advance(HOLD_MS);
    assert.equal((await expireDue(on.context)).expired, 1);
    on.capture(intentOf(PAY_1, id));
    assert.equal(await on.context.store.nameIntent(id, PAY_1), true);
    const listed = async (wanted: 'HOLD' | 'EXPIRED') => (await on.context.store.list({ ...list('alice'), status: wanted })).items.map((item) => item.id);
    assert.deepEqual([await status(on, id), await listed('HOLD'), await listed('EXPIRED')], ['HOLD', [id], []]);
    assert.equal((await cancel(on, id, 'alice')).kind, 'already_confirmed');
    assert.equal((await confirm(on, id, PAY_1)).kind, 'confirmed');
  });

  it('I3: a payment that got no seats is remembered as one that goes back, and is not committed for any more', async (on) => {
    const id = idOf(await create(on, 'k1', ['A-1']));
    on.capture(intentOf(PAY_1, id));
    await on.context.store.nameIntent(id, PAY_1);
    on.clock.advance(HOLD_MS);
    await create(on, 'k2', ['A-1'], 'bob');
    assert.deepEqual(await confirm(on, id, PAY_1), { kind: 'reservation_expired', refunding: true });
    const failed = await on.context.store.read(id);
    assert.deepEqual([failed?.status, failed?.failure, failed?.paymentIntentId], ['FAILED', 'SEATS_GONE', PAY_1]);
    assert.deepEqual([on.refunded, on.context.store.committing()], [[PAY_1], []]);
  });

  it('an extension is allowed once, up to the maximum, and only to a live hold', async (on) => {
    const id = idOf(await create(on, 'k1', ['A-1']));
    assert.equal((await extend(on, id, 60_001)).kind, 'extension_not_allowed');
    const once = await extend(on, id, 30_000);
    const twice = await extend(on, id, 30_000);
    assert.equal(once.kind, 'extended');
    assert.deepEqual(twice.kind === 'extended' && twice.reservation.holdExpiresAtMs, once.kind === 'extended' && once.reservation.holdExpiresAtMs);
    assert.equal((await extend(on, id, 20_000)).kind, 'extension_not_allowed');
    on.clock.advance(HOLD_MS + 29_999);
    assert.equal(await status(on, id), 'HOLD');
    on.clock.advance(1);
    assert.equal((await extend(on, id, 30_000)).kind, 'reservation_expired');
  });

  it('I10: somebody else\'s reservation is as absent as none', async (on) => {
    const id = idOf(await create(on, 'k1', ['A-1']));
    assert.equal((await cancel(on, id, 'bob')).kind, 'reservation_not_found');
    assert.equal((await confirm(on, id, PAY_1, 'bob')).kind, 'reservation_not_found');
    assert.deepEqual((await on.context.store.list(list('bob'))).items, []);
  });

  it('a list is one\'s own, newest first, by pages without gap or repetition', async (on) => {
    const ids: ReservationId[] = [];
    for (const seat of ['A-1', 'A-2', 'A-3', 'A-4']) {
      ids.push(idOf(await create(on, `k-${seat}`, [seat])));
      on.clock.advance(1);
    }
    const first = await on.context.store.list({ ...list('alice'), limit: 3 });
    const rest = await on.context.store.list({ ...list('alice'), limit: 3, after: first.next });
    assert.deepEqual([...first.items, ...rest.items].map(({ id }) => id), ids.toReversed());
    assert.equal(rest.next, undefined);
    await cancel(on, ids[0] ?? assert.fail(), 'alice');
    assert.deepEqual((await on.context.store.list({ ...list('alice'), status: 'CANCELLED' })).items.map(({ id }) => id), [ids[0]]);
    assert.deepEqual((await on.context.store.list({ ...list('alice'), eventId: 'evt_other' })).items, []);
  });
}

type On = ReservationStoreUnderTest;

const create = (on: On, idempotencyKey: string, seatIds: readonly string[], userId = 'alice'): Promise<CreateOutcome> => {
  const command: CreateCommand = {
    userId, traceId: TRACE, idempotencyKey, eventId: on.eventId, seatIds, quantity: seatIds.length, section: undefined, reservationToken: undefined,
  };
  return createReservation(on.context, command);
};

const facts = (reservationId: ReservationId, userId: string) => ({ reservationId, userId, traceId: TRACE, idempotencyKey: undefined });
const confirm = (on: On, id: ReservationId, paymentIntentId: PaymentIntentId, user = 'alice') =>
  confirmReservation(on.context, { ...facts(id, user), paymentIntentId });
const cancel = (on: On, id: ReservationId, user: string, idempotencyKey?: string) =>
  cancelReservation(on.context, { ...facts(id, user), idempotencyKey });
const extend = (on: On, id: ReservationId, byMs: number) => extendReservation(on.context, { ...facts(id, 'alice'), byMs: durationMs(byMs) });
const status = async (on: On, id: ReservationId) => {
  const found = await on.context.store.read(id);
  return found === undefined ? undefined : statusAt(found, on.clock.nowMs());
};
const list = (userId: string) => ({ userId, status: undefined, eventId: undefined, after: undefined, limit: 100 });

function idOf(outcome: CreateOutcome): ReservationId {
  assert.ok(outcome.kind === 'created' || outcome.kind === 'replayed', outcome.kind);
  return outcome.reservation.id;
}

const intentOf = (id: PaymentIntentId, reservationId: ReservationId): IntentFacts => ({
  id, reservationId, userId: 'alice', isCaptured: true, isRefunded: false, isFailed: false, amountMinor: amountMinor(1000), currency: 'KRW',
});
