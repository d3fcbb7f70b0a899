import { addMs, durationMs, isoInstant, withPrefix, type DurationMs, type EpochMs, type PaymentIntentId } from '@traffic-tacos/kernel';
import type { PaymentFact } from './payment-fact.ts';
import type { RegistrationId } from './registration.ts';

/**
 * One message to one receiver, as it is recorded: an absolute image, each change one version more. It is sent until it is accepted, given
 * up, or replaced by a newer one.
 */
export interface WebhookDelivery {
  /** The same in every attempt and every repetition, so that a receiver can tell them from a new message. */
  readonly webhookId: string;
  /** From 1; of a message that is sent again after it was done with, from 1 again. */
  readonly version: number;
  /** `dead`: given up, and kept to be looked at. `done`: accepted, or thrown out; nothing of it is kept in memory. */
  readonly state: 'queued' | 'dead' | 'done';
  /** Undefined for the platform's own receiver, whose address is the operator's setting. */
  readonly url: string | undefined;
  /** Which registered receiver it is for, and the lane of that; undefined for all others. */
  readonly registered: { readonly id: RegistrationId; readonly slot: number } | undefined;
  /** JSON. Its bytes never change, though every attempt is signed anew. Empty when done. */
  readonly body: string;
  /** Attempts that have failed. */
  readonly failures: number;
  /** When it is sent next, or was given up. */
  readonly dueAtMs: EpochMs;
  /** Why the last attempt failed; empty while none has. */
  readonly reason: string;
}

/** What became of one attempt. */
export type WebhookAnswer =
  | { readonly kind: 'accepted' }
  /** Anything but 2xx. Redirects are among them: none is ever followed. */
  | { readonly kind: 'refused'; readonly status: number }
  | { readonly kind: 'unreachable'; readonly reason: string }
  /** The address is, or leads to, a machine that a receiver must not be on. Trying again would only give it another chance. */
  | { readonly kind: 'address_not_allowed' }
  /** Whoever had registered the receiver has taken it back: nobody was asked. */
  | { readonly kind: 'not_wanted' };

/** An attempt that counts as a failure. */
export type WebhookFailure = Exclude<WebhookAnswer, { readonly kind: 'accepted' | 'not_wanted' }>;

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** How long to wait after each failure; after the last of them the message is given up. Together about 16 hours. */
export const RETRY_AFTER_MS: readonly DurationMs[] = [
  1_000, 5_000, 30_000, 2 * MINUTE_MS, 10 * MINUTE_MS, 30 * MINUTE_MS, HOUR_MS, 2 * HOUR_MS, 4 * HOUR_MS, 8 * HOUR_MS,
].map(durationMs);

/** A wait is drawn out by up to this share of it, so that messages that failed together do not come back together. */
const JITTER = 0.2;
/** The receiver says that it is gone for good (Standard Webhooks 1.0). */
const GONE = 410;

/** The id of the message about a fact. It has no full stop in it, which separates what is signed. */
export const webhookIdOf = (intentId: PaymentIntentId, sequence: number): string => `${withPrefix('whk', intentId)}_${sequence}`;

/** The message about a fact, to be sent from `dueAtMs` on. `before`: the same message, if it is still queued or dead. */
export const queueWebhook = (fact: PaymentFact, url: string | undefined, dueAtMs: EpochMs, before?: WebhookDelivery): WebhookDelivery => ({
  webhookId: webhookIdOf(fact.intentId, fact.sequence),
  version: (before?.version ?? 0) + 1,
  state: 'queued',
  url,
  registered: undefined,
  body: bodyOf(fact),
  failures: 0,
  dueAtMs,
  reason: '',
});

export const acceptedWebhook = (delivery: WebhookDelivery): WebhookDelivery => ({ ...delivery, version: delivery.version + 1, state: 'done', body: '', reason: '' });

/** A dead message that is to be tried again from the beginning. */
export const requeuedWebhook = (dead: WebhookDelivery, nowMs: EpochMs): WebhookDelivery => ({ ...dead, version: dead.version + 1, state: 'queued', failures: 0, dueAtMs: nowMs });

/** After an attempt that failed: a later one, or none, as after `mostRetries` of them. `draw` is 32 uniform bits. */
export function failedWebhook(delivery: WebhookDelivery, answer: WebhookFailure, draw: number, nowMs: EpochMs, mostRetries: number = RETRY_AFTER_MS.length): WebhookDelivery {
  const failures = delivery.failures + 1;
  const next = { ...delivery, version: delivery.version + 1, failures, reason: reasonOf(answer) };
  const waitMs = isFinal(answer) || failures > mostRetries ? undefined : RETRY_AFTER_MS[delivery.failures];
  if (waitMs === undefined) return { ...next, state: 'dead', dueAtMs: nowMs };
  return { ...next, dueAtMs: addMs(nowMs, durationMs(Math.round(waitMs * (1 + (JITTER * draw) / 2 ** 32)))) };
}

const isFinal = (answer: WebhookFailure): boolean => answer.kind === 'address_not_allowed' || (answer.kind === 'refused' && answer.status === GONE);

function reasonOf(answer: WebhookFailure): string {
  switch (answer.kind) {
    case 'refused':
      return `answered ${answer.status}`;
    case 'unreachable':
      return answer.reason;
    case 'address_not_allowed':
      return 'the address is not allowed';
  }
}

/** What the receiver is told: a hint, upon which it reads the intent again. */
const bodyOf = (fact: PaymentFact): string =>
  JSON.stringify({
    id: fact.id,
    type: fact.type,
    sequence: fact.sequence,
    payment_intent_id: fact.intentId,
    payment_id: fact.intentId,
    reservation_id: fact.reservationId,
    user_id: fact.userId,
    status: fact.status,
    amount: fact.amountMinor,
    currency: fact.currency,
    refunded_amount: fact.refundedMinor,
    timestamp: isoInstant(fact.occurredAtMs),
    trace_id: fact.traceId,
  });
