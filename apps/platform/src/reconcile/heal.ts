import type { Units } from '@traffic-tacos/journal';
import { withPrefix, type Clock, type PaymentIntentId, type ReservationId } from '@traffic-tacos/kernel';
import { announce, enterStatus, followApproval, followFailure, followRefund } from '@traffic-tacos/reservation';
import type { DifferenceKind } from '../audit/difference.ts';
import type { PlatformServices } from '../services.ts';
import type { PlatformTables } from '../tables.ts';
import type { Records } from './records.ts';

export interface HealDeps {
  readonly records: Records;
  readonly tables: PlatformTables;
  readonly services: Pick<PlatformServices, 'inventory' | 'reservation' | 'payment'>;
  readonly units: Units;
  readonly clock: Clock;
}

const NO_TRACE = '0'.repeat(32);

/**
 * Does what a rule says about one difference. Every rule is the decision that somebody else should have made, made again: it changes nothing
 * where it has been made meanwhile. Whether the difference is gone, a second look tells. Rejects with `Unavailable` when it could not be decided.
 */
export async function heal(deps: HealDeps, kind: DifferenceKind, subject: string): Promise<void> {
  await RULES[kind]?.(deps, subject);
}

type Rule = (deps: HealDeps, subject: string) => Promise<unknown>;

const RULES: Readonly<Partial<Record<DifferenceKind, Rule>>> = {
  captured_without_order: confirmOrRefund,
  order_refund_not_followed: (deps, id) => follow(deps, id, followRefund),
  refund_not_made: ({ services }, id) => services.payment.calls.refund(id as PaymentIntentId, 'requested'),
  failure_not_followed: (deps, id) => follow(deps, id, followFailure),
  sold_without_order: confirmByCaptured,
  returned_under_order: refundOrder,
  hold_extended_under_reservation: takeInstantOver,
  hold_released_under_reservation: failReservation,
  expiry_overdue: expire,
  settlement_overdue: settle,
};

type Follow = typeof followApproval | typeof followRefund | typeof followFailure;

async function follow({ records, services }: HealDeps, id: string, how: Follow): Promise<void> {
  const intent = records.intent(id);
  if (intent !== undefined) await how(services.reservation.context, { paymentIntentId: intent.id, reservationId: intent.reservationId, traceId: intent.traceId });
}

/** The decision of guarantees.md §3. Money for what does not exist, or is somebody else's, can buy nothing. */
async function confirmOrRefund(deps: HealDeps, id: string): Promise<void> {
  const intent = deps.records.intent(id);
  if (intent === undefined) return;
  const reservation = deps.records.reservation(intent.reservationId);
  if (reservation?.userId === intent.userId) await follow(deps, id, followApproval);
  else await deps.services.payment.calls.refund(intent.id, 'seats_gone');
}

async function confirmByCaptured(deps: HealDeps, id: string): Promise<void> {
  const captured = await deps.services.payment.calls.findCaptured(id as ReservationId);
  if (captured !== undefined) await follow(deps, captured.id, followApproval);
}

async function refundOrder(deps: HealDeps, id: string): Promise<void> {
  const order = deps.records.order(withPrefix('ord', id));
  if (order === undefined) return;
  await deps.services.payment.calls.refund(order.paymentIntentId, 'seats_gone');
  await follow(deps, order.paymentIntentId, followRefund);
}

/** In the turn of its decision both records are as they are read: nobody else can come between. Releasing once more tells all who are to hear that the hold has ended. */
async function failReservation({ records, tables, services, units, clock }: HealDeps, id: string): Promise<void> {
  const release = await services.reservation.context.seats.release(id as ReservationId);
  await units.run((unit) => {
    const reservation = records.reservation(id);
    if (reservation?.status !== 'HOLD' || records.hold(id)?.state !== 'released') return;
    release(unit);
    const failed = enterStatus(reservation, 'FAILED', clock.nowMs(), { failure: 'SEATS_GONE' });
    unit.write(tables.reservation.reservations, failed);
    unit.write(tables.reservation.outbox, announce(failed, NO_TRACE));
  });
}

/** Somebody has extended the hold at the inventory itself. The state stays, so nothing is announced. */
async function takeInstantOver({ records, tables, units, clock }: HealDeps, id: string): Promise<void> {
  await units.run((unit) => {
    const reservation = records.reservation(id);
    const hold = records.hold(id);
    if (reservation === undefined || hold === undefined || hold.expiresAtMs === reservation.holdExpiresAtMs) return;
    const { expiresAtMs: holdExpiresAtMs, extendedByMs } = hold;
    unit.write(tables.reservation.reservations, { ...reservation, version: reservation.version + 1, updatedAtMs: clock.nowMs(), holdExpiresAtMs, extendedByMs });
  });
}

async function expire({ records, services }: HealDeps, id: string): Promise<void> {
  const { store, seats } = services.reservation.context;
  if (records.reservation(id) === undefined) await services.inventory.store.expire({ reservationId: id });
  else await store.expire(id as ReservationId, NO_TRACE, await seats.expire(id as ReservationId));
}

/** Each of the two does nothing where the other is due. */
async function settle({ services }: HealDeps, id: string): Promise<void> {
  await services.payment.store.settle([id as PaymentIntentId]);
  await services.payment.store.expire([id as PaymentIntentId]);
}
