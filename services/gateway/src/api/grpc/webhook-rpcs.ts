import { LONG_NAME_PREFIX, timestampOf, WebhookService, type RequestOf, type ResponseOf } from '@traffic-tacos/contracts';
import { PaymentWebhookData } from '@traffic-tacos/contracts/proto/gateway/v1/webhook';
import { parseId, type Clock, type Limits, type PaymentIntentId, type ReservationId } from '@traffic-tacos/kernel';
import { grpcService, invalidRequest, knownWord, refuse, requiredText, verifyPayload, type GrpcService, type UnaryHandler, type WebhookSecrets } from '@traffic-tacos/kit';
import type { ReceiveSigned } from '../../application/receive-webhook.ts';
import { REFUSALS } from '../../errors.ts';
import type { AuditTrail } from '../../ports/audit-trail.ts';
import type { Reservations } from '../../ports/reservations.ts';
import type { WebhookReceivers } from '../../ports/webhook-receivers.ts';
import { registerWebhookRpc } from './register-webhook.ts';

export interface WebhookRpcDeps {
  /** Undefined where this gateway takes no results: those two methods are then not there. */
  readonly webhooks: { readonly secrets: WebhookSecrets; readonly receive: ReceiveSigned } | undefined;
  /** Where receivers are registered; undefined where none can be, and then that method is not there. */
  readonly receivers: WebhookReceivers | undefined;
  readonly trail: AuditTrail;
  readonly reservations: Pick<Reservations, 'read'>;
  readonly clock: Clock;
  readonly limits: Limits;
}

type Handler<Rpc> = UnaryHandler<RequestOf<Rpc>, ResponseOf<Rpc>>;

/** `gateway.v1.WebhookService`, under both of its names. */
export const webhookRpcs = (deps: WebhookRpcDeps): GrpcService => {
  const { webhooks, receivers, trail } = deps;
  const signed = webhooks === undefined ? {} : { receivePaymentWebhook: receivePaymentWebhookRpc(webhooks.receive, deps), validateWebhook: validateWebhookRpc(webhooks.secrets, deps) };
  const registered = receivers === undefined ? {} : { registerWebhook: registerWebhookRpc(receivers, trail) };
  return grpcService({
    definition: WebhookService,
    aliases: [`${LONG_NAME_PREFIX}gateway.v1.WebhookService`],
    handlers: { ...signed, ...registered, receiveExpiryWebhook: receiveExpiryWebhookRpc(deps) },
  });
};

/** The last value of each enum that a message may carry. */
const MOST_EVENT_TYPE = 5;
const SIGNATURE_CHARS = 1_024;
const PAYLOAD_CHARS = 64 * 1_024;

/**
 * What is signed is `id.timestamp.data`: the whole seconds of `timestamp`, and `data` as protobuf writes it, fields in the order of their numbers and the entries of its
 * map in the order of their keys.
 */
const receivePaymentWebhookRpc = (receive: ReceiveSigned, { clock, limits }: WebhookRpcDeps): Handler<typeof WebhookService.receivePaymentWebhook> =>
  async ({ webhookId, eventType, data, timestamp, signature }, { traceId }) => {
    const isNamed = eventType > 0 && eventType <= MOST_EVENT_TYPE;
    const invalid = invalidRequest(
      requiredText('webhookId', webhookId, limits.idChars), requiredText('signature', signature, SIGNATURE_CHARS), knownWord('eventType', isNamed ? eventType : undefined),
      data === undefined ? { field: 'data', reason: 'is required' } : undefined, timestamp === undefined ? { field: 'timestamp', reason: 'is required' } : undefined,
    );
    if (invalid !== undefined || data === undefined || timestamp === undefined) return invalid ?? REFUSALS.headers_missing;
    const message = { id: webhookId, timestamp: String(timestamp.seconds), signature, body: bytesOf(data) };
    const outcome = await receive(message, () => (parseId('pay', data.paymentIntentId) === undefined ? undefined : (data.paymentIntentId as PaymentIntentId)), traceId);
    switch (outcome.kind) {
      case 'followed':
      case 'duplicate':
        return { accepted: true, correlationId: traceId, processedAt: timestampOf(clock.wallMs()), nextAction: 'none', error: undefined };
      case 'headers_missing':
      case 'timestamp_out_of_window':
      case 'signature_wrong':
        return REFUSALS[outcome.kind];
      case 'no_payment':
      case 'payment_not_found':
        return REFUSALS.paymentNotFound;
    }
  };

const bytesOf = (data: PaymentWebhookData): Uint8Array =>
  PaymentWebhookData.encode({ ...data, metadata: new Map([...data.metadata].toSorted(([a], [b]) => (a < b ? -1 : 1))) }).finish();

/** A hint, which decides nothing: whether a hold is over is a matter of its instant and of the clock. */
const receiveExpiryWebhookRpc = ({ reservations, clock, limits }: WebhookRpcDeps): Handler<typeof WebhookService.receiveExpiryWebhook> =>
  async ({ reservationId }, { traceId }) => {
    const invalid = invalidRequest(requiredText('reservationId', reservationId, limits.idChars));
    if (invalid !== undefined) return invalid;
    const isId = parseId('rsv', reservationId) !== undefined;
    const found = isId ? await reservations.read(reservationId as ReservationId, undefined) : undefined;
    if (found === undefined) return REFUSALS.reservationNotFound;
    return { accepted: true, correlationId: traceId, processedAt: timestampOf(clock.wallMs()), error: undefined };
  };

/** The platform's own receiver, whose secret this gateway has. */
const OWN_RECEIVER: readonly string[] = ['', 'platform'];
const UNKNOWN_WEBHOOK = refuse('NOT_FOUND', { details: [{ field: 'webhookId', reason: 'is not registered here' }] });

/** Whether the signature, in either of its forms, is one over exactly these bytes by a secret that is accepted. */
const validateWebhookRpc = (secrets: WebhookSecrets, { receivers, clock, limits }: WebhookRpcDeps): Handler<typeof WebhookService.validateWebhook> =>
  async ({ payload, signature, webhookId }) => {
    const invalid = invalidRequest(
      requiredText('payload', payload, PAYLOAD_CHARS), requiredText('signature', signature, SIGNATURE_CHARS),
      webhookId.length > limits.idChars ? { field: 'webhookId', reason: `must have at most ${limits.idChars} characters` } : undefined,
    );
    if (invalid !== undefined) return invalid;
    const isOwn = OWN_RECEIVER.includes(webhookId);
    const valid = isOwn ? verifyPayload(secrets, Buffer.from(payload), signature) : await receivers?.verify(webhookId, payload, signature);
    if (valid === undefined) return UNKNOWN_WEBHOOK;
    return { valid, reason: valid ? '' : 'the signature is not one of a key that is accepted', validatedAt: timestampOf(clock.wallMs()), error: undefined };
  };
