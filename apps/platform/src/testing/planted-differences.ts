import assert from 'node:assert/strict';
import { amountMinor, epochMs, withPrefix } from '@traffic-tacos/kernel';
import { followRefund, type Reservation } from '@traffic-tacos/reservation';
import type { DifferenceKind } from '../audit/difference.ts';
import type { Stage } from './difference-stage.ts';

/** Numbers of states and kinds on disk. */
const COMMITTED = 2;
const EXPIRED = 4;
const SOLD = 2;
const FREE = 0;

/** A difference, how it comes about, and what must become of it. */
export interface PlantedDifference {
  readonly kind: DifferenceKind;
  readonly how: string;
  readonly outcome: 'healed' | 'alarmed';
  readonly failedPolicy?: 'release';
  readonly plant: (stage: Stage) => Promise<unknown>;
  /** What must be so after it was healed. */
  readonly then?: (stage: Stage) => unknown;
}

const isStatus = (wanted: string) => async (stage: Stage): Promise<void> => {
  const found = [...stage.on.tables.reservation.reservations.everywhere()].map(({ status }) => status);
  assert.ok(found.includes(wanted as Reservation['status']), `${wanted}: ${found.join()}`);
};
const isRefunded = async (stage: Stage): Promise<void> => {
  const kept = [...stage.on.payment.intents()].filter(({ status }) => status === 'COMPLETED');
  assert.deepEqual(kept, []);
};

const HEALED: readonly PlantedDifference[] = [
  { kind: 'captured_without_order', how: 'whoever was to confirm has died', outcome: 'healed', plant: (stage) => stage.captured(), then: isStatus('CONFIRMED') },
  {
    kind: 'captured_without_order', how: 'captured after a cancel', outcome: 'healed', then: isRefunded,
    plant: async (stage) => {
      const { id, intentId } = await stage.paying();
      await stage.office.cancel('alice', id);
      await stage.writeIntent(intentId, { status: 'COMPLETED' });
    },
  },
  {
    kind: 'captured_without_order', how: 'captured after the expiry, while somebody else has the seat', outcome: 'healed', then: isRefunded,
    plant: async (stage) => {
      const { intentId } = await stage.paying();
      await stage.on.advance(60_000);
      await stage.office.hold('bob', 'A-1');
      await stage.writeIntent(intentId, { status: 'COMPLETED' });
    },
  },
  {
    kind: 'captured_without_order', how: 'for a reservation that does not exist', outcome: 'healed', then: isRefunded,
    plant: async (stage) => stage.madeUp((await stage.paying()).intentId, { reservationId: stage.newReservationId(), status: 'COMPLETED' }),
  },
  {
    kind: 'order_refund_not_followed', how: 'whoever was to return the seats has died', outcome: 'healed', then: isStatus('REFUNDED'),
    plant: async (stage) => stage.writeIntent((await stage.ordered()).intentId, { status: 'REFUNDED', refundedMinor: amountMinor(1_000), refundReason: 'requested' }),
  },
  {
    kind: 'refund_not_made', how: 'the refund was lost', outcome: 'healed', then: isRefunded,
    plant: async (stage) => {
      const { id, intentId } = await stage.ordered();
      await stage.office.refund(intentId);
      await followRefund(stage.on.reservation.context, { paymentIntentId: intentId, reservationId: id, traceId: 'a'.repeat(32) });
      await stage.writeIntent(intentId, { status: 'COMPLETED', refundedMinor: amountMinor(0), refundReason: undefined });
    },
  },
  {
    kind: 'hold_released_under_reservation', how: 'released at the inventory itself', outcome: 'healed', then: isStatus('FAILED'),
    plant: async (stage) => stage.on.inventory.store.release({ reservationId: (await stage.office.hold('alice', 'A-1')).id }),
  },
  {
    kind: 'hold_extended_under_reservation', how: 'extended at the inventory itself', outcome: 'healed',
    plant: async (stage) => stage.on.inventory.store.extend({ reservationId: (await stage.office.hold('alice', 'A-1')).id, extendByMs: 30_000 }),
    then: ({ on }) => {
      const [reservation] = [...on.tables.reservation.reservations.everywhere()];
      assert.deepEqual([reservation?.status, reservation?.extendedByMs], ['HOLD', 30_000]);
    },
  },
  {
    kind: 'sold_without_order', how: 'committed at the inventory itself, and paid', outcome: 'healed', then: isStatus('CONFIRMED'),
    plant: async (stage) => stage.on.inventory.store.commit({ reservationId: (await stage.captured()).id }),
  },
  {
    kind: 'returned_under_order', how: 'returned at the inventory itself', outcome: 'healed', then: isStatus('REFUNDED'),
    plant: async (stage) => stage.on.inventory.store.returnSeats({ orderId: withPrefix('ord', (await stage.ordered()).id) }),
  },
  {
    kind: 'expiry_overdue', how: 'the timer never came', outcome: 'healed', then: isStatus('EXPIRED'),
    plant: async (stage) => {
      await stage.office.hold('alice', 'A-1');
      await stage.on.advance(60_000);
    },
  },
  {
    kind: 'expiry_overdue', how: 'a hold that stands alone', outcome: 'healed',
    plant: async (stage) => {
      const reservationId = stage.newReservationId();
      await stage.on.inventory.store.reserve({ reservationId, eventId: 'evt_box', userId: 'alice', seatIds: ['A-1'], holdForMs: 1_000, admission: 'none', idempotencyKey: 'k' });
      await stage.on.advance(1_000);
    },
    then: ({ on }) => assert.deepEqual([...on.inventory.view.holds()].map(({ state }) => state), ['expired']),
  },
  {
    kind: 'settlement_overdue', how: 'the timer never came', outcome: 'healed', then: isStatus('CONFIRMED'),
    plant: async (stage) => {
      await stage.paying('APPROVE');
      await stage.on.advance(200);
    },
  },
  {
    kind: 'failure_not_followed', how: 'whoever was to end the hold has died', outcome: 'healed', failedPolicy: 'release', then: isStatus('FAILED'),
    plant: async (stage) => stage.writeIntent((await stage.paying()).intentId, { status: 'FAILED' }),
  },
];

