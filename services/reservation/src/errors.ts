import { unreachable } from '@traffic-tacos/kernel';
import type { Detail, Refusal } from '@traffic-tacos/kit';
import type { CreateAnswer } from './application/create-reservation.ts';
import type { CancelOutcome, ConfirmOutcome, ExtendReservationOutcome } from './ports/reservation-store.ts';

export type Refused<Outcome extends { readonly kind: string }, Granted extends string> = Exclude<Outcome, { readonly kind: Granted }>;

/** Every outcome of this service that is not what was asked for, as a code of the error registry. */
export function refusalOf(
  outcome:
    | Refused<CreateAnswer, 'created' | 'replayed'>
    | Refused<ConfirmOutcome, 'confirmed'>
    | Refused<CancelOutcome, 'cancelled'>
    | Refused<ExtendReservationOutcome, 'extended'>,
): Refusal {
  switch (outcome.kind) {
    case 'event_not_found':
      return { refused: 'EVENT_NOT_FOUND' };
    case 'section_not_found':
      return { refused: 'SEAT_NOT_FOUND', details: [{ field: 'section', reason: 'the event has no section of this id' }] };
    case 'seat_not_found':
      return { refused: 'SEAT_NOT_FOUND', details: seatDetails(outcome.seatIds, 'the event has no seat of this id') };
    case 'seats_not_in_section':
      return { refused: 'INVALID_REQUEST', details: seatDetails(outcome.seatIds, 'the seat is in another section') };
    case 'sale_not_open':
      return { refused: 'SALE_NOT_OPEN' };
    case 'not_admitted':
      return { refused: 'FORBIDDEN', details: [{ field: 'reservationToken', reason: 'the waiting room has not admitted you to this event' }] };
    case 'purchase_limit_exceeded':
      return { refused: 'PURCHASE_LIMIT_EXCEEDED', details: [{ field: 'quantity', reason: `at most ${outcome.limit} places per buyer and event` }] };
    case 'seat_unavailable':
      return { refused: 'SEAT_UNAVAILABLE', details: outcome.seats.map(({ seatId, state }) => ({ field: 'seatIds', reason: `${seatId} is ${state}` })) };
    case 'sold_out':
      return { refused: 'INVENTORY_CONFLICT', details: [{ field: 'quantity', reason: 'not enough places are left' }] };
    case 'not_together':
      return { refused: 'INVENTORY_CONFLICT', details: [{ field: 'quantity', reason: notTogether(outcome.mostTogether) }] };
    case 'idempotency_conflict':
      return { refused: 'IDEMPOTENCY_CONFLICT' };
    case 'reservation_not_found':
      return { refused: 'RESERVATION_NOT_FOUND' };
    case 'already_confirmed':
      return { refused: 'RESERVATION_ALREADY_CONFIRMED' };
    case 'already_cancelled':
      return { refused: 'RESERVATION_ALREADY_CANCELLED' };
    case 'reservation_expired':
      return expired('refunding' in outcome && outcome.refunding);
    case 'payment_not_approved':
      return { refused: 'PAYMENT_NOT_APPROVED' };
    case 'payment_differs':
      return { refused: 'INVALID_REQUEST', details: [{ field: 'paymentIntentId', reason: 'amount or currency differs from the total of the reservation' }] };
    case 'extension_not_allowed':
      return { refused: 'EXTENSION_NOT_ALLOWED', details: [{ field: 'extensionSeconds', reason: 'a hold is extended once, and by no more than the allowed maximum' }] };
    default:
      return unreachable(outcome);
  }
}

const notTogether = (most: number): string => `no so many seats side by side are left, only ${most}; "split": true takes them apart`;

const seatDetails = (seatIds: readonly string[], reason: string): readonly Detail[] =>
  seatIds.map((seatId) => ({ field: 'seatIds', reason: `${seatId}: ${reason}` }));

function expired(refunding: boolean): Refusal {
  if (!refunding) return { refused: 'RESERVATION_EXPIRED' };
  return { refused: 'RESERVATION_EXPIRED', details: [{ field: 'paymentIntentId', reason: 'the seats are gone; the payment is being refunded' }] };
}
