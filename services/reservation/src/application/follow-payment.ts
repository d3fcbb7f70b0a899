import type { PaymentIntentId, ReservationId } from '@traffic-tacos/kernel';
import { orderIdOf } from '../domain/order.ts';
import type { ConfirmOutcome, FollowOutcome } from '../ports/reservation-store.ts';
import { confirmReservation } from './confirm-reservation.ts';
import type { ReservationContext } from './context.ts';

/** A payment whose result has come. What follows is decided on the intent as re-read, so a repetition changes nothing. */
export interface SettledPayment {
  readonly paymentIntentId: PaymentIntentId;
  readonly reservationId: ReservationId;
  readonly traceId: string;
}

/** An approved payment makes the order, whether or not its buyer comes back, or goes back where the seats are gone. */
export function followApproval(context: ReservationContext, { paymentIntentId, reservationId, traceId }: SettledPayment): Promise<ConfirmOutcome> {
  return confirmReservation(context, { reservationId, paymentIntentId, traceId, userId: undefined, idempotencyKey: undefined });
}

/** A failed payment leaves the hold to its buyer for another try (`keep`), or ends it at once (`release`). */
export async function followFailure(context: ReservationContext, { paymentIntentId, reservationId, traceId }: SettledPayment): Promise<FollowOutcome> {
  if (context.settings.failedPaymentPolicy === 'keep') return { kind: 'nothing_to_do' };
  const [readIntent, release] = await Promise.all([context.payments.read(paymentIntentId), context.seats.release(reservationId)]);
  return context.store.failByPayment(reservationId, traceId, readIntent, release);
}

/** A full refund of an order gives its seats back and voids its tickets. */
export async function followRefund(context: ReservationContext, { paymentIntentId, reservationId, traceId }: SettledPayment): Promise<FollowOutcome> {
  const [readIntent, returnSeats] = await Promise.all([context.payments.read(paymentIntentId), context.seats.return(orderIdOf(reservationId))]);
  return context.store.refundByPayment(reservationId, traceId, readIntent, returnSeats);
}
