import { ReservationService } from '@traffic-tacos/contracts';
import {
  CancelReservationRequest, ConfirmReservationRequest, CreateReservationRequest, ExtendHoldRequest, GetReservationRequest, ListReservationsRequest,
  ReservationStatus as WireStatus, type CreateReservationResponse, type Reservation,
} from '@traffic-tacos/contracts/proto/reservation/v1/reservation';
import { createUnaryClient, type GrpcChannel, type UpstreamCall } from '@traffic-tacos/kit';
import type { Call } from '../../ports/call.ts';
import { RESERVATION_STATUSES, type CreateReservation, type HeldReservation, type ReservationFacts, type Reservations } from '../../ports/reservations.ts';
import { found, responseOf, responseOrRefusal } from './upstream-refusals.ts';
import { amountOf, currencyOf, enumWords, given, idOf, instantOf, nextOf, paginationOf } from './wire-values.ts';

/** Creating is repeated by its key; all else changes nothing more when it is repeated. */
const IDEMPOTENT = ['confirmReservation', 'cancelReservation', 'extendHold', 'getReservation', 'listReservations'] as const;

const STATUSES = enumWords(WireStatus, 'RESERVATION_STATUS_', RESERVATION_STATUSES);

/** The gateway's way to reservations in another process. The channel asks for outcomes as statuses. */
export function grpcReservations(channel: GrpcChannel): Reservations {
  const client = createUnaryClient(channel, ReservationService, { idempotent: IDEMPOTENT });
  return {
    create: async (command) => {
      const answer = responseOrRefusal(await client.createReservation(createRequest(command), sentWith(command)));
      if ('refused' in answer) return answer;
      return { kind: 'created', reservation: heldOf(command.eventId, answer.response), replayed: answer.response.replayed };
    },
    confirm: async (command) => {
      const { reservationId, paymentIntentId, userId, idempotencyKey = '' } = command;
      const request = ConfirmReservationRequest.create({ reservationId, paymentIntentId, userId, idempotencyKey });
      const answer = responseOrRefusal(await client.confirmReservation(request, sentWith(command)));
      if ('refused' in answer) return answer;
      return { kind: 'confirmed', reservationId, orderId: idOf('ord', answer.response.orderId), replayed: answer.response.replayed };
    },
    cancel: async (command) => {
      const { reservationId, userId, idempotencyKey = '' } = command;
      const answer = responseOrRefusal(await client.cancelReservation(CancelReservationRequest.create({ reservationId, userId, idempotencyKey }), sentWith(command)));
      return 'refused' in answer ? answer : { kind: 'cancelled', reservationId, replayed: answer.response.replayed };
    },
    extend: async (command) => {
      const { reservationId, userId, extensionSeconds, idempotencyKey = '' } = command;
      const request = ExtendHoldRequest.create({ reservationId, userId, extensionSeconds, idempotencyKey });
      const answer = responseOrRefusal(await client.extendHold(request, sentWith(command)));
      if ('refused' in answer) return answer;
      const { newExpiresAt, replayed } = answer.response;
      return { kind: 'extended', reservationId, holdExpiresAtMs: instantOf(newExpiresAt), replayed };
    },
    read: async (reservationId, userId = '') => {
      const response = found(await client.getReservation(GetReservationRequest.create({ reservationId, userId })));
      return response?.reservation === undefined ? undefined : factsOf(response.reservation);
    },
    list: async (query) => {
      const { userId, status, eventId = '' } = query;
      const request = ListReservationsRequest.create({
        userId, eventId, status: (status === undefined ? 0 : STATUSES.valueOf(status)) as WireStatus, pagination: paginationOf(query),
      });
      const { reservations, pageInfo } = responseOf(await client.listReservations(request));
      return { items: reservations.map(factsOf), next: nextOf(pageInfo) };
    },
  };
}

const sentWith = ({ traceId, idempotencyKey }: Call): UpstreamCall => ({ traceId, idempotencyKey });

const createRequest = ({ eventId, seatIds = [], quantity, userId, reservationToken = '', idempotencyKey, section = '', mayBeApart = false }: CreateReservation): CreateReservationRequest =>
  CreateReservationRequest.create({ eventId, seatIds: [...seatIds], quantity, userId, reservationToken, idempotencyKey, section, split: mayBeApart });

const heldOf = (eventId: string, { reservationId, reservedSeats, totalAmount, holdExpiresAt }: CreateReservationResponse): HeldReservation => ({
  reservationId: idOf('rsv', reservationId),
  eventId,
  seatIds: reservedSeats.map(({ id }) => id).filter((id) => id !== ''),
  quantity: reservedSeats.length,
  totalAmountMinor: amountOf(totalAmount),
  currency: currencyOf(totalAmount?.currency),
  holdExpiresAtMs: instantOf(holdExpiresAt),
});

const factsOf = (reservation: Reservation): ReservationFacts => ({
  reservationId: idOf('rsv', reservation.reservationId),
  eventId: reservation.eventId,
  seatIds: reservation.seats.map(({ id }) => id).filter((id) => id !== ''),
  quantity: reservation.quantity,
  totalAmountMinor: amountOf(reservation.totalAmount),
  currency: currencyOf(reservation.totalAmount?.currency),
  holdExpiresAtMs: instantOf(reservation.holdExpiresAt),
  section: given(reservation.section),
  status: STATUSES.wordOf(reservation.status),
  reason: given(reservation.failureReason),
  createdAtMs: instantOf(reservation.createdAt),
  updatedAtMs: instantOf(reservation.updatedAt),
  orderId: reservation.orderId === '' ? undefined : idOf('ord', reservation.orderId),
});
