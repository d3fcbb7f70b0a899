import { createHmac } from 'node:crypto';
import type { WebhookSecret } from './webhook-secret.ts';

/** What is sent: the id stays the same in every attempt, and has no full stop in it, which separates what is signed. */
export interface WebhookMessage {
  readonly id: string;
  /** Of this attempt, in whole seconds since 1970. */
  readonly timestampSeconds: number;
  /** The bytes of the body, exactly as they go over the wire. */
  readonly body: Uint8Array;
}

/**
 * The header fields of a message: those of Standard Webhooks 1.0 (https://www.standardwebhooks.com), and `X-Webhook-Signature` over the body
 * alone for receivers older than that, who cannot tell a repetition of old bytes from a new message. `before`: secrets that are being replaced, which
 * sign beside the first one, so that a receiver may learn the new one in its own time.
 */
export function signWebhook(secret: WebhookSecret, message: WebhookMessage, before: readonly WebhookSecret[] = []): Readonly<Record<string, string>> {
  const signatures = [secret, ...before].map((each) => webhookSignature(each, message));
  return {
    'webhook-id': message.id,
    'webhook-timestamp': String(message.timestampSeconds),
    'webhook-signature': signatures.join(' '),
    'x-webhook-signature': `sha256=${createHmac('sha256', secret.key).update(message.body).digest('hex')}`,
  };
}

/** One signature as `webhook-signature` has it. */
export const webhookSignature = ({ key }: WebhookSecret, message: WebhookMessage): string => `v1,${signatureOf(key, message).toString('base64')}`;

/** HMAC-SHA-256 over `id.timestamp.body`. */
export const signatureOf = (key: Uint8Array, { id, timestampSeconds, body }: WebhookMessage): Buffer =>
  createHmac('sha256', key).update(`${id}.${timestampSeconds}.`).update(body).digest();
