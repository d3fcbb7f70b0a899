import type { Limits, PaymentIntentId } from '@traffic-tacos/kernel';
import type { EdgeReply, EdgeRequest, Refusal, Route } from '@traffic-tacos/kit';
import { REFUSALS, isRefusal } from '../../errors.ts';
import type { Reservations } from '../../ports/reservations.ts';
import { ANSWERS, APART } from './answers.ts';
import { callOf, idOf, text } from './fields.ts';
import { isPaymentIntentId, isReservationId } from './ids.ts';
import { reply } from './reply.ts';

/** Stands for a text that cannot be an intent's id, since the reservation's state is told before the payment's. */
const NO_INTENT: PaymentIntentId = `pay_${'0'.repeat(26)}`;

/** `POST /api/v1/reservations/{id}/confirm`. */
export function confirmReservationRoute(reservations: Reservations, { idChars }: Pick<Limits, 'idChars'>): Route {
  return {
    method: 'POST',
    path: '/api/v1/reservations/:id/confirm',
    access: 'user',
    completesPurchase: true,
    idempotency: 'optional',
    summary: 'Turn a paid hold into an order',
    body: { paymentIntentId: { schema: { type: 'string', minLength: 1, maxLength: idChars }, required: true } },
    answers: { 200: ANSWERS.confirmed },
    refusals: CODES,
    handle: (request) => handle(reservations, request),
  };
}

const CODES = [
  'IDEMPOTENCY_CONFLICT', 'RESERVATION_NOT_FOUND', 'RESERVATION_ALREADY_CONFIRMED', 'RESERVATION_ALREADY_CANCELLED', 'RESERVATION_EXPIRED',
  'INVALID_REQUEST', 'PAYMENT_NOT_APPROVED', ...APART,
];

async function handle(reservations: Reservations, request: EdgeRequest): Promise<EdgeReply | Refusal> {
  const reservationId = idOf(request);
  if (!isReservationId(reservationId)) return REFUSALS.reservationNotFound;
  const named = text(request.body, 'paymentIntentId');
  const paymentIntentId = isPaymentIntentId(named) ? named : NO_INTENT;
  const answer = await reservations.confirm({ ...callOf(request), reservationId, paymentIntentId });
  if (isRefusal(answer)) return answer;
  return reply(200, { orderId: answer.orderId, reservationId: answer.reservationId, status: 'CONFIRMED' }, answer.replayed);
}
