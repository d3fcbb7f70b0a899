import type { Limits } from '@traffic-tacos/kernel';
import type { EdgeReply, EdgeRequest, Refusal, Route } from '@traffic-tacos/kit';
import { REFUSALS, isRefusal } from '../../errors.ts';
import type { Payments } from '../../ports/payments.ts';
import { ANSWERS, APART } from './answers.ts';
import { callOf, text } from './fields.ts';
import { isPaymentIntentId } from './ids.ts';
import { underBothPaymentPaths } from './payment-paths.ts';
import { intentView } from './payment-views.ts';
import { reply } from './reply.ts';

/** `POST /api/v1/payments/process`. */
export function processPaymentRoutes(payments: Payments, { idChars }: Pick<Limits, 'idChars'>): readonly Route[] {
  const route = {
    method: 'POST',
    access: 'user',
    completesPurchase: true,
    idempotency: 'optional',
    summary: 'Hurry the settlement of a payment; it settles by itself as well',
    body: {
      paymentIntentId: { schema: { type: 'string', minLength: 1, maxLength: idChars }, required: true, aliases: ['paymentId'] },
    },
    answers: { 200: ANSWERS.intent },
    refusals: ['PAYMENT_NOT_FOUND', ...APART],
    handle: (request: EdgeRequest) => handle(payments, request),
  } as const;
  return underBothPaymentPaths(route, 'process');
}

async function handle(payments: Payments, request: EdgeRequest): Promise<EdgeReply | Refusal> {
  const paymentIntentId = text(request.body, 'paymentIntentId');
  if (!isPaymentIntentId(paymentIntentId)) return REFUSALS.paymentNotFound;
  const answer = await payments.process({ ...callOf(request), paymentIntentId });
  return isRefusal(answer) ? answer : reply(200, intentView(answer.payment), answer.replayed);
}
