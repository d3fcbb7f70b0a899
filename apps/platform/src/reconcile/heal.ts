import type { Units } from '@traffic-tacos/journal';
import { withPrefix, type Clock, type PaymentIntentId, type ReservationId } from '@traffic-tacos/kernel';
import type { RefundReason } from '@traffic-tacos/payment';
import { announce, askAndDecide, enterStatus, followApproval, followFailure, followRefund, isCommitting, type ReservationContext } from '@traffic-tacos/reservation';
import type { DifferenceKind } from '../audit/difference.ts';
import type { KnownRecords } from '../audit/known.ts';
import type { PlatformTables } from '../tables.ts';

/** What rules work with. Whoever has the records in another process is asked, and everything that is asked may be asked again. */
export interface HealDeps {
  /** As they were found to differ. */
  readonly known: KnownRecords;
  readonly tables: Pick<PlatformTables['reservation'], 'reservations' | 'outbox'>;
  readonly context: ReservationContext;
  /** Gives all of a captured payment back. */
  readonly refund: (id: PaymentIntentId, reason: RefundReason) => Promise<unknown>;
  /** Ends a hold that is over and that no reservation is there for. */
  readonly expireHold: (reservationId: string) => Promise<unknown>;
  /** Writes down what a payment has come to by now. */
  readonly settle: (id: PaymentIntentId) => Promise<unknown>;
  /** Of the reservation service's journal. */
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
  refund_not_made: ({ refund }, id) => refund(id as PaymentIntentId, 'requested'),
  failure_not_followed: (deps, id) => follow(deps, id, followFailure),
  sold_without_order: confirmByCaptured,
  returned_under_order: refundOrder,
  hold_extended_under_reservation: takeInstantOver,
  hold_released_under_reservation: failReservation,
  expiry_overdue: expire,
  settlement_overdue: ({ settle }, id) => settle(id as PaymentIntentId),
};

type Follow = typeof followApproval | typeof followRefund | typeof followFailure;

async function follow({ known, context }: HealDeps, id: string, how: Follow): Promise<void> {
  const intent = known.intent(id)?.now;
  if (intent !== undefined) await how(context, { paymentIntentId: intent.id, reservationId: intent.reservationId, traceId: intent.traceId });
}

/** The decision of guarantees.md §3. Money for what does not exist, or is somebody else's, can buy nothing. */
async function confirmOrRefund(deps: HealDeps, id: string): Promise<void> {
  const intent = deps.known.intent(id)?.now;
  if (intent === undefined) return;
  const reservation = deps.known.reservation(intent.reservationId);
  if (reservation?.userId === intent.userId) await follow(deps, id, followApproval);
  else await deps.refund(intent.id, 'seats_gone');
}

async function confirmByCaptured({ context }: HealDeps, id: string): Promise<void> {
  const reservationId = id as ReservationId;
  const paymentIntentId = await context.payments.findCaptured(reservationId);
  if (paymentIntentId !== undefined) await followApproval(context, { paymentIntentId, reservationId, traceId: NO_TRACE });
}

async function refundOrder({ known, context, refund }: HealDeps, id: string): Promise<void> {
  const order = known.order(withPrefix('ord', id));
  if (order === undefined) return;
  const { paymentIntentId } = order;
  await refund(paymentIntentId, 'seats_gone');
  await followRefund(context, { paymentIntentId, reservationId: id as ReservationId, traceId: NO_TRACE });
}

/**
 * A hold that was released stays so, unless a payment takes its places again, which its reservation tells of before. Releasing once more tells all
 * who are to hear that it has ended.
 */
async function failReservation({ known, tables, context, units, clock }: HealDeps, id: string): Promise<void> {
  const release = await context.seats.release(id as ReservationId);
  await askAndDecide(() =>
    units.run((unit) => {
      const reservation = known.reservation(id);
      if (reservation?.status !== 'HOLD' || isCommitting(reservation) || known.hold(id)?.state !== 'released') return;
      release(unit);
      const failed = enterStatus(reservation, 'FAILED', clock.nowMs(), { failure: 'SEATS_GONE' });
      unit.write(tables.reservations, failed);
      unit.write(tables.outbox, announce(failed, NO_TRACE));
    }),
  );
}

/** Somebody has extended the hold at the inventory itself. The state stays, so nothing is announced. */
async function takeInstantOver({ known, tables, units, clock }: HealDeps, id: string): Promise<void> {
  await units.run((unit) => {
    const reservation = known.reservation(id);
    const hold = known.hold(id);
    if (reservation === undefined || hold === undefined || hold.expiresAtMs === reservation.holdExpiresAtMs) return;
    const { expiresAtMs: holdExpiresAtMs, extendedByMs } = hold;
    unit.write(tables.reservations, { ...reservation, version: reservation.version + 1, updatedAtMs: clock.nowMs(), holdExpiresAtMs, extendedByMs });
  });
}

async function expire({ known, context, expireHold }: HealDeps, id: string): Promise<void> {
  const { store, seats } = context;
  if (known.reservation(id) === undefined) await expireHold(id);
  else await store.expire(id as ReservationId, NO_TRACE, await seats.expire(id as ReservationId));
}
