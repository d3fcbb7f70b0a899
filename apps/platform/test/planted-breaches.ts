import type { Hold } from '@traffic-tacos/inventory';
import { amountMinor, epochMs, type CurrencyCode } from '@traffic-tacos/kernel';
import type { Intent } from '@traffic-tacos/payment';
import type { PlatformView } from '@traffic-tacos/platform';
import type { Order, Reservation, ReservationStatus } from '@traffic-tacos/reservation';

/** A bug, as what it changes of what the audit sees, and the breach that must be named. */
export interface PlantedBreach {
  readonly bug: string;
  readonly invariant: string;
  readonly detail: RegExp;
  readonly plant: (view: PlatformView) => PlatformView;
}

/** What becomes of each record; undefined where it is lost. */
type Change<R> = (record: R) => Partial<R> | undefined;

function changed<R>(records: () => Iterable<R>, change: Change<R>): () => readonly R[] {
  return () =>
    [...records()].flatMap((record) => {
      const changes = change(record);
      return changes === undefined ? [] : [{ ...record, ...changes }];
    });
}

const reservations = (view: PlatformView, change: Change<Reservation>): PlatformView => ({ ...view, reservations: changed(() => view.reservations(), change) });
const orders = (view: PlatformView, change: Change<Order>): PlatformView => ({ ...view, orders: changed(() => view.orders(), change) });
const intents = (view: PlatformView, change: Change<Intent>): PlatformView => ({ ...view, intents: changed(() => view.intents(), change) });

function holds(view: PlatformView, change: Change<Hold>): PlatformView {
  const { inventory } = view;
  return {
    ...view,
    inventory: { sections: () => inventory.sections(), seats: () => inventory.seats(), holds: changed(() => inventory.holds(), change) },
  };
}

/** Changes reservations of the status only. */
const reservationsThatAre = (status: ReservationStatus, changes: Partial<Reservation>) => (view: PlatformView): PlatformView =>
  reservations(view, (reservation) => (reservation.status === status ? changes : {}));

/** Changes holds whose reservation has the status only. */
const holdsOf = (status: ReservationStatus, change: Change<Hold>) => (view: PlatformView): PlatformView => {
  const ids = new Set<string>([...view.reservations()].filter((reservation) => reservation.status === status).map(({ id }) => id));
  return holds(view, (hold) => (ids.has(hold.reservationId) ? change(hold) : {}));
};

/** Gives one reservation and its hold other states than they have. */
export const pairOf = (view: PlatformView, id: string, reservation: Partial<Reservation>, hold: Partial<Hold>): PlatformView =>
  holds(reservations(view, (record) => (record.id === id ? reservation : {})), (record) => (record.reservationId === id ? hold : {}));

export const partlyRefunded = (view: PlatformView): PlatformView =>
  intents(view, ({ status }) => (status === 'COMPLETED' ? { refundedMinor: amountMinor(500), refundReason: 'requested' } : {}));

export const withoutOrders = (view: PlatformView): PlatformView => orders(view, () => undefined);

const NOBODY_S = '0'.repeat(26);
const FOREIGN = 'USD' as CurrencyCode;

const BETWEEN_RESERVATION_AND_HOLD: readonly PlantedBreach[] = [
  { bug: 'a hold whose reservation was lost', invariant: 'I4', detail: /without its reservation/, plant: (view) => reservations(view, () => undefined) },
  { bug: 'a reservation whose hold was lost', invariant: 'I4', detail: /has no hold/, plant: (view) => holds(view, () => undefined) },
  { bug: 'other seats than its hold', invariant: 'I2', detail: /names other seats/, plant: reservationsThatAre('CONFIRMED', { seatIds: ['A-5'] }) },
  { bug: 'another section than its hold', invariant: 'I2', detail: /names other seats/, plant: reservationsThatAre('HOLD', { section: 'B' }) },
  { bug: 'another buyer than its hold', invariant: 'I2', detail: /of another user/, plant: reservationsThatAre('HOLD', { userId: 'mallory' }) },
  { bug: 'another total than its hold', invariant: 'I3', detail: /costs 1 KRW, and its hold 1000/, plant: reservationsThatAre('HOLD', { totalMinor: amountMinor(1) }) },
  { bug: 'another currency than its hold', invariant: 'I3', detail: /costs 1000 USD/, plant: reservationsThatAre('HOLD', { currency: FOREIGN }) },
  { bug: 'another end than its hold', invariant: 'I5', detail: /another instant/, plant: holdsOf('HOLD', ({ expiresAtMs }) => ({ expiresAtMs: epochMs(expiresAtMs + 1) })) },
  { bug: 'a sold hold whose reservation is cancelled', invariant: 'I2', detail: /is CANCELLED and its hold committed/, plant: reservationsThatAre('CONFIRMED', { status: 'CANCELLED' }) },
  { bug: 'a cancelled reservation whose hold keeps its places', invariant: 'I2', detail: /is CANCELLED and its hold held/, plant: holdsOf('CANCELLED', () => ({ state: 'held' })) },
  { bug: 'a live reservation whose hold was released', invariant: 'I5', detail: /is HOLD and its hold released/, plant: holdsOf('HOLD', () => ({ state: 'released' })) },
  { bug: 'a live reservation whose hold was expired early', invariant: 'I5', detail: /is HOLD and its hold expired/, plant: holdsOf('HOLD', () => ({ state: 'expired' })) },
  {
    bug: 'a live reservation whose hold claims to have expired in the future',
    invariant: 'I5',
    detail: /is HOLD and its hold expired/,
    plant: holdsOf('HOLD', ({ expiresAtMs }) => ({ state: 'expired', changedAtMs: expiresAtMs })),
  },
];

