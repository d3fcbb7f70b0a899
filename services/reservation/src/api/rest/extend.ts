import { durationMs, parseId, type ReservationId } from '@traffic-tacos/kernel';
import type { EdgeReply, EdgeRequest, Refusal, Route } from '@traffic-tacos/kit';
import type { ReservationContext } from '../../application/context.ts';
import { extendReservation } from '../../application/extend-reservation.ts';
import { refusalOf } from '../../errors.ts';
import { extendedView } from '../views.ts';
import { ANSWERS, SEATS_APART } from './answers.ts';
import { REPLAYED_HEADER, requestFacts, targetOf } from './target.ts';

/** A day: far above any maximum that makes sense, so that what is too long is refused by the rule and not by the type. */
export const LONGEST_ASKED_SECONDS = 86_400;

export function extendRoute(context: ReservationContext, path: string): Route {
  return {
    method: 'POST',
    path,
    access: 'user',
    idempotency: 'optional',
    summary: 'Move the end of a hold, once',
    body: { extensionSeconds: { schema: { type: 'integer', minimum: 1, maximum: LONGEST_ASKED_SECONDS }, required: true } },
    answers: { 200: ANSWERS.extended },
    refusals: REFUSALS,
    handle: (request) => handle(context, request),
  };
}

const REFUSALS = [
  'IDEMPOTENCY_CONFLICT', 'RESERVATION_NOT_FOUND', 'RESERVATION_ALREADY_CONFIRMED', 'RESERVATION_ALREADY_CANCELLED', 'RESERVATION_EXPIRED',
  'EXTENSION_NOT_ALLOWED', ...SEATS_APART,
];

async function handle(context: ReservationContext, request: EdgeRequest): Promise<EdgeReply | Refusal> {
  const reservationId = targetOf(request);
  if (parseId('rsv', reservationId) === undefined) return { refused: 'RESERVATION_NOT_FOUND' };
  const byMs = durationMs(Number(request.body['extensionSeconds']) * 1000);
  const outcome = await extendReservation(context, { ...requestFacts(request), reservationId: reservationId as ReservationId, byMs });
  if (outcome.kind !== 'extended') return refusalOf(outcome);
  return { status: 200, body: extendedView(outcome.reservation), ...(outcome.replayed ? REPLAYED_HEADER : {}) };
}
