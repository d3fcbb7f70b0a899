import type { EdgeReply, EdgeRequest, Refusal, Route } from '@traffic-tacos/kit';
import { REFUSALS } from '../../errors.ts';
import type { Payments } from '../../ports/payments.ts';
import { ANSWERS, APART } from './answers.ts';
import { callerOf, idOf } from './fields.ts';
import { isPaymentIntentId } from './ids.ts';
import { underBothPaymentPaths } from './payment-paths.ts';
import { paymentView } from './payment-views.ts';
import { reply } from './reply.ts';

/** `GET /api/v1/payments/{id}/status`. */
export function paymentStatusRoutes(payments: Payments): readonly Route[] {
  const route = {
    method: 'GET',
    access: 'user',
    summary: 'How one of your payments stands',
    answers: { 200: ANSWERS.payment },
    refusals: ['PAYMENT_NOT_FOUND', ...APART],
    handle: (request: EdgeRequest) => handle(payments, request),
  } as const;
  return underBothPaymentPaths(route, ':id/status');
}

async function handle(payments: Payments, request: EdgeRequest): Promise<EdgeReply | Refusal> {
  const id = idOf(request);
  const found = isPaymentIntentId(id) ? await payments.read(id, callerOf(request).userId) : undefined;
  return found === undefined ? REFUSALS.paymentNotFound : reply(200, paymentView(found));
}
