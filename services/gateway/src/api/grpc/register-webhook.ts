import { timestampOf, type RequestOf, type ResponseOf, type WebhookService } from '@traffic-tacos/contracts';
import { WebhookEventType } from '@traffic-tacos/contracts/proto/gateway/v1/webhook';
import { invalidRequest, refuse, requiredText, type Detail, type GrpcCaller, type UnaryHandler } from '@traffic-tacos/kit';
import { isRefusal } from '../../errors.ts';
import type { AuditTrail } from '../../ports/audit-trail.ts';
import type { ReceiverType, ReceiverWish, WebhookReceivers } from '../../ports/webhook-receivers.ts';
import { shownUrl } from '../shown-url.ts';
import { audited } from './audited-call.ts';

type Rpc = typeof WebhookService.registerWebhook;
type Request = RequestOf<Rpc>;

/** Deadlines of attempts where none is named, in seconds: the longest. */
const DEFAULT_TIMEOUT_SECONDS = 3;
/** Longer than any that is registered; what is longer is not looked at. */
const NAME_CHARS = 1_024;
const URL_CHARS = 16_384;
const JSON_TYPE = 'application/json';
const MOST_TYPES = 64;

const TYPES: ReadonlyMap<WebhookEventType, ReceiverType> = new Map([
  [WebhookEventType.WEBHOOK_EVENT_TYPE_PAYMENT_APPROVED, 'payment.approved'],
  [WebhookEventType.WEBHOOK_EVENT_TYPE_PAYMENT_FAILED, 'payment.failed'],
  [WebhookEventType.WEBHOOK_EVENT_TYPE_PAYMENT_CANCELLED, 'payment.cancelled'],
  [WebhookEventType.WEBHOOK_EVENT_TYPE_PAYMENT_REFUNDED, 'payment.refunded'],
  [WebhookEventType.WEBHOOK_EVENT_TYPE_RESERVATION_CONFIRMED, 'reservation.confirmed'],
  [WebhookEventType.WEBHOOK_EVENT_TYPE_RESERVATION_CANCELLED, 'reservation.cancelled'],
  [WebhookEventType.WEBHOOK_EVENT_TYPE_RESERVATION_EXPIRED, 'reservation.expired'],
  [WebhookEventType.WEBHOOK_EVENT_TYPE_SYSTEM_MAINTENANCE, 'system.maintenance'],
]);

const ANOTHER_SERVICE = refuse('FORBIDDEN', { details: [{ field: 'serviceName', reason: 'is not the service of the credential' }] });

/** Registers a receiver. Each registration is on the audit trail, without its secret and without the values of its headers. */
export const registerWebhookRpc = (receivers: WebhookReceivers, trail: AuditTrail): UnaryHandler<Request, ResponseOf<Rpc>> =>
  async (request, call) => {
    const invalid = invalidRequest(...problemsOf(request));
    if (invalid !== undefined) return invalid;
    if (!mayRegisterFor(call.caller, request.serviceName)) return ANOTHER_SERVICE;
    const wish = wishOf(request);
    const { serviceName, types } = wish;
    const asked = { service: 'gateway.v1.WebhookService', action: 'RegisterWebhook', target: serviceName, details: { url: shownUrl(wish.url), types, headers: wish.headers.map(([name]) => name) } };
    return audited(trail, call, asked, async () => {
      const answer = await receivers.put(wish);
      if (isRefusal(answer)) return answer;
      return { webhookId: answer.webhookId, registered: true, registeredAt: timestampOf(answer.registeredAtMs), error: undefined };
    });
  };

/** What the register itself cannot see any more, and what nothing can be asked without. */
function problemsOf({ serviceName, endpointUrl, eventTypes, config }: Request): readonly (Detail | undefined)[] {
  const isUnknown = eventTypes.length > MOST_TYPES || eventTypes.some((type) => !TYPES.has(type));
  return [
    requiredText('serviceName', serviceName, NAME_CHARS),
    requiredText('endpointUrl', endpointUrl, URL_CHARS),
    isUnknown ? { field: 'eventTypes', reason: 'has a number that has no meaning here' } : undefined,
    config?.verifySsl === false ? { field: 'verifySsl', reason: 'must be true: certificates are always checked' } : undefined,
    config === undefined || config.contentType === '' || config.contentType === JSON_TYPE ? undefined : { field: 'contentType', reason: `must be ${JSON_TYPE}` },
  ];
}

const mayRegisterFor = (caller: GrpcCaller, serviceName: string): boolean => caller.kind !== 'service' || caller.name === serviceName;

function wishOf({ serviceName, endpointUrl, eventTypes, secret, config }: Request): ReceiverWish {
  const { retryCount = 0, timeoutSeconds = 0, headers = new Map<string, string>() } = config ?? {};
  return {
    serviceName, url: endpointUrl, secret, retries: retryCount, timeoutSeconds: timeoutSeconds === 0 ? DEFAULT_TIMEOUT_SECONDS : timeoutSeconds,
    types: eventTypes.flatMap((type) => TYPES.get(type) ?? []), headers: [...headers],
  };
}
