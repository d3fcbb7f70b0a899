import { epochMs, ExpiryQueue, type EpochMs } from '@traffic-tacos/kernel';
import type { ByteReader, ByteWriter } from '../bytes.ts';
import type { RecordTable } from '../record-table.ts';

/** What every message of a durable queue has, whatever it carries. */
export interface QueuedMessage {
  /** From 1; of a message that is queued again after it was done with, from 1 again. */
  readonly version: number;
  /** `dead`: given up, and kept to be looked at. `done`: nothing of it is kept in memory. */
  readonly state: 'queued' | 'dead' | 'done';
  /** When it is to be worked on next, or was given up. */
  readonly dueAtMs: EpochMs;
}

/** In the order of their numbers on disk, which are never changed. */
export const MESSAGE_STATES = ['queued', 'dead', 'done'] as const satisfies readonly QueuedMessage['state'][];

/** Hears of every live change in the turn in which it is applied, before it is durable. */
export type QueueListener<Message> = (image: Message) => void;

export interface QueueShape<Message, Lane extends string> {
  readonly keyOf: (message: Message) => string;
  /** Each lane is worked on by itself, so that none keeps another waiting. */
  readonly lanes: readonly Lane[];
  readonly laneOf: (message: Message) => Lane;
  /** Dead messages that are kept; past it the oldest goes of the lane that has the most. */
  readonly deadLimit: number;
}

/**
 * Messages that are queued or dead. One that is done leaves; so its next image may begin with version 1 again, and recovery comes to the
 * same end, since every image after a snapshot's first sequence is laid over it in order.
 */
export abstract class QueueTable<Message extends QueuedMessage, Lane extends string> implements RecordTable<Message> {
  abstract readonly recordType: number;
  abstract readonly name: string;
  abstract readonly layoutVersion: number;

  readonly #shape: QueueShape<Message, Lane>;
  readonly #slots: (Message | undefined)[] = [];
  readonly #free: number[] = [];
  readonly #slotOf = new Map<string, number>();
  readonly #due = new Map<Lane, ExpiryQueue>();
  readonly #queuedIn = new Map<Lane, number>();
  /** Slots of messages that are being worked on. */
  readonly #taken = new Set<number>();
  readonly #listeners: QueueListener<Message>[] = [];
  /** In the order in which they were given up. */
  readonly #dead = new Set<string>();
  /** The same, lane by lane. */
  readonly #deadIn = new Map<Lane, Set<string>>();

  constructor(shape: QueueShape<Message, Lane>) {
    this.#shape = shape;
    for (const lane of shape.lanes) {
      this.#due.set(lane, new ExpiryQueue());
      this.#deadIn.set(lane, new Set());
    }
  }

  abstract encode(message: Message, writer: ByteWriter): void;
  abstract decode(layoutVersion: number, reader: ByteReader): Message;

  /** Messages that wait to be worked on. */
  get queued(): number {
    return this.#slotOf.size - this.#dead.size;
  }

  /** Those of them that are of one lane. */
  queuedIn(lane: Lane): number {
    return this.#queuedIn.get(lane) ?? 0;
  }

  /** The messages that wait in one lane. Every message is looked at: for what happens rarely. */
  messagesIn(lane: Lane): readonly Message[] {
    return this.#slots.flatMap((message) => (message?.state === 'queued' && this.#shape.laneOf(message) === lane ? message : []));
  }

  get dead(): number {
    return this.#dead.size;
  }

  listen(listener: QueueListener<Message>): void {
    this.#listeners.push(listener);
  }

  find(key: string): Message | undefined {
    const slot = this.#slotOf.get(key);
    return slot === undefined ? undefined : this.#slots[slot];
  }

