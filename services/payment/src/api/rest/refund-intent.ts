import type { Fields, Route } from '@traffic-tacos/kit';
import type { RefundIntent } from '../../application/refund-intent.ts';
import { REFUND_REASONS } from '../../domain/intent.ts';
import { PAYMENT_NOT_FOUND, refusalOf } from '../../errors.ts';
import { ANSWERS } from './answers.ts';
import { AMOUNT_SCHEMA, callerId, CURRENCY_SCHEMA, intentIdOf, oneOf, optionalText, optionalWholeNumber, optionalWord } from './fields.ts';
import { refundView } from './intent-view.ts';
import { REPLAYED } from './replayed.ts';

const FIELDS: Fields = {
  /** Left out: all that is left. */
  amount: { schema: { ...AMOUNT_SCHEMA, minimum: 1 } },
  currency: { schema: CURRENCY_SCHEMA },
  reason: oneOf(REFUND_REASONS),
};

export function refundIntentRoute(refundIntent: RefundIntent): Route {
  return {
    method: 'POST',
    path: '/v1/payments/intents/:id/refund',
    access: 'service_or_admin',
    idempotency: 'optional',
    summary: 'Give captured money back, all of it or a part',
    body: FIELDS,
    answers: { 200: ANSWERS.refunded },
    refusals: ['IDEMPOTENCY_REQUIRED', 'IDEMPOTENCY_CONFLICT', 'PAYMENT_NOT_FOUND', 'INVALID_REQUEST', 'PAYMENT_NOT_APPROVED'],
    handle: async (request) => {
      const { body, idempotencyKey } = request;
      const intentId = intentIdOf(request);
      if (intentId === undefined) return PAYMENT_NOT_FOUND;
      const outcome = await refundIntent({
        callerId: callerId(request),
        intentId,
        reason: optionalWord(body, 'reason', REFUND_REASONS) ?? 'requested',
        amountMinor: optionalWholeNumber(body, 'amount'),
        currency: optionalText(body, 'currency'),
        idempotencyKey,
      });
      switch (outcome.kind) {
        case 'refunded':
          return { status: 200, body: refundView(outcome.intent) };
        case 'replayed':
          return { status: 200, body: refundView(outcome.intent), headers: REPLAYED };
        default:
          return refusalOf(outcome);
      }
    },
  };
}
