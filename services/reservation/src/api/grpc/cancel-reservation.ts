import { timestampOf, type RequestOf, type ReservationService, type ResponseOf } from '@traffic-tacos/contracts';
import { SeatStatus } from '@traffic-tacos/contracts/proto/common/v1/types';
import { ReservationStatus } from '@traffic-tacos/contracts/proto/reservation/v1/reservation';
import { parseId, type Limits, type ReservationId } from '@traffic-tacos/kernel';
import { forOwner, invalidRequest, refuse, requiredText, type UnaryHandler } from '@traffic-tacos/kit';
import { cancelReservation } from '../../application/cancel-reservation.ts';
import type { ReservationContext } from '../../application/context.ts';
import { refusalOf } from '../../errors.ts';
import { seatMessages } from './reservation-messages.ts';

type Rpc = typeof ReservationService.cancelReservation;

const NOT_FOUND = refuse('RESERVATION_NOT_FOUND');

/** CANCELLED is final, so asking again gets the same answer. The seats are those that became free then. */
export const cancelReservationRpc = (context: ReservationContext, limits: Limits): UnaryHandler<RequestOf<Rpc>, ResponseOf<Rpc>> =>
  forOwner(limits, async ({ reservationId }, userId, { traceId, idempotencyKey }) => {
    const invalid = invalidRequest(requiredText('reservationId', reservationId, limits.idChars));
    if (invalid !== undefined) return invalid;
    if (parseId('rsv', reservationId) === undefined) return NOT_FOUND;
    const outcome = await cancelReservation(context, { userId, traceId, idempotencyKey, reservationId: reservationId as ReservationId });
    if (outcome.kind !== 'cancelled') return refusalOf(outcome);
    const { reservation, replayed } = outcome;
    return {
      status: ReservationStatus.RESERVATION_STATUS_CANCELLED,
      cancelledAt: timestampOf(reservation.updatedAtMs),
      releasedSeats: seatMessages(reservation, SeatStatus.SEAT_STATUS_AVAILABLE),
      error: undefined,
      replayed,
    };
  });
