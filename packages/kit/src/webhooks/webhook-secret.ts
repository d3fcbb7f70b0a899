import { generateKeySync } from 'node:crypto';

/** A key of 24 to 64 bytes that sender and receiver of webhooks share. */
export interface WebhookSecret {
  readonly key: Buffer;
}

const PREFIX = 'whsec_';
/** What the Standard Webhooks specification allows. */
const LEAST_BYTES = 24;
const MOST_BYTES = 64;
const NEW_BITS = 256;
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;

/** A new secret in its written form: `whsec_` and the base64 of 256 random bits. */
export const newWebhookSecret = (): string => writeWebhookSecret({ key: generateKeySync('hmac', { length: NEW_BITS }).export() });

export const writeWebhookSecret = ({ key }: WebhookSecret): string => `${PREFIX}${key.toString('base64')}`;

/** Reads the written form; undefined for any other text. */
export function readWebhookSecret(text: string): WebhookSecret | undefined {
  if (!text.startsWith(PREFIX)) return undefined;
  const encoded = text.slice(PREFIX.length);
  const key = Buffer.from(encoded, 'base64');
  const isExact = BASE64.test(encoded) && key.toString('base64') === encoded;
  return isExact && key.length >= LEAST_BYTES && key.length <= MOST_BYTES ? { key } : undefined;
}
