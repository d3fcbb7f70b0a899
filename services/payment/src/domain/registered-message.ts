import type { BusEvent, EpochMs } from '@traffic-tacos/kernel';
import type { Registration } from './registration.ts';
import type { WebhookDelivery } from './webhook.ts';

type Event = Pick<BusEvent, 'detail'>;

/** The id of the message about an event to one receiver: the same in every attempt and every repetition. It has no full stop in it, which separates what is signed. */
const registeredWebhookId = ({ detail }: Event, { id }: Pick<Registration, 'id'>): string =>
  `whk_${detail.id.slice(detail.id.indexOf('_') + 1).replaceAll('.', '_')}_${id.slice('whr_'.length)}`;

/** The message about an event, to be sent at once. */
export const registeredWebhook = (event: Event, to: Registration, nowMs: EpochMs): WebhookDelivery => ({
  webhookId: registeredWebhookId(event, to), version: 1, state: 'queued', url: to.url, registered: { id: to.id, slot: to.slot }, body: bodyOf(event), failures: 0, dueAtMs: nowMs, reason: '',
});

/** One that is given up before it was tried: as many as may wait for the receiver already. It can be sent again when they have gone. */
export const overdueWebhook = (queued: WebhookDelivery): WebhookDelivery => ({ ...queued, state: 'dead', reason: 'too many messages wait for this receiver' });

/** The facts of the event, and those names beside them that messages about payments have. */
function bodyOf({ detail }: Event): string {
  const { occurred_at: timestamp, id, type, version, sequence, trace_id: traceId, ...facts } = detail;
  const intentId = facts['payment_intent_id'];
  const payment = type.startsWith('payment.') ? { payment_id: intentId } : {};
  return JSON.stringify({ id, type, version, sequence, timestamp, trace_id: traceId, ...facts, ...payment });
}
