import { parseId, type PaymentIntentId, type ReservationId } from '@traffic-tacos/kernel';
import type { EdgeReply, EdgeRequest, Refusal, Route } from '@traffic-tacos/kit';
import type { ReservationContext } from '../../application/context.ts';
import { confirmReservation } from '../../application/confirm-reservation.ts';
import { refusalOf } from '../../errors.ts';
import { confirmedView } from '../views.ts';
import { ANSWERS, SEATS_APART } from './answers.ts';
import { ID_FIELD, NO_INTENT, REPLAYED_HEADER, requestFacts, targetOf } from './target.ts';

export function confirmRoute(context: ReservationContext, path: string): Route {
  return {
    method: 'POST',
    path,
    access: 'user',
    completesPurchase: true,
    idempotency: 'optional',
    summary: 'Turn a paid hold into an order',
    body: { ...ID_FIELD(path), paymentIntentId: { schema: { type: 'string', minLength: 1, maxLength: 128 }, required: true } },
    answers: { 200: ANSWERS.confirmed },
    refusals: REFUSALS,
    handle: (request) => handle(context, request),
  };
}

const REFUSALS = [
  'IDEMPOTENCY_CONFLICT', 'RESERVATION_NOT_FOUND', 'RESERVATION_ALREADY_CONFIRMED', 'RESERVATION_ALREADY_CANCELLED', 'RESERVATION_EXPIRED',
  'INVALID_REQUEST', 'PAYMENT_NOT_APPROVED', ...SEATS_APART,
];

async function handle(context: ReservationContext, request: EdgeRequest): Promise<EdgeReply | Refusal> {
  const reservationId = targetOf(request);
  const paymentIntentId = String(request.body['paymentIntentId']);
  if (parseId('rsv', reservationId) === undefined) return { refused: 'RESERVATION_NOT_FOUND' };
  const outcome = await confirmReservation(context, {
    ...requestFacts(request),
    reservationId: reservationId as ReservationId,
    paymentIntentId: parseId('pay', paymentIntentId) === undefined ? NO_INTENT : (paymentIntentId as PaymentIntentId),
  });
  if (outcome.kind !== 'confirmed') return refusalOf(outcome);
  return { status: 200, body: confirmedView(outcome.reservation), ...(outcome.replayed ? REPLAYED_HEADER : {}) };
}
