import type { ByteReader, ByteWriter, RecordTable } from '@traffic-tacos/journal';
import { epochMs, invariant, type EpochMs, type Limits } from '@traffic-tacos/kernel';

const LAYOUT_VERSION = 1;

/** A message that has had its effect. */
export interface WebhookId {
  readonly id: string;
  readonly followedAtMs: EpochMs;
}

/**
 * The ids of messages that have had their effect, each written in the entry of that effect. There are as many as the limit says; the next one
 * takes the place of the oldest. A message that comes again after that is decided on the payment as read again, which changes nothing.
 */
export class WebhookIdTable implements RecordTable<WebhookId> {
  readonly recordType = 31;
  readonly name = 'webhook received';
  readonly layoutVersion = LAYOUT_VERSION;

  readonly #limit: number;
  readonly #ring: WebhookId[] = [];
  readonly #known = new Set<string>();
  #next = 0;

  constructor({ webhookIds }: Pick<Limits, 'webhookIds'>) {
    this.#limit = webhookIds;
  }

  get size(): number {
    return this.#ring.length;
  }

  has(id: string): boolean {
    return this.#known.has(id);
  }

  encode({ id, followedAtMs }: WebhookId, writer: ByteWriter): void {
    writer.text(id);
    writer.u53(followedAtMs);
  }

  decode(layoutVersion: number, reader: ByteReader): WebhookId {
    invariant(layoutVersion === LAYOUT_VERSION, `webhooks received were never written in layout ${layoutVersion}`);
    return { id: reader.text(), followedAtMs: epochMs(reader.u53()) };
  }

  isNext({ id }: WebhookId): boolean {
    return !this.#known.has(id);
  }

  apply(received: WebhookId): void {
    this.restore(received);
  }

  restore(received: WebhookId): void {
    if (this.#known.has(received.id)) return;
    const forgotten = this.#ring[this.#next];
    if (forgotten !== undefined) this.#known.delete(forgotten.id);
    this.#ring[this.#next] = received;
    this.#known.add(received.id);
    this.#next = (this.#next + 1) % this.#limit;
  }

  rebuild(): void {
    // Nothing is derived from the ring: the set is kept with each of its places.
  }

  scan(cursor: number, budget: number, visit: (received: WebhookId) => void): number {
    const end = Math.min(cursor + budget, this.#ring.length);
    for (const received of this.#ring.slice(cursor, end)) visit(received);
    return end >= this.#ring.length ? -1 : end;
  }
}
