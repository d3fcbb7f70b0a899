import type { ReceiveWebhook, WebhookOutcome } from '@traffic-tacos/gateway';
import { Unavailable, type Clock } from '@traffic-tacos/kernel';
import { webhookSignature, type WebhookSecrets } from '@traffic-tacos/kit';
import type { PostWebhook } from '@traffic-tacos/payment';

export interface OwnWebhooksDeps {
  readonly secrets: WebhookSecrets;
  readonly clock: Pick<Clock, 'wallMs'>;
  /** Asked at each message: payments are there before the gateway is. */
  readonly receive: () => ReceiveWebhook;
  /** Told of what neither side may do. The message is sent again. */
  readonly onFault: (cause: unknown) => void;
}

const NO_TRACE = '0'.repeat(32);

/** What the route would answer. */
const STATUS: Readonly<Record<WebhookOutcome['kind'], number>> = {
  followed: 200, duplicate: 200, headers_missing: 401, timestamp_out_of_window: 401, signature_wrong: 401, malformed: 400, payment_not_found: 404,
};
const FAULT = 500;
const UNAVAILABLE = 503;

/**
 * Hands the platform's messages to itself over in the same process: the bytes, the signature and all that is looked at are those of the POST that
 * goes to a receiver anywhere else, and so is what follows from a refusal (ADR 16).
 */
export function directOwnWebhooks({ secrets: [secret], clock, receive, onFault }: OwnWebhooksDeps): PostWebhook {
  return async ({ webhookId: id, body: text }) => {
    const body = Buffer.from(text);
    const timestampSeconds = Math.floor(clock.wallMs() / 1_000);
    const signature = webhookSignature(secret, { id, timestampSeconds, body });
    const status = await statusOf(receive()({ id, timestamp: String(timestampSeconds), signature, body }, NO_TRACE), onFault);
    return status < 300 ? { kind: 'accepted' } : { kind: 'refused', status };
  };
}

async function statusOf(receiving: Promise<WebhookOutcome>, onFault: OwnWebhooksDeps['onFault']): Promise<number> {
  try {
    return STATUS[(await receiving).kind];
  } catch (error) {
    if (error instanceof Unavailable) return UNAVAILABLE;
    onFault(error);
    return FAULT;
  }
}
