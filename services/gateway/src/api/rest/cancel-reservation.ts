import type { EdgeReply, EdgeRequest, Refusal, Route } from '@traffic-tacos/kit';
import { REFUSALS, isRefusal } from '../../errors.ts';
import type { Reservations } from '../../ports/reservations.ts';
import { ANSWERS, APART } from './answers.ts';
import { callOf, idOf } from './fields.ts';
import { isReservationId } from './ids.ts';
import { reply } from './reply.ts';

/** `POST /api/v1/reservations/{id}/cancel` and `DELETE /api/v1/reservations/{id}`: one thing under two names. */
export function cancelReservationRoutes(reservations: Reservations): readonly Route[] {
  const common = {
    access: 'user',
    completesPurchase: true,
    idempotency: 'optional',
    summary: 'Give the held seats back',
    answers: { 200: ANSWERS.cancelled },
    refusals: ['RESERVATION_NOT_FOUND', 'RESERVATION_ALREADY_CONFIRMED', 'RESERVATION_EXPIRED', ...APART],
    handle: (request: EdgeRequest) => handle(reservations, request),
  } as const;
  return [
    { method: 'POST', path: '/api/v1/reservations/:id/cancel', ...common },
    { method: 'DELETE', path: '/api/v1/reservations/:id', ...common },
  ];
}

async function handle(reservations: Reservations, request: EdgeRequest): Promise<EdgeReply | Refusal> {
  const reservationId = idOf(request);
  if (!isReservationId(reservationId)) return REFUSALS.reservationNotFound;
  const answer = await reservations.cancel({ ...callOf(request), reservationId });
  if (isRefusal(answer)) return answer;
  return reply(200, { reservationId: answer.reservationId, status: 'CANCELLED' }, answer.replayed);
}