  /** Dead messages, the first given up first. */
  deadLetters(): readonly Message[] {
    return [...this.#dead].flatMap((key) => this.find(key) ?? []);
  }

  /**
   * The dead messages that have to go for so many more to fit: each the oldest of the lane that then has the most, the last of several such, so that a lane in
   * which everything is given up keeps no other from being looked at. None while there is room.
   */
  deadThatMakeRoomFor(more: number): readonly Message[] {
    const leaving: Message[] = [];
    const tooMany = this.#dead.size + more - this.#shape.deadLimit;
    if (tooMany <= 0) return leaving;
    const lanes = [...this.#deadIn.values()].map((keys) => ({ left: keys.size, oldest: keys.values() }));
    while (leaving.length < tooMany) {
      const fullest = lanes.reduce((one, other) => (other.left >= one.left ? other : one));
      const { value: key } = fullest.oldest.next();
      const message = key === undefined ? undefined : this.find(key);
      if (message === undefined) break;
      fullest.left--;
      leaving.push(message);
    }
    return leaving;
  }

  nextDueAtMs(lane: Lane): EpochMs | undefined {
    const atMs = this.#due.get(lane)?.nextAtMs();
    return atMs === undefined ? undefined : epochMs(atMs);
  }

  /** Takes the next message of the lane that is due. It is not given out again until a new image of it is applied. */
  takeDue(lane: Lane, nowMs: EpochMs): Message | undefined {
    const due = this.#due.get(lane);
    for (let slot = due?.popDue(nowMs); slot !== undefined; slot = due?.popDue(nowMs)) {
      const message = this.#slots[slot];
      // An entry may be of a message that has left, has been put off, or is not of this lane any more; and another one may have its slot.
      if (message?.state !== 'queued' || message.dueAtMs > nowMs || this.#shape.laneOf(message) !== lane || this.#taken.has(slot)) continue;
      this.#taken.add(slot);
      return message;
    }
    return undefined;
  }

  isNext(message: Message): boolean {
    return message.version === (this.find(this.#shape.keyOf(message))?.version ?? 0) + 1;
  }

  apply(message: Message): void {
    const slot = this.#put(message);
    if (message.state === 'queued') this.#queue(message, slot);
    for (const listener of this.#listeners) listener(message);
  }

  restore(message: Message): void {
    const known = this.find(this.#shape.keyOf(message));
    if (known === undefined || known.version < message.version) this.#put(message);
  }

  rebuild(): void {
    for (const message of this.deadLetters().toSorted((one, other) => one.dueAtMs - other.dueAtMs)) {
      this.#removeDead(message);
      this.#addDead(message);
    }
    for (const [slot, message] of this.#slots.entries()) if (message?.state === 'queued') this.#queue(message, slot);
  }

  scan(cursor: number, budget: number, visit: (message: Message) => void): number {
    const end = Math.min(cursor + budget, this.#slots.length);
    for (const message of this.#slots.slice(cursor, end)) if (message !== undefined) visit(message);
    return end >= this.#slots.length ? -1 : end;
  }

  #count(message: Message | undefined, by: 1 | -1): void {
    if (message?.state !== 'queued') return;
    const lane = this.#shape.laneOf(message);
    this.#queuedIn.set(lane, this.queuedIn(lane) + by);
  }

  #addDead(message: Message): void {
    const key = this.#shape.keyOf(message);
    this.#dead.add(key);
    this.#deadIn.get(this.#shape.laneOf(message))?.add(key);
  }

  #removeDead(message: Message): void {
    const key = this.#shape.keyOf(message);
    this.#dead.delete(key);
    this.#deadIn.get(this.#shape.laneOf(message))?.delete(key);
  }

  #queue(message: Message, slot: number): void {
    this.#due.get(this.#shape.laneOf(message))?.push(message.dueAtMs, slot);
  }

  /** Answers the slot; that of a message that is done is free again. */
  #put(message: Message): number {
    const key = this.#shape.keyOf(message);
    const slot = this.#slotOf.get(key) ?? this.#free.pop() ?? this.#slots.length;
    const before = this.#slots[slot];
    this.#count(before, -1);
    this.#count(message, 1);
    this.#taken.delete(slot);
    if (before?.state === 'dead') this.#removeDead(before);
    if (message.state === 'done') {
      this.#slots[slot] = undefined;
      this.#slotOf.delete(key);
      this.#free.push(slot);
      return slot;
    }
    if (message.state === 'dead') this.#addDead(message);
    this.#slots[slot] = message;
    this.#slotOf.set(key, slot);
    return slot;
  }
}
