import { parseId, type ReservationId } from '@traffic-tacos/kernel';
import type { EdgeReply, EdgeRequest, Refusal, Route } from '@traffic-tacos/kit';
import { cancelReservation } from '../../application/cancel-reservation.ts';
import type { ReservationContext } from '../../application/context.ts';
import { refusalOf } from '../../errors.ts';
import { cancelledView } from '../views.ts';
import { ANSWERS, SEATS_APART } from './answers.ts';
import { ID_FIELD, REPLAYED_HEADER, requestFacts, targetOf } from './target.ts';

export function cancelRoute(context: ReservationContext, method: 'POST' | 'DELETE', path: string): Route {
  return {
    method,
    path,
    access: 'user',
    completesPurchase: true,
    idempotency: 'optional',
    summary: 'Give the held seats back',
    ...(method === 'POST' ? { body: ID_FIELD(path) } : {}),
    answers: { 200: ANSWERS.cancelled },
    refusals: ['RESERVATION_NOT_FOUND', 'RESERVATION_ALREADY_CONFIRMED', 'RESERVATION_EXPIRED', ...SEATS_APART],
    handle: (request) => handle(context, request),
  };
}

async function handle(context: ReservationContext, request: EdgeRequest): Promise<EdgeReply | Refusal> {
  const reservationId = targetOf(request);
  if (parseId('rsv', reservationId) === undefined) return { refused: 'RESERVATION_NOT_FOUND' };
  const outcome = await cancelReservation(context, { ...requestFacts(request), reservationId: reservationId as ReservationId });
  if (outcome.kind !== 'cancelled') return refusalOf(outcome);
  return { status: 200, body: cancelledView(outcome.reservation), ...(outcome.replayed ? REPLAYED_HEADER : {}) };
}
