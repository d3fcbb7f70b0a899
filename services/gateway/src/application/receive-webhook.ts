import { parseId, type Clock, type PaymentIntentId } from '@traffic-tacos/kernel';
import { decodeJson, verifyWebhook, type ReceivedWebhook, type WebhookSecrets, type WebhookVerdict } from '@traffic-tacos/kit';
import type { FollowedResult, PaymentResults } from '../ports/payment-results.ts';

type NotGenuine = Exclude<WebhookVerdict, { readonly kind: 'genuine' }>;

export type WebhookOutcome =
  | FollowedResult
  | NotGenuine
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

/** The same, for a message in any form: `intentIdOf` is asked once the signature over the bytes has been verified. */
export type ReceiveSigned = (message: ReceivedWebhook, intentIdOf: () => PaymentIntentId | undefined, traceId: string) => Promise<FollowedResult | NotGenuine | { readonly kind: 'no_payment' }>;

export const createReceiveSigned =
  ({ secrets, results, clock }: ReceiveWebhookDeps): ReceiveSigned =>
  async (message, intentIdOf, traceId) => {
    const verdict = verifyWebhook(secrets, message, Math.floor(clock.wallMs() / 1_000));
    if (verdict.kind !== 'genuine') return verdict;
    const paymentIntentId = intentIdOf();
    return paymentIntentId === undefined ? { kind: 'no_payment' } : results.follow({ webhookId: verdict.id, paymentIntentId, traceId });
  };

/** Takes a message about a payment: nothing of it is believed, or even read, before its signature has been verified over its very bytes. */
export function createReceiveWebhook(deps: ReceiveWebhookDeps): ReceiveWebhook {
  const receive = createReceiveSigned(deps);
  return async (message, traceId) => {
    let problem: string | undefined;
    const outcome = await receive(message, () => {
      const decoded = decodeJson(Buffer.from(message.body), DEPTH);
      if (decoded.kind === 'document') return intentIdIn(decoded.document);
      problem = decoded.reason;
      return undefined;
    }, traceId);
    if (outcome.kind !== 'no_payment') return outcome;
    return problem === undefined
      ? { kind: 'malformed', field: 'paymentIntentId', reason: 'must be the id of a payment intent' }
      : { kind: 'malformed', field: 'body', reason: problem };
  };
}

/** Senders of older forms name the payment only. */
function intentIdIn(document: unknown): PaymentIntentId | undefined {
  if (typeof document !== 'object' || document === null) return undefined;
  const { payment_intent_id: intentId, payment_id: paymentId = intentId }: { readonly payment_intent_id?: unknown; readonly payment_id?: unknown } = document;
  return typeof paymentId === 'string' && parseId('pay', paymentId) !== undefined ? (paymentId as PaymentIntentId) : undefined;
}
