import type { Limits } from '@traffic-tacos/kernel';
import type { EdgeReply, EdgeRequest, Fields, Refusal, Route } from '@traffic-tacos/kit';
import { REFUSALS, isRefusal } from '../../errors.ts';
import { PAYMENT_METHODS, PAYMENT_SCENARIOS, type Payments } from '../../ports/payments.ts';
import { ANSWERS, APART } from './answers.ts';
import { keyedCallOf, number, optionalChoice, text } from './fields.ts';
import { isReservationId } from './ids.ts';
import { underBothPaymentPaths } from './payment-paths.ts';
import { intentView } from './payment-views.ts';
import { reply } from './reply.ts';

/** `POST /api/v1/payments/intent`. */
export function createPaymentIntentRoutes(payments: Payments, { idChars }: Pick<Limits, 'idChars'>): readonly Route[] {
  const route = {
    method: 'POST',
    access: 'user',
    completesPurchase: true,
    idempotency: 'required',
    summary: 'Begin the payment of a held reservation',
    body: fieldsOf(idChars),
    answers: { 201: ANSWERS.intent },
    refusals: CODES,
    handle: (request: EdgeRequest) => handle(payments, request),
  } as const;
  return underBothPaymentPaths(route, 'intent');
}

const CODES = [
  'IDEMPOTENCY_CONFLICT', 'RESERVATION_NOT_FOUND', 'RESERVATION_ALREADY_CONFIRMED', 'RESERVATION_ALREADY_CANCELLED', 'RESERVATION_EXPIRED',
  'INVALID_REQUEST', 'RATE_LIMITED', ...APART,
];

function fieldsOf(idChars: number): Fields {
  return {
    reservationId: { schema: { type: 'string', minLength: 1, maxLength: idChars }, required: true },
    amount: { schema: { type: 'integer', minimum: 0, maximum: Number.MAX_SAFE_INTEGER }, required: true },
    currency: { schema: { type: 'string', pattern: '^[A-Z]{3}$' }, required: true },
    scenario: { schema: { type: 'string', enum: PAYMENT_SCENARIOS }, anyCase: true },
    method: { schema: { type: 'string', enum: PAYMENT_METHODS }, anyCase: true },
  };
}

async function handle(payments: Payments, request: EdgeRequest): Promise<EdgeReply | Refusal> {
  const { body } = request;
  const reservationId = text(body, 'reservationId');
  if (!isReservationId(reservationId)) return REFUSALS.reservationNotFound;
  const answer = await payments.createIntent({
    ...keyedCallOf(request),
    reservationId,
    amountMinor: number(body, 'amount'),
    currency: text(body, 'currency'),
    scenario: optionalChoice(body, 'scenario', PAYMENT_SCENARIOS) ?? 'APPROVE',
    method: optionalChoice(body, 'method', PAYMENT_METHODS),
  });
  return isRefusal(answer) ? answer : reply(201, intentView(answer.payment), answer.replayed);
}
