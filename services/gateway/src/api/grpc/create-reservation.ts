import { timestampOf, type GatewayService, type RequestOf, type ResponseOf } from '@traffic-tacos/contracts';
import { SeatStatus } from '@traffic-tacos/contracts/proto/common/v1/types';
import { ReservationStatus } from '@traffic-tacos/contracts/proto/reservation/v1/reservation';
import { present, type Limits } from '@traffic-tacos/kernel';
import { forUser, given, invalidWish, type UnaryHandler } from '@traffic-tacos/kit';
import { isRefusal } from '../../errors.ts';
import type { Reservations } from '../../ports/reservations.ts';
import { seatMessages, totalOf } from './reservation-messages.ts';

type Rpc = typeof GatewayService.createReservation;

/** The same operation as on REST and on the port of the reservation service: a key that was used there is known here. */
export const createReservationRpc = (reservations: Reservations, limits: Limits): UnaryHandler<RequestOf<Rpc>, ResponseOf<Rpc>> =>
  forUser(limits, async (request, userId, { traceId, idempotencyKey }) => {
    const invalid = invalidWish(request, limits);
    if (invalid !== undefined) return invalid;
    const { eventId, seatIds, quantity, section, reservationToken } = request;
    const answer = await reservations.create({
      userId,
      traceId,
      // Under GRPC_AUTH=network it may be missing: such a call is not deduplicated.
      idempotencyKey: idempotencyKey ?? present(traceId, 'a call has a trace'),
      eventId,
      seatIds: seatIds.length === 0 ? undefined : seatIds,
      quantity: seatIds.length === 0 ? quantity : seatIds.length,
      section: given(section),
      reservationToken: given(reservationToken),
    });
    if (isRefusal(answer)) return answer;
    const { reservation } = answer;
    return {
      reservationId: reservation.reservationId,
      status: ReservationStatus.RESERVATION_STATUS_HOLD,
      holdExpiresAt: timestampOf(reservation.holdExpiresAtMs),
      reservedSeats: seatMessages({ ...reservation, section: given(section) }, SeatStatus.SEAT_STATUS_RESERVED),
      totalAmount: totalOf(reservation),
      paymentUrl: '',
      error: undefined,
    };
  });
