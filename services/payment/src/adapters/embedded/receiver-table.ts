import type { ByteReader, ByteWriter, RecordTable } from '@traffic-tacos/journal';
import { formatId, invariant, type PaymentIntentId } from '@traffic-tacos/kernel';
import { intentWords } from './intent-codec.ts';

const LAYOUT_VERSION = 1;

/** Where the results of an intent of layout 1 are sent instead of to the platform itself. */
export interface WebhookReceiver {
  readonly intentId: PaymentIntentId;
  readonly url: string;
}

/**
 * The receivers of intents of layout 1, which may be refunded at any time. Intents of later layouts name their receiver themselves and take it
 * into the history with them, so that no record is added here any more.
 */
export class ReceiverTable implements RecordTable<WebhookReceiver> {
  readonly recordType = 24;
  readonly name = 'payment webhook receiver';
  readonly layoutVersion = LAYOUT_VERSION;

  readonly #receivers: WebhookReceiver[] = [];
  readonly #urlOf = new Map<PaymentIntentId, string>();

  /** Undefined: the platform's own, or that which the intent itself names. */
  urlOf(intentId: PaymentIntentId): string | undefined {
    return this.#urlOf.get(intentId);
  }

  encode({ intentId, url }: WebhookReceiver, writer: ByteWriter): void {
    writer.id(intentWords(intentId));
    writer.text(url);
  }

  decode(layoutVersion: number, reader: ByteReader): WebhookReceiver {
    invariant(layoutVersion === LAYOUT_VERSION, `payment webhook receivers were never written in layout ${layoutVersion}`);
    return { intentId: formatId('pay', reader.id()), url: reader.text() };
  }

  isNext({ intentId }: WebhookReceiver): boolean {
    return !this.#urlOf.has(intentId);
  }

  apply(receiver: WebhookReceiver): void {
    this.restore(receiver);
  }

  restore(receiver: WebhookReceiver): void {
    if (this.#urlOf.has(receiver.intentId)) return;
    this.#receivers.push(receiver);
    this.#urlOf.set(receiver.intentId, receiver.url);
  }

  rebuild(): void {
    // Nothing is derived from the rows: the map is kept with each of them.
  }

  scan(cursor: number, budget: number, visit: (receiver: WebhookReceiver) => void): number {
    const end = Math.min(cursor + budget, this.#receivers.length);
    for (const receiver of this.#receivers.slice(cursor, end)) visit(receiver);
    return end >= this.#receivers.length ? -1 : end;
  }
}
