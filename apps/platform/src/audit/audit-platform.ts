import { auditInventory, type Hold, type InventoryView } from '@traffic-tacos/inventory';
import { withPrefix, type EpochMs } from '@traffic-tacos/kernel';
import type { Intent } from '@traffic-tacos/payment';
import type { Order, Reservation } from '@traffic-tacos/reservation';

/** A guarantee that does not hold, with the thing for which it does not. */
export interface Breach {
  readonly invariant: string;
  readonly subject: string;
  readonly detail: string;
}

/** All records of the platform, as they are stored. */
export interface PlatformView {
  readonly inventory: InventoryView;
  reservations(): Iterable<Reservation>;
  orders(): Iterable<Order>;
  intents(): Iterable<Intent>;
}

/** What was looked at, and what is wrong with it. */
export interface AuditReport {
  readonly breaches: readonly Breach[];
  readonly counted: { readonly holds: number; readonly reservations: number; readonly orders: number; readonly intents: number };
}

/** How long a payment may wait for what it is for (I3): 5 s while running, 60 s after a restart; this much is never an alarm. */
const PAYMENT_GRACE_MS = 60_000;

/** Checks every invariant that records can show, within each service and between them. */
export function auditPlatform(view: PlatformView, nowMs: EpochMs): AuditReport {
  const holds = new Map([...view.inventory.holds()].map((hold) => [hold.reservationId, hold]));
  const reservations = new Map([...view.reservations()].map((reservation) => [reservation.id as string, reservation]));
  const orders = new Map([...view.orders()].map((order) => [order.id as string, order]));
  const intents = [...view.intents()];
  const breaches = [
    ...auditInventory(view.inventory),
    ...[...reservations.values()].flatMap((reservation) => checkReservation(reservation, holds.get(reservation.id), orders)),
    ...[...holds.values()].flatMap((hold) => checkHold(hold, reservations)),
    ...[...orders.values()].flatMap((order) => checkOrder(order, reservations)),
    ...intents.flatMap((intent) => checkIntent(intent, orders, nowMs)),
  ];
  return { breaches, counted: { holds: holds.size, reservations: reservations.size, orders: orders.size, intents: intents.length } };
}

/** A reservation and its hold say the same: seats, end, and whether they are sold. */
function checkReservation(reservation: Reservation, hold: Hold | undefined, orders: ReadonlyMap<string, Order>): readonly Breach[] {
  const breach = (detail: string): Breach => ({ invariant: 'I2', subject: reservation.id, detail });
  if (hold === undefined) return [breach('has no hold')];
  const breaches: Breach[] = [];
  if (hold.userId !== reservation.userId || hold.eventId !== reservation.eventId) breaches.push(breach('is of another user or event than its hold'));
  if (hold.seatIds.join() !== reservation.seatIds.join() || hold.quantity !== reservation.quantity) breaches.push(breach('names other seats than its hold'));
  if (reservation.status === 'HOLD' && hold.expiresAtMs !== reservation.holdExpiresAtMs) breaches.push(breach('ends at another instant than its hold'));
  if ((reservation.status === 'CONFIRMED') !== (hold.state === 'committed')) breaches.push(breach(`is ${reservation.status} and its hold ${hold.state}`));
  const order = orders.get(withPrefix('ord', reservation.id));
  if ((reservation.status === 'CONFIRMED' || reservation.status === 'REFUNDED') !== (order !== undefined)) {
    breaches.push(breach(order === undefined ? `is ${reservation.status} without an order` : `has an order and is ${reservation.status}`));
  }
  return breaches;
}

/** In one process a hold without a reservation cannot be: both are one entry. */
function checkHold(hold: Hold, reservations: ReadonlyMap<string, Reservation>): readonly Breach[] {
  if (reservations.has(hold.reservationId)) return [];
  return [{ invariant: 'I4', subject: hold.reservationId, detail: `a hold (${hold.state}) without its reservation: half an entry` }];
}

function checkOrder(order: Order, reservations: ReadonlyMap<string, Reservation>): readonly Breach[] {
  const reservation = reservations.get(withPrefix('rsv', order.id));
  if (reservation?.paymentIntentId === order.paymentIntentId) return [];
  return [{ invariant: 'I2', subject: order.id, detail: reservation === undefined ? 'an order without its reservation' : 'an order paid by another intent than its reservation says' }];
}

/** I3 for one intent: what the provider keeps is what the order that it paid for is worth. */
function checkIntent(intent: Intent, orders: ReadonlyMap<string, Order>, nowMs: EpochMs): readonly Breach[] {
  const order = orders.get(withPrefix('ord', intent.reservationId));
  const isPaidFor = order?.status === 'CONFIRMED' && order.paymentIntentId === intent.id;
  if (isPaidFor) {
    if (intent.status === 'COMPLETED') return [];
    return [{ invariant: 'I3', subject: intent.id, detail: `its order stands, but the payment is ${intent.status}` }];
  }
  if (intent.status !== 'COMPLETED' || intent.refundedMinor === intent.amountMinor || nowMs - intent.changedAtMs < PAYMENT_GRACE_MS) return [];
  return [{ invariant: 'I3', subject: intent.id, detail: `${intent.amountMinor - intent.refundedMinor} ${intent.currency} kept without an order` }];
}
