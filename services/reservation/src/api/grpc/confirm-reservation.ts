import { timestampOf, type RequestOf, type ReservationService, type ResponseOf } from '@traffic-tacos/contracts';
import { SeatStatus } from '@traffic-tacos/contracts/proto/common/v1/types';
import { ReservationStatus } from '@traffic-tacos/contracts/proto/reservation/v1/reservation';
import { parseId, present, type Limits, type PaymentIntentId, type ReservationId } from '@traffic-tacos/kernel';
import { forOwner, invalidRequest, refuse, requiredText, type UnaryHandler } from '@traffic-tacos/kit';
import { confirmReservation } from '../../application/confirm-reservation.ts';
import type { ReservationContext } from '../../application/context.ts';
import { orderIdOf } from '../../domain/order.ts';
import { refusalOf } from '../../errors.ts';
import { NO_INTENT } from '../rest/target.ts';
import { seatMessages } from './reservation-messages.ts';

type Rpc = typeof ReservationService.confirmReservation;

const NOT_FOUND = refuse('RESERVATION_NOT_FOUND');

/** Answers what the confirmation came to, also when it is asked for again after the order was given back. */
export const confirmReservationRpc = (context: ReservationContext, limits: Limits): UnaryHandler<RequestOf<Rpc>, ResponseOf<Rpc>> =>
  forOwner(limits, async ({ reservationId, paymentIntentId }, userId, { traceId, idempotencyKey }) => {
    const { idChars } = limits;
    const invalid = invalidRequest(requiredText('reservationId', reservationId, idChars), requiredText('paymentIntentId', paymentIntentId, idChars));
    if (invalid !== undefined) return invalid;
    if (parseId('rsv', reservationId) === undefined) return NOT_FOUND;
    const outcome = await confirmReservation(context, {
      userId,
      traceId,
      idempotencyKey,
      reservationId: reservationId as ReservationId,
      paymentIntentId: parseId('pay', paymentIntentId) === undefined ? NO_INTENT : (paymentIntentId as PaymentIntentId),
    });
    if (outcome.kind !== 'confirmed') return refusalOf(outcome);
    const { reservation, replayed } = outcome;
    const orderId = orderIdOf(reservation.id);
    const { order } = present(await context.store.readOrder(orderId), 'the order of a confirmed reservation');
    return {
      orderId,
      status: ReservationStatus.RESERVATION_STATUS_CONFIRMED,
      confirmedAt: timestampOf(order.createdAtMs),
      confirmedSeats: seatMessages(reservation, SeatStatus.SEAT_STATUS_SOLD),
      error: undefined,
      replayed,
    };
  });
