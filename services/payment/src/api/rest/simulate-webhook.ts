import type { Fields, Route } from '@traffic-tacos/kit';
import { isoInstant } from '@traffic-tacos/kernel';
import { MAX_WEBHOOK_DELAY_SECONDS, type SimulateWebhook } from '../../application/simulate-webhook.ts';
import { FORCED_STATUSES } from '../../domain/force-intent.ts';
import { PAYMENT_NOT_FOUND, refusalOf } from '../../errors.ts';
import { ANSWERS } from './answers.ts';
import { isIntentId, oneOf, optionalFlag, optionalWholeNumber, optionalWord, text } from './fields.ts';

const FIELDS: Fields = {
  paymentIntentId: { schema: { type: 'string', minLength: 1, maxLength: 128 }, required: true },
  targetStatus: { ...oneOf(FORCED_STATUSES), required: true, aliases: ['status'] },
  delaySeconds: { schema: { type: 'integer', minimum: 0, maximum: MAX_WEBHOOK_DELAY_SECONDS } },
  forceTrigger: { schema: { type: 'boolean' } },
};

/** Brings an intent to a result and has it told, for tests of a receiver. */
export function simulateWebhookRoute(simulateWebhook: SimulateWebhook): Route {
  return {
    method: 'POST',
    path: '/v1/sim/webhook/test',
    access: 'admin',
    summary: 'Bring a payment intent to a result, and send the webhook about it',
    body: FIELDS,
    answers: { 200: ANSWERS.simulated },
    refusals: ['PAYMENT_NOT_FOUND', 'PAYMENT_ALREADY_ENDED'],
    handle: async ({ body }) => {
      const intentId = text(body, 'paymentIntentId');
      if (!isIntentId(intentId)) return PAYMENT_NOT_FOUND;
      const outcome = await simulateWebhook({
        intentId,
        target: optionalWord(body, 'targetStatus', FORCED_STATUSES) ?? 'COMPLETED',
        delaySeconds: optionalWholeNumber(body, 'delaySeconds') ?? 0,
        forceTrigger: optionalFlag(body, 'forceTrigger') ?? false,
      });
      if (outcome.kind !== 'forced') return refusalOf(outcome);
      const { intent, webhookId, sendAtMs } = outcome;
      const scheduledAt = webhookId === undefined ? undefined : isoInstant(sendAtMs);
      return { status: 200, body: { paymentIntentId: intent.id, status: intent.status, webhookSent: webhookId !== undefined, webhookId, scheduledAt } };
    },
  };
}