const TOLD: readonly PlantedDifference[] = [
  {
    kind: 'sold_without_order', how: 'committed at the inventory itself, and not paid', outcome: 'alarmed',
    plant: async (stage) => stage.on.inventory.store.commit({ reservationId: (await stage.office.hold('alice', 'A-1')).id }),
  },
  {
    kind: 'reservation_and_hold_disagree', how: 'the seats of a cancelled reservation are sold', outcome: 'alarmed',
    plant: async (stage) => {
      const { id } = await stage.office.hold('alice', 'A-1');
      await stage.office.cancel('alice', id);
      await stage.writeHold(id, { state: COMMITTED });
    },
  },
  {
    kind: 'places_do_not_add_up', how: 'a place too many', outcome: 'alarmed',
    plant: async ({ on }) => on.tables.inventory.events.find('evt_box')?.section(0).add(FREE, 1),
  },
  {
    kind: 'books_differ_from_holds', how: 'a place counted as sold', outcome: 'alarmed',
    plant: async ({ on }) => {
      const section = on.tables.inventory.events.find('evt_box')?.section(0);
      section?.add(FREE, -1);
      section?.add(SOLD, 1);
    },
  },
  {
    kind: 'books_differ_from_holds', how: 'a place of a pool counted twice', outcome: 'alarmed',
    plant: async ({ on }) => {
      const section = on.tables.inventory.events.find('evt_pool')?.section(0);
      section?.add(FREE, -1);
      section?.add(SOLD, 1);
    },
  },
  { kind: 'seat_of_another', how: 'a seat that nobody has is sold', outcome: 'alarmed', plant: async ({ on }) => on.tables.inventory.events.find('evt_box')?.seats.set(5, SOLD, -1) },
  {
    kind: 'hold_ended_early', how: 'expired a millisecond early', outcome: 'alarmed',
    plant: async (stage) => {
      const { id, holdExpiresAtMs } = await stage.office.hold('alice', 'A-1');
      await stage.writeHold(id, { state: EXPIRED, changedAtMs: epochMs(holdExpiresAtMs - 1) });
    },
  },
  {
    kind: 'hold_committed_late', how: 'committed at its instant', outcome: 'alarmed',
    plant: async (stage) => {
      const { id } = await stage.ordered();
      await stage.writeHold(id, { changedAtMs: stage.reservation(id).holdExpiresAtMs });
    },
  },
  {
    kind: 'hold_without_reservation', how: 'half an entry', outcome: 'alarmed',
    plant: async (stage) => {
      const { on } = stage;
      const command = { reservationId: stage.newReservationId(), eventId: 'evt_box', userId: 'alice', seatIds: ['A-1'], holdForMs: 60_000, admission: 'none' } as const;
      await on.units.inventory.run((unit) => on.inventory.decide.hold(unit, command, on.clock.nowMs()));
    },
  },
  {
    kind: 'reservation_without_hold', how: 'half an entry', outcome: 'alarmed',
    plant: async (stage) => {
      const like = await stage.office.hold('alice', 'A-1');
      await stage.on.units.reservation.run((unit) => unit.write(stage.on.tables.reservation.reservations, { ...like, id: stage.newReservationId(), version: 1 }));
    },
  },
  {
    kind: 'reservation_differs_from_hold', how: 'other seats', outcome: 'alarmed',
    plant: async (stage) => {
      const like = await stage.office.hold('alice', 'A-1');
      const { on } = stage;
      const reservationId = stage.newReservationId();
      const command = { reservationId, eventId: 'evt_box', userId: 'alice', seatIds: ['A-2'], holdForMs: 60_000, admission: 'none' } as const;
      await on.units.inventory.run((unit) => on.inventory.decide.hold(unit, command, on.clock.nowMs()));
      await on.units.reservation.run((unit) => unit.write(on.tables.reservation.reservations, { ...like, id: reservationId, version: 1 }));
    },
  },
  {
    kind: 'reservation_and_order_disagree', how: 'confirmed and sold without an order', outcome: 'alarmed',
    plant: async (stage) => {
      const { id } = await stage.office.hold('alice', 'A-1');
      await stage.on.inventory.store.commit({ reservationId: id });
      await stage.writeReservation(id, { status: 'CONFIRMED' });
    },
  },
  {
    kind: 'order_without_reservation', how: 'an order of nobody', outcome: 'alarmed',
    plant: async (stage) => {
      const like = stage.order((await stage.ordered()).id);
      await stage.on.units.reservation.run((unit) => unit.write(stage.on.tables.reservation.orders, { ...like, id: withPrefix('ord', stage.newReservationId()), version: 1 }));
    },
  },
  { kind: 'order_of_other_payment', how: 'another payment than its reservation', outcome: 'alarmed', plant: async (stage) => stage.writeReservation((await stage.ordered()).id, { paymentIntentId: stage.newIntentId() }) },
  { kind: 'order_without_payment', how: 'a payment that is not there', outcome: 'alarmed', plant: async (stage) => stage.writeOrder((await stage.ordered()).id, { paymentIntentId: stage.newIntentId() }) },
  {
    kind: 'order_paid_by_other', how: "another reservation's money", outcome: 'alarmed',
    plant: async (stage) => {
      const { id, intentId } = await stage.ordered();
      await stage.writeOrder(id, { paymentIntentId: await stage.madeUp(intentId, { reservationId: stage.newReservationId() }) });
    },
  },
  {
    kind: 'order_price_differs', how: 'paid too little', outcome: 'alarmed',
    plant: async (stage) => {
      const { id, intentId } = await stage.ordered();
      await stage.writeOrder(id, { paymentIntentId: await stage.madeUp(intentId, { amountMinor: amountMinor(1) }) });
    },
  },
  { kind: 'order_not_paid', how: 'a payment that failed', outcome: 'alarmed', plant: async (stage) => stage.writeIntent((await stage.ordered()).intentId, { status: 'FAILED' }) },
];

export const PLANTED_DIFFERENCES: readonly PlantedDifference[] = [...HEALED, ...TOLD];
