import type { PaymentIntentId, ReservationId } from '@traffic-tacos/kernel';
import type { PaymentResult } from '../domain/read-message.ts';

/** What an effect came to. It is durable when the promise resolves. */
export type EffectOutcome =
  /** `seatIds`: sold, or free again, where they have names. `isRefunding`: the money is on its way back in another process, and the same is to be asked again until it has arrived. */
  | { readonly kind: 'done'; readonly orderId?: string; readonly seatIds?: readonly string[]; readonly isRefunding?: boolean }
  /** Too early, done before, or nothing follows from it. */
  | { readonly kind: 'nothing_to_do' }
  | { readonly kind: 'reservation_not_found' }
  | { readonly kind: 'payment_not_found' }
  /** Undoing it would take from somebody what is theirs. */
  | { readonly kind: 'must_not_be_undone'; readonly reason: string };

/** A payment that has a result. What follows is decided on the payment as read again. */
export interface ResultHint {
  readonly type: PaymentResult;
  readonly paymentIntentId: PaymentIntentId;
  readonly reservationId: ReservationId;
  readonly traceId: string;
  /** Remembered in the entry of the effect, so that a repetition has none; undefined where the sender gave none. */
  readonly messageId: string | undefined;
}

/** What failed half-way and is to be undone. */
export type CompensationKind = 'release_seats' | 'refund_payment' | 'cancel_reservation' | 'cleanup_orphaned';

export interface Compensation {
  readonly kind: CompensationKind;
  readonly reservationId: ReservationId;
  /** Which payment, where one is to go back. */
  readonly paymentIntentId: PaymentIntentId | undefined;
  readonly traceId: string;
}

/**
 * What the worker has others do. Every call may come more than once and in any order, and decides on the state as it is then. Each may reject
 * with `Unavailable`: somebody needed was not there, and whether there was an effect is told by asking again.
 */
export interface Effects {
  /** Ends the hold if its instant has come, and never before. */
  endHold(reservationId: ReservationId, traceId: string): Promise<EffectOutcome>;
  followPayment(hint: ResultHint): Promise<EffectOutcome>;
  compensate(compensation: Compensation): Promise<EffectOutcome>;
}
