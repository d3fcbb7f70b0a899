import type { EdgeReply, EdgeRequest, Fields, Refusal, Route } from '@traffic-tacos/kit';
import type { ReceiveWebhook } from '../../application/receive-webhook.ts';
import { invalid, REFUSALS } from '../../errors.ts';
import { APART } from './answers.ts';
import { WEBHOOK_ANSWER } from './webhook-answer.ts';

/** For the document: the bytes are what counts. */
const FIELDS: Fields = {
  type: { schema: { type: 'string', enum: ['payment.approved', 'payment.failed', 'payment.refunded'] } },
  paymentIntentId: { schema: { type: 'string' }, required: true },
};

/** A message has some hundred bytes. */
const MOST_BYTES = 16 * 1024;

/** `POST /api/v1/webhooks/payment`: its signature is what authorises. A message that has had its effect is answered like the first. */
export function paymentWebhookRoute(receiveWebhook: ReceiveWebhook): Route {
  return {
    method: 'POST',
    path: '/api/v1/webhooks/payment',
    access: 'anyone',
    completesPurchase: true,
    summary: 'Receive the result of a payment, signed by the scheme of Standard Webhooks 1.0',
    body: FIELDS,
    bodyMode: 'bytes',
    bodyLimit: MOST_BYTES,
    // All results come from one sender.
    rateLimit: 'none',
    answers: { 200: WEBHOOK_ANSWER },
    refusals: ['UNAUTHENTICATED', 'INVALID_REQUEST', 'PAYMENT_NOT_FOUND', ...APART],
    handle: (request) => handle(receiveWebhook, request),
  };
}

async function handle(receiveWebhook: ReceiveWebhook, { body, header, traceId }: EdgeRequest): Promise<EdgeReply | Refusal> {
  const { bytes } = body;
  const message = {
    id: header('webhook-id'),
    timestamp: header('webhook-timestamp'),
    signature: header('webhook-signature'),
    body: bytes instanceof Uint8Array ? bytes : new Uint8Array(),
  };
  const outcome = await receiveWebhook(message, traceId);
  switch (outcome.kind) {
    case 'followed':
    case 'duplicate':
      return { status: 200, body: { received: true, duplicate: outcome.kind === 'duplicate' } };
    case 'headers_missing':
    case 'timestamp_out_of_window':
    case 'signature_wrong':
      return REFUSALS[outcome.kind];
    case 'malformed':
      return invalid(outcome.field, outcome.reason);
    case 'payment_not_found':
      return REFUSALS.paymentNotFound;
  }
}
