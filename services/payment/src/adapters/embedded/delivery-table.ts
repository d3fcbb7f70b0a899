import type { ByteReader, ByteWriter, RecordTable } from '@traffic-tacos/journal';
import { epochMs, ExpiryQueue, invariant, LimitReached, type EpochMs, type Limits } from '@traffic-tacos/kernel';
import type { WebhookDelivery } from '../../domain/webhook.ts';
import type { WebhookLane } from '../../ports/webhook-queue.ts';
import { codeOf, wordAt } from './intent-codec.ts';

const LAYOUT_VERSION = 1;
/** In the order of their numbers on disk, which are never changed. */
const STATES = ['queued', 'dead', 'done'] as const satisfies readonly WebhookDelivery['state'][];

export const laneOf = ({ url }: Pick<WebhookDelivery, 'url'>): WebhookLane => (url === undefined ? 'own' : 'elsewhere');

/** Hears of every live change in the turn in which it is applied, before it is durable. */
export type DeliveryListener = (image: WebhookDelivery) => void;

/**
 * Messages that are queued or dead. One that is done leaves; so its next image may begin with version 1 again, and recovery comes to the
 * same end, since every image after a snapshot's first sequence is laid over it in order.
 */
export class DeliveryTable implements RecordTable<WebhookDelivery> {
  readonly recordType = 23;
  readonly name = 'payment webhook';
  readonly layoutVersion = LAYOUT_VERSION;

  readonly #limit: number;
  readonly #deadLimit: number;
  readonly #slots: (WebhookDelivery | undefined)[] = [];
  readonly #free: number[] = [];
  readonly #slotOf = new Map<string, number>();
  readonly #due: Readonly<Record<WebhookLane, ExpiryQueue>> = { own: new ExpiryQueue(), elsewhere: new ExpiryQueue() };
  readonly #listeners: DeliveryListener[] = [];
  /** In the order in which they were given up. */
  readonly #dead = new Set<string>();

  constructor({ webhookDeliveries, webhookDeadLetters }: Pick<Limits, 'webhookDeliveries' | 'webhookDeadLetters'>) {
    this.#limit = webhookDeliveries;
    this.#deadLimit = webhookDeadLetters;
  }

  /** Messages that wait to be sent. */
  get queued(): number {
    return this.#slotOf.size - this.#dead.size;
  }

  get dead(): number {
    return this.#dead.size;
  }

  listen(listener: DeliveryListener): void {
    this.#listeners.push(listener);
  }

  /** Refuses new work that leads to messages while too many wait. What has been begun is queued all the same. */
  assertRoom(): void {
    if (this.queued >= this.#limit) throw new LimitReached('payment webhooks: webhookDeliveries');
  }

  find(webhookId: string): WebhookDelivery | undefined {
    const slot = this.#slotOf.get(webhookId);
    return slot === undefined ? undefined : this.#slots[slot];
  }

  /** Dead messages, the first given up first. */
  deadLetters(): readonly WebhookDelivery[] {
    return [...this.#dead].flatMap((id) => this.find(id) ?? []);
  }

  /** The dead message that has to go for another one to fit; undefined while there is room. */
  oldestDeadOverLimit(): WebhookDelivery | undefined {
    const [oldest] = this.#dead;
    return oldest === undefined || this.#dead.size < this.#deadLimit ? undefined : this.find(oldest);
  }

  nextDueAtMs(lane: WebhookLane): EpochMs | undefined {
    const atMs = this.#due[lane].nextAtMs();
    return atMs === undefined ? undefined : epochMs(atMs);
  }

  /** Takes the next message of the lane that is due. It is not given out again until a new image of it is applied. */
  takeDue(lane: WebhookLane, nowMs: EpochMs): WebhookDelivery | undefined {
    for (let slot = this.#due[lane].popDue(nowMs); slot !== undefined; slot = this.#due[lane].popDue(nowMs)) {
      const delivery = this.#slots[slot];
      // An entry may be of a message that has left, has been put off, or is not of this lane any more.
      if (delivery?.state === 'queued' && delivery.dueAtMs <= nowMs && laneOf(delivery) === lane) return delivery;
    }
    return undefined;
  }

  encode(delivery: WebhookDelivery, writer: ByteWriter): void {
    writer.text(delivery.webhookId);
    writer.u32(delivery.version);
    writer.u8(codeOf(STATES, delivery.state));
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
    const state = wordAt(STATES, reader.u8());
    const url = reader.text();
    return { webhookId, version, state, url: url === '' ? undefined : url, body: reader.text(), failures: reader.u32(), dueAtMs: epochMs(reader.u53()), reason: reader.text() };
  }

  isNext(delivery: WebhookDelivery): boolean {
    return delivery.version === (this.find(delivery.webhookId)?.version ?? 0) + 1;
  }

  apply(delivery: WebhookDelivery): void {
    const slot = this.#put(delivery);
    if (delivery.state === 'queued') this.#due[laneOf(delivery)].push(delivery.dueAtMs, slot);
    for (const listener of this.#listeners) listener(delivery);
  }

  restore(delivery: WebhookDelivery): void {
    const known = this.find(delivery.webhookId);
    if (known === undefined || known.version < delivery.version) this.#put(delivery);
  }

  rebuild(): void {
    const dead = this.deadLetters().toSorted((one, other) => one.dueAtMs - other.dueAtMs);
    this.#dead.clear();
    for (const { webhookId } of dead) this.#dead.add(webhookId);
    for (const [slot, delivery] of this.#slots.entries()) if (delivery?.state === 'queued') this.#due[laneOf(delivery)].push(delivery.dueAtMs, slot);
  }

  scan(cursor: number, budget: number, visit: (delivery: WebhookDelivery) => void): number {
    const end = Math.min(cursor + budget, this.#slots.length);
    for (const delivery of this.#slots.slice(cursor, end)) if (delivery !== undefined) visit(delivery);
    return end >= this.#slots.length ? -1 : end;
  }

  /** Answers the slot; that of a message that is done is free again. */
  #put(delivery: WebhookDelivery): number {
    const { webhookId, state } = delivery;
    const slot = this.#slotOf.get(webhookId) ?? this.#free.pop() ?? this.#slots.length;
    this.#dead.delete(webhookId);
    if (state === 'done') {
      this.#slots[slot] = undefined;
      this.#slotOf.delete(webhookId);
      this.#free.push(slot);
      return slot;
    }
    if (state === 'dead') this.#dead.add(webhookId);
    this.#slots[slot] = delivery;
    this.#slotOf.set(webhookId, slot);
    return slot;
  }
}
