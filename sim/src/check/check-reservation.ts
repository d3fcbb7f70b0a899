import type { Order, Reservation, ReservationStatus } from '@traffic-tacos/reservation';
import { epochMs, withPrefix } from '@traffic-tacos/kernel';
import { intentAt, keptMinor } from '@traffic-tacos/payment';
import type { Books } from './books.ts';
import { must } from './breach.ts';
import { COMMITTED, EXPIRED, HELD, RELEASED, RETURNED, type Entry } from './records.ts';

const FOLLOWING: Readonly<Record<ReservationStatus, readonly ReservationStatus[]>> = {
  HOLD: ['CONFIRMED', 'CANCELLED', 'EXPIRED', 'FAILED'],
  EXPIRED: ['CONFIRMED', 'FAILED'],
  FAILED: ['CONFIRMED'],
  CONFIRMED: ['REFUNDED'],
  CANCELLED: [],
  REFUNDED: [],
};

/** What the hold has become in the entry that gave its reservation a status; undefined where it may have come to that before. */
const HOLD_IN_ENTRY: Readonly<Partial<Record<ReservationStatus, number>>> = { HOLD: HELD, CONFIRMED: COMMITTED, CANCELLED: RELEASED, REFUNDED: RETURNED };

/** One entry, all of it: a reservation, its hold, its order, its announcement and its key change together or not at all. */
export function checkReservation(books: Books, entry: Entry, after: Reservation, nowMs: number): void {
  const { id, status } = after;
  const before = books.reservation.get(id);
  const announced = entry.announced.filter(({ reservationId }) => reservationId === id);
  if (before === undefined) {
    must(after.version === 1 && status === 'HOLD', 'I4', id, 'begins as something else than a hold');
    must(entry.key.length === 1, 'I7', id, 'was made without its idempotency key');
  } else {
    must(after.version === before.version + 1, 'I4', id, () => `version ${after.version} follows ${before.version}`);
    must(status === before.status || FOLLOWING[before.status].includes(status), 'I2', id, () => `is ${status} after ${before.status}`);
    must(sameFrozen(before, after), 'I2', id, 'changed what was frozen at the hold');
  }
  if (before?.status === status) {
    must(announced.length === 0, 'I6', id, 'announces a change that it does not make');
    return;
  }
  must(announced.length === 1 && announced[0]?.sequence === (before?.sequence ?? 0) + 1, 'I6', id, () => `enters ${status} with ${announced.length} announcements`);
  checkItsHold(books, entry, after, nowMs);
  checkItsOrder(books, entry, after, nowMs);
}

const sameFrozen = (before: Reservation, after: Reservation): boolean =>
  before.userId === after.userId && before.eventId === after.eventId && before.totalMinor === after.totalMinor &&
  before.currency === after.currency && before.quantity === after.quantity && before.seatIds.join() === after.seatIds.join();

function checkItsHold(books: Books, entry: Entry, { id, status, holdExpiresAtMs, quantity, totalMinor }: Reservation, nowMs: number): void {
  const changed = entry.hold[entry.holdIds.indexOf(id)];
  const hold = changed ?? books.hold.get(id);
  must(hold !== undefined, 'I4', id, 'has no hold');
  const expected = HOLD_IN_ENTRY[status];
  if (expected !== undefined) must(changed?.state === expected, 'I4', id, () => `becomes ${status}, and its hold is ${String(changed?.state)} in that entry`);
  must(hold?.quantity === quantity && hold.totalMinor === totalMinor && hold.expiresAtMs === holdExpiresAtMs, 'I2', id, 'says other things than its hold');
  if (status !== 'EXPIRED') return;
  must(holdExpiresAtMs <= nowMs, 'I5', id, () => `EXPIRED ${holdExpiresAtMs - nowMs} ms early`);
  must(hold?.state === EXPIRED, 'I2', id, () => `EXPIRED, and its hold is ${String(hold?.state)}`);
}

function checkItsOrder(books: Books, entry: Entry, after: Reservation, nowMs: number): void {
  const orderId = withPrefix('ord', after.id);
  const order = entry.order.find(({ id }) => id === orderId);
  if (after.status !== 'CONFIRMED' && after.status !== 'REFUNDED') {
    must(order === undefined && !books.order.has(orderId), 'I2', after.id, () => `${after.status} with an order`);
    return;
  }
  must(order?.status === after.status, 'I2', after.id, () => `${after.status} without its order in that entry`);
  if (order !== undefined && after.status === 'CONFIRMED') checkItsPayment(books, order, after, nowMs);
}

/** I3: an order is made on a payment that is captured, whole, and its own. */
function checkItsPayment(books: Books, order: Order, { id, userId, totalMinor, currency }: Reservation, nowMs: number): void {
  must(!books.order.has(order.id), 'I2', order.id, 'was made twice');
  const intent = books.intent.get(order.paymentIntentId);
  must(intent !== undefined, 'I3', order.id, 'stands on a payment that does not exist');
  if (intent === undefined) return;
  must(intent.reservationId === id && intent.userId === userId, 'I3', order.id, 'stands on the payment of another');
  // A result counts from its instant on, and may be written down later.
  const kept = keptMinor(intentAt(intent, epochMs(nowMs)));
  must(kept === totalMinor && intent.currency === currency, 'I3', order.id, () => `${kept} ${intent.currency} for ${totalMinor} ${currency}`);
}
