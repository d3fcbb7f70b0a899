import type { Clock } from '@traffic-tacos/kernel';
import { loadOrCreateWebhookSecrets, webhookSecretPath, type Logger, type WebhookSecrets } from '@traffic-tacos/kit';
import { createWebhookPoster, type PaymentWebhooks, type WebhookPosterDeps } from '@traffic-tacos/payment';
import { directOwnWebhooks, type OwnWebhooksDeps } from './direct/own-webhooks.ts';

/** Where the gateway takes the results of payments. */
const RECEIVER_PATH = '/api/v1/webhooks/payment';
/** A receiver may be away for a moment without anybody having to look. */
const QUIET_FAILURES = 2;

/** The two ends of the platform's own webhooks. */
export interface Webhooks extends PaymentWebhooks {
  readonly secrets: WebhookSecrets;
}

export interface WebhookPlaces {
  readonly dataDir: string;
  /** The file of secrets; that of the data directory unless given. */
  readonly secretsFile?: string | undefined;
  /** The operator's word on where results are sent. */
  readonly receiverUrl?: string | undefined;
  /** Where the REST port of the gateway is. */
  readonly gatewayUrl: string;
  /** Another internet than the machine's own: a test's. */
  readonly internet?: Internet | undefined;
}

/** How names lead to receivers elsewhere, and by what those are judged. */
export type Internet = Pick<WebhookPosterDeps, 'lookup' | 'isAllowed' | 'authority'>;

/** Reads the secrets, or makes the first one. Throws `WebhookSecretFileRefused`. */
export async function openWebhooks(places: WebhookPlaces, clock: Pick<Clock, 'wallMs'>, logger: Logger): Promise<Webhooks> {
  const secrets = await loadOrCreateWebhookSecrets(places.secretsFile ?? webhookSecretPath(places.dataDir));
  const ownUrl = places.receiverUrl ?? `${places.gatewayUrl}${RECEIVER_PATH}`;
  const poster = createWebhookPoster({ ownUrl, secrets, clock, ...places.internet });
  return { secrets, poster, rules: poster.rules, onFailure: logFailures(logger) };
}

/** Those of a platform in one process: what it tells itself is handed over, unless the operator has named a receiver. */
export async function openWebhooksWithin(places: WebhookPlaces, clock: Pick<Clock, 'wallMs'>, logger: Logger, receive: OwnWebhooksDeps['receive']): Promise<Webhooks> {
  const webhooks = await openWebhooks(places, clock, logger);
  if (places.receiverUrl !== undefined) return webhooks;
  const { secrets, poster } = webhooks;
  const own = directOwnWebhooks({ secrets, clock, receive, onFault: (err) => logger.error({ err }, 'a result of a payment met a fault of ours, and is told again later') });
  return { ...webhooks, poster: { ...poster, post: (message, terms) => (message.url === undefined ? own(message) : poster.post(message, terms)) } };
}

/** Says which messages do not arrive, and never what is in them. */
const logFailures = (logger: Logger): PaymentWebhooks['onFailure'] => ({ webhookId, state, failures, reason }) => {
  const facts = { webhook_id: webhookId, failures, reason };
  if (state === 'dead') logger.error(facts, 'a webhook was given up: it is among the dead letters of the payment service');
  else if (failures > QUIET_FAILURES) logger.warn(facts, 'a webhook was not accepted, and is sent again later');
};

/** Where a port of this machine is reached: what listens on all of its addresses listens on its own. */
export function reachedAt(bindAddress: string, port: number): string {
  if (bindAddress === '0.0.0.0' || bindAddress === '::') return `http://127.0.0.1:${port}`;
  return `http://${bindAddress.includes(':') ? `[${bindAddress}]` : bindAddress}:${port}`;
}
