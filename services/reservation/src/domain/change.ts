import { addMs, type AmountMinor, type Count, type CurrencyCode, type DurationMs, type EpochMs, type EventId, type PaymentIntentId, type ReservationId, type UserId } from '@traffic-tacos/kernel';
import { durationMs, invariant } from '@traffic-tacos/kernel';
import { FOLLOWING, type FailureReason, type Reservation, type ReservationStatus } from './reservation.ts';

/** What inventory answers when it holds seats: the facts that the reservation freezes. */
export interface HeldFacts {
  readonly eventId: EventId;
  readonly section: string | undefined;
  readonly seatIds: readonly string[];
  readonly quantity: Count;
  readonly totalMinor: AmountMinor;
  readonly currency: CurrencyCode;
  readonly heldAtMs: EpochMs;
  readonly expiresAtMs: EpochMs;
}

/** The first record of a reservation, from a hold just made. */
export const begin = (id: ReservationId, userId: UserId, held: HeldFacts): Reservation => ({
  id,
  version: 1,
  eventId: held.eventId,
  userId,
  status: 'HOLD',
  failure: undefined,
  section: held.section,
  seatIds: held.seatIds,
  quantity: held.quantity,
  totalMinor: held.totalMinor,
  currency: held.currency,
  createdAtMs: held.heldAtMs,
  updatedAtMs: held.heldAtMs,
  holdExpiresAtMs: held.expiresAtMs,
  extendedByMs: durationMs(0),
  paymentIntentId: undefined,
  sequence: 1,
});

/** The record after a change of state. A change that the states do not allow is a bug of the caller, who judged first. */
export function enter(
  reservation: Reservation,
  status: ReservationStatus,
  nowMs: EpochMs,
  facts: { readonly paymentIntentId?: PaymentIntentId; readonly failure?: FailureReason } = {},
): Reservation {
  invariant(FOLLOWING[reservation.status].includes(status), `no way from ${reservation.status} to ${status}`);
  return {
    ...reservation,
    version: reservation.version + 1,
    status,
    updatedAtMs: nowMs,
    failure: facts.failure,
    // A payment that got no seats is not the reservation's any more; only that it is given back may have to be known.
    paymentIntentId: status === 'FAILED' ? facts.paymentIntentId : (facts.paymentIntentId ?? reservation.paymentIntentId),
    sequence: reservation.sequence + 1,
  };
}

/** The record after an extension: the state stays, so nothing is announced. */
export const extended = (reservation: Reservation, byMs: DurationMs, nowMs: EpochMs): Reservation => ({
  ...reservation,
  version: reservation.version + 1,
  updatedAtMs: nowMs,
  extendedByMs: byMs,
  holdExpiresAtMs: addMs(reservation.holdExpiresAtMs, byMs),
});

/** The record that names the captured payment, before the seats are committed for it in another process. */
export const naming = (reservation: Reservation, paymentIntentId: PaymentIntentId, nowMs: EpochMs): Reservation => ({
  ...reservation,
  version: reservation.version + 1,
  updatedAtMs: nowMs,
  failure: undefined,
  paymentIntentId,
});

/** The record of a failed reservation whose seats could not be had for this payment either: the state stays, so nothing is announced. */
export const failedAgain = (reservation: Reservation, paymentIntentId: PaymentIntentId, nowMs: EpochMs): Reservation => ({
  ...reservation,
  version: reservation.version + 1,
  updatedAtMs: nowMs,
  failure: 'SEATS_GONE',
  paymentIntentId,
});
