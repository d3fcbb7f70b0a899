import { timestampOf, type GatewayService, type RequestOf, type ResponseOf } from '@traffic-tacos/contracts';
import { SeatStatus } from '@traffic-tacos/contracts/proto/common/v1/types';
import { ReservationStatus } from '@traffic-tacos/contracts/proto/reservation/v1/reservation';
import { parseId, withPrefix, type Clock, type Limits, type PaymentIntentId, type ReservationId } from '@traffic-tacos/kernel';
import { forUser, invalidRequest, requiredText, type Refusal, type UnaryHandler } from '@traffic-tacos/kit';
import { isRefusal, REFUSALS } from '../../errors.ts';
import type { ReservationFacts, Reservations } from '../../ports/reservations.ts';
import { reservationMessage, seatMessages } from './reservation-messages.ts';

type Get = typeof GatewayService.getReservation;
type Confirm = typeof GatewayService.confirmReservation;
type Cancel = typeof GatewayService.cancelReservation;

const NOT_FOUND: Refusal = REFUSALS.reservationNotFound;

/** An intent that nobody has: what is no id at all pays for nothing, and is answered as such. */
const NO_INTENT = withPrefix('pay', `rsv_${'0'.repeat(26)}`);

export const getReservationRpc = (reservations: Reservations, limits: Limits): UnaryHandler<RequestOf<Get>, ResponseOf<Get>> =>
  forUser(limits, async ({ reservationId }, owner) => {
    const invalid = invalidRequest(requiredText('reservationId', reservationId, limits.idChars));
    if (invalid !== undefined) return invalid;
    const found = isReservationId(reservationId) ? await reservations.read(reservationId, owner) : undefined;
    return found === undefined ? NOT_FOUND : { reservation: reservationMessage(found, owner), error: undefined };
  });

export const confirmReservationRpc = (reservations: Reservations, limits: Limits): UnaryHandler<RequestOf<Confirm>, ResponseOf<Confirm>> =>
  forUser(limits, async ({ reservationId, paymentIntentId }, userId, { traceId, idempotencyKey }) => {
    const { idChars } = limits;
    const invalid = invalidRequest(requiredText('reservationId', reservationId, idChars), requiredText('paymentIntentId', paymentIntentId, idChars));
    if (invalid !== undefined) return invalid;
    if (!isReservationId(reservationId)) return NOT_FOUND;
    const intentId = parseId('pay', paymentIntentId) === undefined ? NO_INTENT : (paymentIntentId as PaymentIntentId);
    const answer = await reservations.confirm({ userId, traceId, idempotencyKey, reservationId, paymentIntentId: intentId });
    if (isRefusal(answer)) return answer;
    const facts = await reservations.read(reservationId, userId);
    return {
      orderId: answer.orderId,
      status: ReservationStatus.RESERVATION_STATUS_CONFIRMED,
      confirmedAt: instantOf(facts),
      confirmedSeats: facts === undefined ? [] : seatMessages(facts, SeatStatus.SEAT_STATUS_SOLD),
      error: undefined,
    };
  });

export const cancelReservationRpc = (reservations: Reservations, clock: Pick<Clock, 'nowMs'>, limits: Limits): UnaryHandler<RequestOf<Cancel>, ResponseOf<Cancel>> =>
  forUser(limits, async ({ reservationId }, userId, { traceId, idempotencyKey }) => {
    const invalid = invalidRequest(requiredText('reservationId', reservationId, limits.idChars));
    if (invalid !== undefined) return invalid;
    if (!isReservationId(reservationId)) return NOT_FOUND;
    const answer = await reservations.cancel({ userId, traceId, idempotencyKey, reservationId });
    if (isRefusal(answer)) return answer;
    const facts = await reservations.read(reservationId, userId);
    return {
      status: ReservationStatus.RESERVATION_STATUS_CANCELLED,
      cancelledAt: instantOf(facts) ?? timestampOf(clock.nowMs()),
      releasedSeats: facts === undefined ? [] : seatMessages(facts, SeatStatus.SEAT_STATUS_UNSPECIFIED),
      error: undefined,
    };
  });

const isReservationId = (text: string): text is ReservationId => parseId('rsv', text) !== undefined;

const instantOf = (facts: ReservationFacts | undefined) => (facts === undefined ? undefined : timestampOf(facts.updatedAtMs));
