import { timingSafeEqual } from 'node:crypto';
import { signatureOf } from './sign-webhook.ts';
import type { WebhookSecret } from './webhook-secret.ts';

/** How far a message's timestamp may lie from the receiver's clock, before or after. */
const WEBHOOK_TOLERANCE_SECONDS = 300;

/** Ids of more characters are nobody's, and would fill the memory of who remembers them. */
const MOST_ID_CHARS = 128;
const ID = /^[\w-]+$/;
/** One header may carry several signatures, as senders do while they change their key. */
const MOST_SIGNATURES = 8;
const SIGNATURE_BYTES = 32;

/** A message as it was received: header fields as sent, undefined where there is none. */
export interface ReceivedWebhook {
  readonly id: string | undefined;
  readonly timestamp: string | undefined;
  readonly signature: string | undefined;
  readonly body: Uint8Array;
}

/** In the order in which it is looked at. */
export type WebhookVerdict =
  | { readonly kind: 'headers_missing' }
  | { readonly kind: 'timestamp_out_of_window' }
  | { readonly kind: 'signature_wrong' }
  | { readonly kind: 'genuine'; readonly id: string };

/**
 * Whether a message comes from a holder of one of the secrets, just now, byte for byte. Secrets that are retired are not among them, so what
 * they sign is like any other wrong signature. Comparing takes as long for a wrong signature as for the right one.
 */
export function verifyWebhook(secrets: readonly WebhookSecret[], { id, timestamp, signature, body }: ReceivedWebhook, nowSeconds: number): WebhookVerdict {
  if (id === undefined || timestamp === undefined || signature === undefined) return { kind: 'headers_missing' };
  if (id.length > MOST_ID_CHARS || !ID.test(id)) return { kind: 'headers_missing' };
  const timestampSeconds = /^\d{1,12}$/.test(timestamp) ? Number(timestamp) : Number.NaN;
  const isNow = Math.abs(nowSeconds - timestampSeconds) <= WEBHOOK_TOLERANCE_SECONDS;
  if (!isNow || String(timestampSeconds) !== timestamp) return { kind: 'timestamp_out_of_window' };
  const given = signaturesIn(signature);
  const message = { id, timestampSeconds, body };
  let isGenuine = false;
  for (const { key } of secrets) {
    const expected = signatureOf(key, message);
    for (const each of given) if (timingSafeEqual(each, expected)) isGenuine = true;
  }
  return isGenuine ? { kind: 'genuine', id } : { kind: 'signature_wrong' };
}

/** The signatures of version 1 among those in the header; others may be of versions to come. */
function signaturesIn(header: string): readonly Buffer[] {
  const found: Buffer[] = [];
  for (const part of header.split(' ', MOST_SIGNATURES)) {
    if (!part.startsWith('v1,')) continue;
    const bytes = Buffer.from(part.slice('v1,'.length), 'base64');
    if (bytes.length === SIGNATURE_BYTES) found.push(bytes);
  }
  return found;
}
