import { auditInventory, type InventoryView } from '@traffic-tacos/inventory';
import { durationMs, withPrefix, type DurationMs, type EpochMs, type PaymentIntentId, type ReservationId } from '@traffic-tacos/kernel';
import type { Intent } from '@traffic-tacos/payment';
import type { Place } from '@traffic-tacos/queue';
import type { Order, Reservation } from '@traffic-tacos/reservation';
import type { Breach, Finding } from './breach.ts';
import { checkIntent, checkOrder } from './check-payment.ts';
import { checkArrivals, checkSpentPlace } from './check-places.ts';
import { checkReservation } from './check-reservation.ts';
import type { HoldFacts } from './known.ts';

/** All records of the platform, as they are stored. */
export interface PlatformView {
  readonly inventory: InventoryView;
  reservations(): Iterable<Reservation>;
  orders(): Iterable<Order>;
  intents(): Iterable<Intent>;
  /** What each live idempotency key leads to. */
  keyed(): Iterable<ReservationId | PaymentIntentId>;
  /** Ids of records that memory has in an earlier version than the history. */
  behindHistory(): Iterable<string>;
  /** Of the waiting rooms, where they are in this directory. */
  places?(): Iterable<Place>;
  /** Places at which the admins' audit trail is not as it was written. */
  brokenTrail(): Iterable<{ readonly sequence: number; readonly reason: string }>;
}

/** What was looked at, and what is wrong with it. */
export interface AuditReport {
  readonly breaches: readonly Breach[];
  /** Payments that are still within the time that they may wait for what they are for. Each is a breach once that has passed. */
  readonly waiting: readonly Breach[];
  readonly counted: { readonly holds: number; readonly reservations: number; readonly orders: number; readonly intents: number };
}

/** How long a payment may wait for what follows from it while the platform runs (guarantees.md, I3). */
export const PAYMENT_GRACE_MS = durationMs(5_000);
/** As long as that after a restart, and so where nobody runs: the next start follows it up. */
export const RESTART_GRACE_MS = durationMs(60_000);

/** Checks every invariant that records can show, within each service and between them. With a `graceMs` of 0 no payment may wait. */
export function auditPlatform(view: PlatformView, nowMs: EpochMs, graceMs: DurationMs = PAYMENT_GRACE_MS): AuditReport {
  const holds = new Map([...view.inventory.holds()].map((hold) => [hold.reservationId, hold]));
  const reservations = byId(view.reservations());
  const orders = byId(view.orders());
  const intents = byId(view.intents());
  const findings: Finding[] = [...auditInventory(view.inventory)];
  for (const reservation of reservations.values()) {
    findings.push(...checkReservation(reservation, holds.get(reservation.id), orders.get(withPrefix('ord', reservation.id)), nowMs));
  }
  for (const hold of holds.values()) findings.push(...checkHold(hold, reservations.has(hold.reservationId)));
  for (const order of orders.values()) findings.push(...checkOrder(order, reservations.get(withPrefix('rsv', order.id)), intents.get(order.paymentIntentId)));
  for (const intent of intents.values()) findings.push(...checkIntent(intent, orders.get(withPrefix('ord', intent.reservationId))));
  const places = [...(view.places?.() ?? [])];
  for (const place of places) findings.push(...checkSpentPlace(place, (id) => reservations.get(id)?.status));
  findings.push(...checkArrivals(places));
  for (const id of view.keyed()) findings.push(...checkKeyed(id, reservations.has(id) || intents.has(id)));

  for (const { sequence, reason } of view.brokenTrail()) findings.push({ kind: 'admin_trail_broken', invariant: 'I4', subject: `admin action ${sequence}`, detail: reason });
  for (const subject of view.behindHistory()) findings.push({ kind: 'memory_behind_history', invariant: 'I4', subject, detail: 'the history has a later version than memory: a change was lost' });

  const isWaiting = ({ sinceMs }: Finding): boolean => sinceMs !== undefined && nowMs - sinceMs < graceMs;
  return {
    breaches: findings.filter((finding) => !isWaiting(finding)).map(breachOf),
    waiting: findings.filter(isWaiting).map(breachOf),
    counted: { holds: holds.size, reservations: reservations.size, orders: orders.size, intents: intents.size },
  };
}

/** In one process both are one entry, so there is no hold without a reservation; but for one that a call has asked for, whose reservation is elsewhere. */
export function checkHold(hold: Pick<HoldFacts, 'reservationId' | 'state' | 'standsAlone'>, hasReservation: boolean): readonly Finding[] {
  if (hold.standsAlone || hasReservation) return [];
  return [{ kind: 'hold_without_reservation', invariant: 'I4', subject: hold.reservationId, detail: `a hold (${hold.state}) without its reservation: half an entry` }];
}

/** A key is written in the entry of its effect, so its effect is there. */
function checkKeyed(id: string, isThere: boolean): readonly Finding[] {
  return isThere ? [] : [{ kind: 'key_without_effect', invariant: 'I7', subject: id, detail: 'a live idempotency key leads to it, and it does not exist' }];
}

const byId = <R extends { readonly id: string }>(records: Iterable<R>): ReadonlyMap<string, R> => new Map([...records].map((record) => [record.id, record]));

const breachOf = ({ kind, invariant, subject, detail }: Finding): Breach => ({ kind, invariant, subject, detail });
