import { parseId, type Clock, type PaymentIntentId } from '@traffic-tacos/kernel';
import { decodeJson, verifyWebhook, type ReceivedWebhook, type WebhookSecrets, type WebhookVerdict } from '@traffic-tacos/kit';
import type { FollowedResult, PaymentResults } from '../ports/payment-results.ts';

export type WebhookOutcome =
  | FollowedResult
  | Exclude<WebhookVerdict, { readonly kind: 'genuine' }>
  /** It is genuine, and not what such a message must be; `field` is missing or wrong. */
  | { readonly kind: 'malformed'; readonly field: string; readonly reason: string };

export interface ReceiveWebhookDeps {
  /** Those that are accepted; retired ones are not among them. */
  readonly secrets: WebhookSecrets;
  readonly results: PaymentResults;
  /** The window of a message's timestamp is one of wall time. */
  readonly clock: Pick<Clock, 'wallMs'>;
}

export type ReceiveWebhook = (message: ReceivedWebhook, traceId: string) => Promise<WebhookOutcome>;

/** A message holds a few plain members. */
const DEPTH = 4;

/** Takes a message about a payment: nothing of it is believed, or even read, before its signature has been verified over its very bytes. */
export function createReceiveWebhook({ secrets, results, clock }: ReceiveWebhookDeps): ReceiveWebhook {
  return async (message, traceId) => {
    const verdict = verifyWebhook(secrets, message, Math.floor(clock.wallMs() / 1_000));
    if (verdict.kind !== 'genuine') return verdict;
    const decoded = decodeJson(Buffer.from(message.body), DEPTH);
    if (decoded.kind === 'malformed') return { kind: 'malformed', field: 'body', reason: decoded.reason };
    const intentId = intentIdIn(decoded.document);
    if (intentId === undefined) return { kind: 'malformed', field: 'paymentIntentId', reason: 'must be the id of a payment intent' };
    return results.follow({ webhookId: verdict.id, paymentIntentId: intentId, traceId });
  };
}

/** Senders of older forms name the payment only. */
function intentIdIn(document: unknown): PaymentIntentId | undefined {
  if (typeof document !== 'object' || document === null) return undefined;
  const { payment_intent_id: intentId, payment_id: paymentId = intentId }: { readonly payment_intent_id?: unknown; readonly payment_id?: unknown } = document;
  return typeof paymentId === 'string' && parseId('pay', paymentId) !== undefined ? (paymentId as PaymentIntentId) : undefined;
}
