import { MESSAGE_STATES, QueueTable, type ByteReader, type ByteWriter } from '@traffic-tacos/journal';
import { epochMs, formatId, invariant, LimitReached, parseId, present, type Limits } from '@traffic-tacos/kernel';
import type { WebhookDelivery } from '../../domain/webhook.ts';
import { webhookLanes, type WebhookLane } from '../../ports/webhook-queue.ts';
import { codeOf, wordAt } from './intent-codec.ts';

/** From layout 2 on a message may be for a registered receiver. */
const LAYOUT_VERSION = 2;

export function laneOf({ url, registered }: Pick<WebhookDelivery, 'url' | 'registered'>): WebhookLane {
  if (registered !== undefined) return `registered ${registered.slot}`;
  return url === undefined ? 'own' : 'elsewhere';
}

/** Messages to receivers that wait to be sent or were given up, by the id that they carry. */
export class DeliveryTable extends QueueTable<WebhookDelivery, WebhookLane> {
  readonly recordType = 23;
  readonly name = 'payment webhook';
  readonly layoutVersion = LAYOUT_VERSION;

  readonly #limit: number;

  constructor({ webhookDeliveries, webhookDeadLetters, webhookRegistrations }: Pick<Limits, 'webhookDeliveries' | 'webhookDeadLetters' | 'webhookRegistrations'>) {
    super({ keyOf: ({ webhookId }) => webhookId, lanes: webhookLanes(webhookRegistrations), laneOf, deadLimit: webhookDeadLetters });
    this.#limit = webhookDeliveries;
  }

  /**
   * Refuses new work that leads to messages while too many wait. What has been begun is queued all the same. What waits for registered receivers has limits of
   * its own: nobody's payment may fail because a third party is away.
   */
  assertRoom(): void {
    if (this.queuedIn('own') + this.queuedIn('elsewhere') >= this.#limit) throw new LimitReached('payment webhooks: webhookDeliveries');
  }

  encode(delivery: WebhookDelivery, writer: ByteWriter): void {
    writer.text(delivery.webhookId);
    writer.u32(delivery.version);
    writer.u8(codeOf(MESSAGE_STATES, delivery.state));
    writer.text(delivery.url ?? '');
    writer.text(delivery.body);
    writer.u32(delivery.failures);
    writer.u53(delivery.dueAtMs);
    writer.text(delivery.reason);
    writer.u8(delivery.registered === undefined ? 0 : 1);
    if (delivery.registered === undefined) return;
    writer.id(present(parseId('whr', delivery.registered.id), 'the id of a registration'));
    writer.u8(delivery.registered.slot);
  }

  decode(layoutVersion: number, reader: ByteReader): WebhookDelivery {
    invariant(layoutVersion === 1 || layoutVersion === LAYOUT_VERSION, `payment webhooks were never written in layout ${layoutVersion}`);
    const webhookId = reader.text();
    const version = reader.u32();
    const state = wordAt(MESSAGE_STATES, reader.u8());
    const url = reader.text();
    const [body, failures, dueAtMs, reason] = [reader.text(), reader.u32(), epochMs(reader.u53()), reader.text()];
    const isRegistered = layoutVersion > 1 && reader.u8() === 1;
    const registered = isRegistered ? { id: formatId('whr', reader.id()), slot: reader.u8() } : undefined;
    return { webhookId, version, state, url: url === '' ? undefined : url, registered, body, failures, dueAtMs, reason };
  }
}
