import type { ReservationService, RequestOf, ResponseOf } from '@traffic-tacos/contracts';
import type { Limits } from '@traffic-tacos/kernel';
import { forUser, given, invalidWish, type Refusal, type UnaryHandler } from '@traffic-tacos/kit';
import type { ReservationContext } from '../../application/context.ts';
import { createReservation, type CreateAnswer } from '../../application/create-reservation.ts';
import { refusalOf, type Refused } from '../../errors.ts';
import { createdMessage } from './reservation-messages.ts';

type Rpc = typeof ReservationService.createReservation;

/** The same operation as on REST: a key that was used there is known here. The catalogue prices, whatever the request says. */
export const createReservationRpc = (context: ReservationContext, limits: Limits): UnaryHandler<RequestOf<Rpc>, ResponseOf<Rpc>> =>
  forUser(limits, async (request, userId, { traceId, idempotencyKey, errorMode }) => {
    const invalid = invalidWish(request, limits);
    if (invalid !== undefined) return invalid;
    const { eventId, seatIds, quantity, section, split, reservationToken } = request;
    const outcome = await createReservation(context, {
      userId,
      traceId,
      idempotencyKey,
      eventId,
      seatIds: seatIds.length === 0 ? undefined : seatIds,
      quantity: seatIds.length === 0 ? quantity : seatIds.length,
      section: given(section),
      mayBeApart: split,
      reservationToken: given(reservationToken),
    });
    switch (outcome.kind) {
      case 'created':
      case 'replayed':
        return createdMessage(outcome.reservation, outcome.kind === 'replayed');
      default:
        return errorMode === 'status' ? refusalOf(outcome) : refusalNamingSeats(outcome);
    }
  });

/** Seats stand as values in the details of an error, where programs find them. A status has no place for values: its sentences name them. */
function refusalNamingSeats(outcome: Refused<CreateAnswer, 'created' | 'replayed'>): Refusal {
  const refusal = refusalOf(outcome);
  switch (outcome.kind) {
    case 'seat_unavailable':
      return { ...refusal, details: outcome.seats.map(({ seatId, state }) => ({ field: 'seatIds', reason: state, value: seatId })) };
    case 'seat_not_found':
      return { ...refusal, details: outcome.seatIds.map((value) => ({ field: 'seatIds', reason: 'not_found', value })) };
    case 'seats_not_in_section':
      return { ...refusal, details: outcome.seatIds.map((value) => ({ field: 'seatIds', reason: 'not_in_section', value })) };
    case 'not_together':
      return { ...refusal, details: [{ field: 'quantity', reason: 'not_together', value: String(outcome.mostTogether) }] };
    default:
      return refusal;
  }
}
