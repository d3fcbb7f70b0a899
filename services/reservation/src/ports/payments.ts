import type { Joinable, Unit } from '@traffic-tacos/journal';
import type { PaymentIntentId, ReservationId } from '@traffic-tacos/kernel';
import type { IntentFacts } from '../domain/judge.ts';

/** Why money goes back. */
export type RefundReason = 'seats_gone' | 'reservation_cancelled' | 'other_payment_won' | 'amount_differs';

/** What the reservation service asks of whoever takes the money. Steps join the caller's unit of work as in `SeatHolder`. */
export interface Payments {
  /** The intent as it stands at the decision; undefined when there is none of this id. */
  read(intentId: PaymentIntentId): Promise<Joinable<IntentFacts | undefined>>;
  /** The id of a captured intent of the reservation, undefined when there is none. */
  findCaptured(reservationId: ReservationId): Promise<PaymentIntentId | undefined>;
  /**
   * Gives all of a captured payment back, for a decision that has just been made in `unit`. In the same process the refund stands in
   * that unit; a remote one is begun after it and repeated until it is answered. Repeating it changes nothing.
   */
  refund(unit: Unit, intentId: PaymentIntentId, reason: RefundReason): void;
}
