import type { PaymentIntentId, ReservationId } from '@traffic-tacos/kernel';
import { cancelReservation } from './cancel-reservation.ts';
import type { ReservationContext } from './context.ts';
import { expireOne } from './expire-due.ts';
import { followApproval } from './follow-payment.ts';

/** Something that failed half-way and is to be undone. */
export interface CompensationWish {
  readonly kind: 'release_seats' | 'refund_payment' | 'cancel_reservation' | 'cleanup_orphaned';
  readonly reservationId: ReservationId;
  /** Which payment, where one is to go back. */
  readonly paymentIntentId: PaymentIntentId | undefined;
  readonly traceId: string;
}

export type CompensateOutcome =
  | { readonly kind: 'done' }
  | { readonly kind: 'nothing_to_do' }
  | { readonly kind: 'reservation_not_found' }
  | { readonly kind: 'must_not_be_undone'; readonly reason: string };

const DONE: CompensateOutcome = { kind: 'done' };
const NOTHING: CompensateOutcome = { kind: 'nothing_to_do' };

/** Undoes it where that takes nothing from anybody; whatever has been undone before stays as it is. */
export function compensate(context: ReservationContext, wish: CompensationWish): Promise<CompensateOutcome> {
  switch (wish.kind) {
    case 'release_seats':
    case 'cleanup_orphaned':
      return releaseOrphan(context, wish);
    case 'cancel_reservation':
      return cancel(context, wish);
    case 'refund_payment':
      return refund(context, wish);
  }
}

/** Seats that nobody owns: their reservation was never written, or its hold is over. */
async function releaseOrphan(context: ReservationContext, { reservationId, traceId }: CompensationWish): Promise<CompensateOutcome> {
  const expired = await expireOne(context, reservationId, traceId);
  switch (expired.kind) {
    case 'expired':
      return DONE;
    case 'ended':
      return NOTHING;
    case 'not_due':
      return { kind: 'must_not_be_undone', reason: 'the seats are held for a buyer' };
    case 'reservation_not_found':
      return (await context.store.releaseOrphan(reservationId, await context.seats.release(reservationId))) === 'released' ? DONE : NOTHING;
  }
}

async function cancel(context: ReservationContext, { reservationId, traceId }: CompensationWish): Promise<CompensateOutcome> {
  const outcome = await cancelReservation(context, { reservationId, traceId, userId: undefined, idempotencyKey: undefined });
  switch (outcome.kind) {
    case 'cancelled':
      return DONE;
    case 'already_confirmed':
      return { kind: 'must_not_be_undone', reason: 'the reservation is paid for' };
    case 'reservation_not_found':
      return { kind: 'reservation_not_found' };
    case 'reservation_expired':
    case 'idempotency_conflict':
      return NOTHING;
  }
}

/** A captured payment makes its order or goes back: the same decision as on the news of it. */
async function refund(context: ReservationContext, { reservationId, paymentIntentId, traceId }: CompensationWish): Promise<CompensateOutcome> {
  if (paymentIntentId === undefined) return NOTHING;
  const outcome = await followApproval(context, { reservationId, paymentIntentId, traceId });
  switch (outcome.kind) {
    case 'confirmed':
      return { kind: 'must_not_be_undone', reason: 'the payment pays for an order' };
    case 'reservation_not_found':
      return { kind: 'reservation_not_found' };
    case 'payment_not_approved':
    case 'idempotency_conflict':
      return NOTHING;
    case 'reservation_expired':
      return outcome.refunding ? DONE : NOTHING;
    case 'already_confirmed':
    case 'already_cancelled':
    case 'payment_differs':
      return DONE;
  }
}
