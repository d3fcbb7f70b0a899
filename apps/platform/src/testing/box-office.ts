import assert from 'node:assert/strict';
import { setImmediate } from 'node:timers/promises';
import { amountMinor, type PaymentIntentId, type ReservationId } from '@traffic-tacos/kernel';
import type { PaymentService, Scenario } from '@traffic-tacos/payment';
import { cancelReservation, confirmReservation, holdSeats, readReservation, statusAt, type Reservation, type ReservationContext } from '@traffic-tacos/reservation';

const TRACE = 'a'.repeat(32);
const PRICE = 1_000;
const WITHIN_MS = 60_000;

/** The event that a box office sells, in the format of the catalogue: seats of 1,000 KRW. */
export const BOX_OFFICE_EVENT = {
  id: 'evt_box', name: 'Box office', currency: 'KRW', purchase_limit: 100,
  sections: [{ id: 'A', name: 'A', price: PRICE, seat_ids: Array.from({ length: 20 }, (_, i) => `A-${i + 1}`) }],
};

/** What buyers do at the use cases themselves, whichever way the services reach each other. */
export interface BoxOffice {
  /** Holds a seat, or fails the test. */
  hold(userId: string, seatId: string): Promise<Reservation>;
  /** Begins a payment of the price of one seat, or fails the test. */
  pay(userId: string, reservationId: ReservationId, scenario: Scenario): Promise<PaymentIntentId>;
  confirm(userId: string, reservationId: ReservationId, intentId: PaymentIntentId): Promise<string>;
  cancel(userId: string, reservationId: ReservationId): Promise<string>;
  /** Gives back all of a captured payment, as an admin does. */
  refund(intentId: PaymentIntentId): Promise<void>;
  status(reservationId: ReservationId): Promise<string | undefined>;
  /** Resolves once the reservation has the status; others work on it. */
  reached(reservationId: ReservationId, status: string): Promise<void>;
}

export function boxOffice(context: ReservationContext, { useCases }: Pick<PaymentService, 'useCases'>): BoxOffice {
  const status: BoxOffice['status'] = async (id) => {
    const found = await readReservation(context, id, undefined);
    return found === undefined ? undefined : statusAt(found, context.clock.nowMs());
  };
  return {
    hold: async (userId, seatId) => {
      const outcome = await holdSeats(context, {
        userId, traceId: TRACE, idempotencyKey: crypto.randomUUID(), eventId: BOX_OFFICE_EVENT.id, seatIds: [seatId], quantity: 1, section: undefined, reservationToken: undefined,
      });
      return outcome.kind === 'created' ? outcome.reservation : assert.fail(`${outcome.kind} of ${seatId}`);
    },
    pay: async (userId, reservationId, scenario) => {
      const outcome = await useCases.createIntent({
        userId, traceId: TRACE, idempotencyKey: crypto.randomUUID(), reservationId, amountMinor: amountMinor(PRICE), currency: 'KRW', scenario, method: undefined,
      });
      return outcome.kind === 'created' ? outcome.intent.id : assert.fail(outcome.kind);
    },
    confirm: async (userId, reservationId, paymentIntentId) =>
      (await confirmReservation(context, { userId, reservationId, paymentIntentId, traceId: TRACE, idempotencyKey: undefined })).kind,
    cancel: async (userId, reservationId) => (await cancelReservation(context, { userId, reservationId, traceId: TRACE, idempotencyKey: undefined })).kind,
    refund: async (intentId) => {
      const outcome = await useCases.refundIntent({
        callerId: 'root', intentId, reason: 'requested', amountMinor: undefined, currency: undefined, idempotencyKey: undefined,
      });
      assert.equal(outcome.kind, 'refunded');
    },
    status,
    reached: async (id, wanted) => {
      const startedMs = performance.now();
      for (let found = await status(id); found !== wanted; found = await status(id)) {
        assert.ok(performance.now() - startedMs < WITHIN_MS, `still ${found}`);
        await setImmediate();
      }
    },
  };
}

/** Reservations in each state, for whoever reads them. */
export interface StagedReservations {
  make(status: 'HOLD' | 'CONFIRMED' | 'CANCELLED' | 'EXPIRED' | 'FAILED' | 'REFUNDED'): Promise<Reservation>;
}

/** Brings reservations into each state by what buyers do and by time. */
export function stagedReservations(office: BoxOffice, advance: (ms: number) => Promise<void>): StagedReservations {
  const confirmed = async (seatId: string): Promise<{ readonly held: Reservation; readonly intentId: PaymentIntentId }> => {
    const held = await office.hold('alice', seatId);
    const intentId = await office.pay('alice', held.id, 'APPROVE');
    await advance(200);
    assert.equal(await office.confirm('alice', held.id, intentId), 'confirmed');
    return { held, intentId };
  };
  const makers: { readonly [Status in Parameters<StagedReservations['make']>[0]]: () => Promise<Reservation> } = {
    HOLD: () => office.hold('alice', 'A-1'),
    CONFIRMED: async () => (await confirmed('A-2')).held,
    CANCELLED: async () => {
      const held = await office.hold('alice', 'A-3');
      assert.equal(await office.cancel('alice', held.id), 'cancelled');
      return held;
    },
    EXPIRED: async () => {
      const held = await office.hold('alice', 'A-4');
      await advance(60_000);
      return held;
    },
    FAILED: async () => {
      const held = await office.hold('alice', 'A-5');
      const intentId = await office.pay('alice', held.id, 'DELAY');
      await advance(60_000);
      await office.hold('bob', 'A-5');
      assert.equal(await office.confirm('alice', held.id, intentId), 'reservation_expired');
      return held;
    },
    REFUNDED: async () => {
      const { held, intentId } = await confirmed('A-6');
      await office.refund(intentId);
      await office.reached(held.id, 'REFUNDED');
      return held;
    },
  };
  return { make: (status) => makers[status]() };
}
