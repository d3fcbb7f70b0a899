import type { AmountMinor, Count, CurrencyCode, DurationMs, EpochMs, EventId, PaymentIntentId, ReservationId, UserId } from '@traffic-tacos/kernel';

/**
 * `HOLD → CONFIRMED | CANCELLED | EXPIRED | FAILED`; `EXPIRED | FAILED → CONFIRMED` only by a captured payment, as a new hold and its
 * commit in one decision; `EXPIRED → FAILED` when captured and refunded; `CONFIRMED → REFUNDED`; `CANCELLED` is final.
 */
export type ReservationStatus = 'HOLD' | 'CONFIRMED' | 'CANCELLED' | 'EXPIRED' | 'FAILED' | 'REFUNDED';

/** Why a reservation is FAILED: its payment failed under the `release` policy, or had no seats to buy: gone, or given back since it went back first. */
export type FailureReason = 'FAILED_PAYMENT' | 'SEATS_GONE';

/** Which states may follow a state. Repeating a state is not a change. */
export const FOLLOWING: Readonly<Record<ReservationStatus, readonly ReservationStatus[]>> = {
  HOLD: ['CONFIRMED', 'CANCELLED', 'EXPIRED', 'FAILED'],
  EXPIRED: ['CONFIRMED', 'FAILED'],
  FAILED: ['CONFIRMED'],
  CONFIRMED: ['REFUNDED'],
  CANCELLED: [],
  REFUNDED: [],
};

/** A reservation as it is recorded: what was frozen when the seats were held, and what has become of it. */
export interface Reservation {
  readonly id: ReservationId;
  /** 1 at creation, one more with each change. */
  readonly version: number;
  readonly eventId: EventId;
  readonly userId: UserId;
  /** As recorded; `statusAt` says what it is now. */
  readonly status: ReservationStatus;
  readonly failure: FailureReason | undefined;
  /** The section or pool of a quantity hold; undefined when seats of several sections are held. */
  readonly section: string | undefined;
  /** In the order asked for; empty for places in a pool. */
  readonly seatIds: readonly string[];
  readonly quantity: Count;
  readonly totalMinor: AmountMinor;
  readonly currency: CurrencyCode;
  readonly createdAtMs: EpochMs;
  readonly updatedAtMs: EpochMs;
  /** The hold is over exactly at this instant. */
  readonly holdExpiresAtMs: EpochMs;
  /** What `extend` added, 0 before it. */
  readonly extendedByMs: DurationMs;
  /**
   * The payment that confirmed it; before that, the captured one for which the seats are being committed in another process; beside
   * SEATS_GONE the one that is given back.
   */
  readonly paymentIntentId: PaymentIntentId | undefined;
  /** Events announced so far; the next one gets the next number. */
  readonly sequence: number;
}

/**
 * What a reservation is at `nowMs`: a hold past its instant is EXPIRED, whether or not anybody has recorded that yet; but HOLD, whatever
 * was recorded, while its seats are being committed, since they may have been sold by now.
 */
export function statusAt(reservation: Reservation, nowMs: EpochMs): ReservationStatus {
  if (isCommitting(reservation)) return 'HOLD';
  return reservation.status === 'HOLD' && isHoldOver(reservation, nowMs) ? 'EXPIRED' : reservation.status;
}

/** Whether the seats are being committed for the payment that it names, in another process whose answer is not known yet. */
export const isCommitting = ({ status, failure, paymentIntentId }: Reservation): boolean =>
  paymentIntentId !== undefined && failure !== 'SEATS_GONE' && FOLLOWING[status].includes('CONFIRMED');

/** Whether the payment was captured when there were no seats for it, so that it is given back and buys nothing any more. */
export const isGivenBack = ({ failure, paymentIntentId }: Reservation, intentId: PaymentIntentId): boolean =>
  failure === 'SEATS_GONE' && paymentIntentId === intentId;

export const isHoldOver = (reservation: Reservation, nowMs: EpochMs): boolean => reservation.holdExpiresAtMs <= nowMs;

/** The instant the hold was to end at when it was made, before any extension. */
export const firstHoldExpiryMs = (reservation: Reservation): EpochMs =>
  (reservation.holdExpiresAtMs - reservation.extendedByMs) as EpochMs;
