import { isoInstant } from '@traffic-tacos/kernel';
import type { EdgeReply, EdgeRequest, Refusal, Route } from '@traffic-tacos/kit';
import { REFUSALS, isRefusal } from '../../errors.ts';
import type { Reservations } from '../../ports/reservations.ts';
import { ANSWERS, APART } from './answers.ts';
import { callOf, idOf, number } from './fields.ts';
import { isReservationId } from './ids.ts';
import { reply } from './reply.ts';

/** A day: far above any maximum that makes sense, so that what is too long is refused by the rule and not by the type. */
const LONGEST_ASKED_SECONDS = 86_400;

/** `POST /api/v1/reservations/{id}/extend`. */
export function extendReservationRoute(reservations: Reservations): Route {
  return {
    method: 'POST',
    path: '/api/v1/reservations/:id/extend',
    access: 'user',
    idempotency: 'optional',
    summary: 'Move the end of a hold, once',
    body: { extensionSeconds: { schema: { type: 'integer', minimum: 1, maximum: LONGEST_ASKED_SECONDS }, required: true } },
    answers: { 200: ANSWERS.extended },
    refusals: CODES,
    handle: (request) => handle(reservations, request),
  };
}

const CODES = [
  'IDEMPOTENCY_CONFLICT', 'RESERVATION_NOT_FOUND', 'RESERVATION_ALREADY_CONFIRMED', 'RESERVATION_ALREADY_CANCELLED', 'RESERVATION_EXPIRED',
  'EXTENSION_NOT_ALLOWED', ...APART,
];

async function handle(reservations: Reservations, request: EdgeRequest): Promise<EdgeReply | Refusal> {
  const reservationId = idOf(request);
  if (!isReservationId(reservationId)) return REFUSALS.reservationNotFound;
  const extensionSeconds = number(request.body, 'extensionSeconds');
  const answer = await reservations.extend({ ...callOf(request), reservationId, extensionSeconds });
  if (isRefusal(answer)) return answer;
  const { holdExpiresAtMs, replayed } = answer;
  return reply(200, { reservationId: answer.reservationId, status: 'HOLD', holdExpiresAt: isoInstant(holdExpiresAtMs) }, replayed);
}
