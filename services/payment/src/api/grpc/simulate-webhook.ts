import { timestampOf, type PaymentService, type RequestOf, type ResponseOf } from '@traffic-tacos/contracts';
import { parseId, type Limits, type PaymentIntentId } from '@traffic-tacos/kernel';
import { invalidRequest, knownWord, requiredText, type Detail, type UnaryHandler } from '@traffic-tacos/kit';
import { MAX_WEBHOOK_DELAY_SECONDS, type SimulateWebhook } from '../../application/simulate-webhook.ts';
import { FORCED_STATUSES } from '../../domain/force-intent.ts';
import { PAYMENT_NOT_FOUND, refusalOf } from '../../errors.ts';
import { STATUS_OF_WIRE } from './payment-messages.ts';

type Rpc = typeof PaymentService.simulateWebhook;

/** The same operation as `POST /v1/sim/webhook/test`. No webhook tells of the states that are none of the three. */
export const simulateWebhookRpc =
  (simulateWebhook: SimulateWebhook, limits: Limits): UnaryHandler<RequestOf<Rpc>, ResponseOf<Rpc>> =>
  async ({ paymentIntentId, targetStatus, delaySeconds, forceTrigger }) => {
    const named = STATUS_OF_WIRE.get(targetStatus);
    const target = FORCED_STATUSES.find((status) => status === named);
    const invalid = invalidRequest(requiredText('paymentIntentId', paymentIntentId, limits.idChars), knownWord('targetStatus', target), ...checkDelay(delaySeconds));
    if (invalid !== undefined || target === undefined) return invalid ?? PAYMENT_NOT_FOUND;
    if (parseId('pay', paymentIntentId) === undefined) return PAYMENT_NOT_FOUND;
    const outcome = await simulateWebhook({ intentId: paymentIntentId as PaymentIntentId, target, delaySeconds, forceTrigger });
    if (outcome.kind !== 'forced') return refusalOf(outcome);
    const { webhookId, sendAtMs } = outcome;
    return { webhookSent: webhookId !== undefined, webhookId: webhookId ?? '', scheduledAt: webhookId === undefined ? undefined : timestampOf(sendAtMs), error: undefined };
  };

const checkDelay = (seconds: number): readonly Detail[] =>
  seconds >= 0 && seconds <= MAX_WEBHOOK_DELAY_SECONDS ? [] : [{ field: 'delaySeconds', reason: `must be from 0 to ${MAX_WEBHOOK_DELAY_SECONDS}` }];
