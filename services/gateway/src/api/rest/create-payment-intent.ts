import type { Limits } from '@traffic-tacos/kernel';
import type { EdgeReply, EdgeRequest, Fields, Refusal, Route } from '@traffic-tacos/kit';
import { REFUSALS, isRefusal } from '../../errors.ts';
import { PAYMENT_METHODS, PAYMENT_SCENARIOS, type Payments } from '../../ports/payments.ts';
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
    idempotency: 'required',
    summary: 'Begin the payment of a held reservation',
    body: fieldsOf(idChars),
    handle: (request: EdgeRequest) => handle(payments, request),
  } as const;
  return underBothPaymentPaths(route, 'intent');
}

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
