import { MESSAGE_STATES, QueueTable, type ByteReader, type ByteWriter } from '@traffic-tacos/journal';
import { epochMs, invariant, LimitReached, type Limits } from '@traffic-tacos/kernel';
import type { WebhookDelivery } from '../../domain/webhook.ts';
import { WEBHOOK_LANES, type WebhookLane } from '../../ports/webhook-queue.ts';
import { codeOf, wordAt } from './intent-codec.ts';

const LAYOUT_VERSION = 1;

export const laneOf = ({ url }: Pick<WebhookDelivery, 'url'>): WebhookLane => (url === undefined ? 'own' : 'elsewhere');

/** Messages to receivers that wait to be sent or were given up, by the id that they carry. */
export class DeliveryTable extends QueueTable<WebhookDelivery, WebhookLane> {
  readonly recordType = 23;
  readonly name = 'payment webhook';
  readonly layoutVersion = LAYOUT_VERSION;

  readonly #limit: number;

  constructor({ webhookDeliveries, webhookDeadLetters }: Pick<Limits, 'webhookDeliveries' | 'webhookDeadLetters'>) {
    super({ keyOf: ({ webhookId }) => webhookId, lanes: WEBHOOK_LANES, laneOf, deadLimit: webhookDeadLetters });
    this.#limit = webhookDeliveries;
  }

  /** Refuses new work that leads to messages while too many wait. What has been begun is queued all the same. */
  assertRoom(): void {
    if (this.queued >= this.#limit) throw new LimitReached('payment webhooks: webhookDeliveries');
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
  }

  decode(layoutVersion: number, reader: ByteReader): WebhookDelivery {
    invariant(layoutVersion === LAYOUT_VERSION, `payment webhooks were never written in layout ${layoutVersion}`);
    const webhookId = reader.text();
    const version = reader.u32();
    const state = wordAt(MESSAGE_STATES, reader.u8());
    const url = reader.text();
    return { webhookId, version, state, url: url === '' ? undefined : url, body: reader.text(), failures: reader.u32(), dueAtMs: epochMs(reader.u53()), reason: reader.text() };
  }
}
