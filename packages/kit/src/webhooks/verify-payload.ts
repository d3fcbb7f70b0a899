import { createHmac, timingSafeEqual } from 'node:crypto';
import type { WebhookSecret } from './webhook-secret.ts';

const SIGNATURE_BYTES = 32;

/**
 * Whether one of the secrets signed exactly these bytes: as `v1,<base64>`, the bytes being `id.timestamp.body`, or as `sha256=<hex>` over the body. For whoever
 * writes a receiver and wants to know what is wrong: when it was signed, and whether it was seen before, is not looked at.
 */
export function verifyPayload(secrets: readonly WebhookSecret[], payload: Uint8Array, signature: string): boolean {
  const given = signatureIn(signature.trim());
  if (given?.length !== SIGNATURE_BYTES) return false;
  let isGenuine = false;
  for (const { key } of secrets) if (timingSafeEqual(given, createHmac('sha256', key).update(payload).digest())) isGenuine = true;
  return isGenuine;
}

function signatureIn(text: string): Buffer | undefined {
  if (text.startsWith('v1,')) return Buffer.from(text.slice('v1,'.length), 'base64');
  return text.startsWith('sha256=') ? Buffer.from(text.slice('sha256='.length), 'hex') : undefined;
}