const OF_ORDERS: readonly PlantedBreach[] = [
  { bug: 'an order that was lost', invariant: 'I2', detail: /is CONFIRMED without an order/, plant: withoutOrders },
  { bug: 'an order whose reservation was lost', invariant: 'I2', detail: /an order without its reservation/, plant: (view) => reservations(view, () => undefined) },
  { bug: 'an order of a live hold', invariant: 'I2', detail: /has an order and is HOLD/, plant: reservationsThatAre('CONFIRMED', { status: 'HOLD' }) },
  { bug: 'an order that is refunded alone', invariant: 'I2', detail: /is CONFIRMED and its order REFUNDED/, plant: (view) => orders(view, () => ({ status: 'REFUNDED' })) },
  {
    bug: 'order and payment refunded, while the reservation stands and its seats are sold',
    invariant: 'I2',
    detail: /is CONFIRMED and its order REFUNDED/,
    plant: (view) => intents(orders(view, () => ({ status: 'REFUNDED' })), ({ amountMinor: all }) => ({ status: 'REFUNDED', refundedMinor: all })),
  },
  { bug: 'a refunded reservation whose order stands', invariant: 'I2', detail: /is REFUNDED and its order CONFIRMED/, plant: (view) => orders(view, () => ({ status: 'CONFIRMED' })) },
  {
    bug: 'an order paid by another intent than its reservation',
    invariant: 'I2',
    detail: /paid by another intent/,
    plant: (view) => orders(view, () => ({ paymentIntentId: `pay_${NOBODY_S}` })),
  },
];

const OF_PAYMENTS: readonly PlantedBreach[] = [
  { bug: 'the payment of a standing order is missing', invariant: 'I3', detail: /its payment pay_\w+ does not exist/, plant: (view) => intents(view, () => undefined) },
  {
    bug: 'less captured than the order is worth',
    invariant: 'I3',
    detail: /1 KRW for an order of 2000 KRW/,
    plant: (view) => intents(view, ({ status }) => (status === 'COMPLETED' ? { amountMinor: amountMinor(1) } : {})),
  },
  { bug: 'captured in another currency', invariant: 'I3', detail: /2000 USD for an order of 2000 KRW/, plant: (view) => intents(view, () => ({ currency: FOREIGN })) },
  { bug: 'paid with the money of another user', invariant: 'I3', detail: /of another user or reservation/, plant: (view) => intents(view, () => ({ userId: 'mallory' })) },
  {
    bug: 'paid with the money of another reservation',
    invariant: 'I3',
    detail: /of another user or reservation/,
    plant: (view) => intents(view, () => ({ reservationId: `rsv_${NOBODY_S}` })),
  },
  {
    bug: 'money given back while the order stands',
    invariant: 'I3',
    detail: /its order stands, but the payment is REFUNDED/,
    plant: (view) => intents(view, ({ amountMinor: all }) => ({ status: 'REFUNDED', refundedMinor: all })),
  },
  { bug: 'an order on a payment that failed', invariant: 'I3', detail: /its order stands, but the payment is FAILED/, plant: (view) => intents(view, () => ({ status: 'FAILED' })) },
  {
    bug: 'a refunded order whose money stayed',
    invariant: 'I3',
    detail: /its order is REFUNDED, but the payment is COMPLETED/,
    plant: (view) => intents(view, () => ({ status: 'COMPLETED', refundedMinor: amountMinor(0) })),
  },
  { bug: 'money kept without an order', invariant: 'I3', detail: /2000 KRW kept without an order/, plant: withoutOrders },
];

const OF_KEYS: readonly PlantedBreach[] = [
  { bug: 'a live key that leads to no reservation', invariant: 'I7', detail: /idempotency key/, plant: (view) => ({ ...view, keyed: () => [`rsv_${NOBODY_S}`] }) },
  { bug: 'a reservation that was lost under its key', invariant: 'I7', detail: /idempotency key/, plant: (view) => reservations(view, () => undefined) },
  { bug: 'a payment that was lost under its key', invariant: 'I7', detail: /idempotency key/, plant: (view) => intents(view, () => undefined) },
];

export const PLANTED_BREACHES = [...BETWEEN_RESERVATION_AND_HOLD, ...OF_ORDERS, ...OF_PAYMENTS, ...OF_KEYS];
