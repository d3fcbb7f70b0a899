import { formatId } from '@traffic-tacos/kernel';
import type { Intent } from '@traffic-tacos/payment';
import type { Order, Reservation } from '@traffic-tacos/reservation';
import {
  digestText, placeId, type AppliedRecord, type DrawRecord, type Entry, type EventRecord, type HoldRecord, type KeyRecord, type Kind, type MessageRecord,
  type PaymentKeyRecord, type PlaceRecord, type TickRecord,
} from './records.ts';

/** What is kept by key: records by their kind, and what follows from them. */
type Book = Kind | 'appliedIn';

type RecordsOf<K extends 'reservation' | 'intent'> = K extends 'reservation' ? Reservation : Intent;

/** How one record changed the books, so that it can be taken back. */
interface Change {
  readonly kind: Book;
  readonly key: string;
  readonly before: unknown;
}

interface Written {
  readonly sequence: number;
  readonly changes: readonly Change[];
}

/**
 * What every record says, kept from the entries alone: a second memory beside the platform's own. Entries of groups that are not on
 * disk yet can be taken back, so that after a crash the books say exactly what recovery must find.
 */
export class Books {
  readonly event = new Map<string, EventRecord>();
  readonly hold = new Map<string, HoldRecord>();
  readonly reservation = new Map<string, Reservation>();
  readonly order = new Map<string, Order>();
  readonly intent = new Map<string, Intent>();
  readonly key = new Map<string, KeyRecord>();
  readonly paymentKey = new Map<string, PaymentKeyRecord>();
  readonly place = new Map<string, PlaceRecord>();
  /** Each without changes: the places have theirs. */
  readonly room = new Map<string, TickRecord>();
  readonly draw = new Map<string, DrawRecord>();
  readonly message = new Map<string, MessageRecord>();
  readonly applied = new Map<string, AppliedRecord>();
  /** The group in which each event had its effect. */
  readonly appliedIn = new Map<string, number>();
  /** Entries of groups that may not be on disk, oldest first. */
  #waiting: Written[] = [];
  /** The newest group that is known to be on disk. */
  durableSequence = 0;

  /** Takes an entry in, which stands in the group of that sequence. */
  write(entry: Entry, sequence: number): void {
    const changes: Change[] = [];
    for (const record of entry.event) this.#put('event', record.plan.id, record, changes);
    for (const [at, record] of entry.hold.entries()) this.#put('hold', entry.holdIds[at] ?? '', record, changes);
    for (const record of entry.reservation) this.#put('reservation', record.id, record, changes);
    for (const record of entry.order) this.#put('order', record.id, record, changes);
    for (const record of entry.key) this.#put('key', digestText(record.digest), record, changes);
    for (const record of entry.intent) this.#put('intent', record.id, record, changes);
    for (const record of entry.paymentKey) this.#put('paymentKey', digestText(record.digest), record, changes);
    this.#writeRooms(entry, changes);
    for (const record of entry.message) this.#put('message', record.id, record, changes);
    for (const record of entry.applied) {
      this.#put('applied', record.id, record, changes);
      this.#put('appliedIn', record.id, sequence, changes);
    }
    this.#waiting.push({ sequence, changes });
  }

  /** A tick changes places that have no record of their own in its entry. */
  #writeRooms({ place, room, draw }: Entry, changes: Change[]): void {
    for (const record of place) this.#put('place', placeId(record), record, changes);
    for (const tick of room) {
      this.#put('room', tick.room.eventId, { room: tick.room, changes: [] }, changes);
      for (const changed of this.changedBy(tick)) this.#put('place', placeId(changed), changed, changes);
    }
    for (const record of draw) this.#put('draw', record.eventId, record, changes);
  }

  /** The places as a tick leaves them. Those that the books do not know are left out. */
  changedBy({ room, changes }: TickRecord): readonly PlaceRecord[] {
    return changes.flatMap(({ key, version, state }) => {
      const before = this.place.get(placeId({ key }));
      return before === undefined ? [] : { ...before, version, state, changedAtMs: room.changedAtMs };
    });
  }

  /** The record as it is on disk for certain, whatever has been written since. */
  durable<K extends 'reservation' | 'intent'>(kind: K, key: string): RecordsOf<K> | undefined {
    for (const { changes } of this.#waiting) for (const change of changes) if (change.kind === kind && change.key === key) return change.before as RecordsOf<K> | undefined;
    return this[kind].get(key) as RecordsOf<K> | undefined;
  }

  /** All groups up to that one are on disk. */
  flushed(sequence: number): void {
    this.durableSequence = sequence;
    let kept = 0;
    while (kept < this.#waiting.length && (this.#waiting[kept]?.sequence ?? 0) <= sequence) kept++;
    this.#waiting.splice(0, kept);
  }

  /** Only groups up to that one have survived. Answers how many entries are gone. */
  rollBackTo(sequence: number): number {
    const gone = this.forgetBeyond(sequence);
    this.flushed(sequence);
    return gone;
  }

  /** Takes back what stood beyond the group; answers how many entries. What is left is no safer for it. */
  forgetBeyond(sequence: number): number {
    let gone = 0;
    for (let last = this.#waiting.at(-1); last !== undefined && last.sequence > sequence; last = this.#waiting.at(-1)) {
      this.#waiting.pop();
      gone++;
      for (const { kind, key, before } of last.changes.toReversed()) this.#restore(kind, key, before);
    }
    return gone;
  }

  /** The reservation under an idempotency key that is still remembered. */
  reservationOf(record: KeyRecord): string {
    return formatId('rsv', record.reservation);
  }

  #put(kind: Book, key: string, record: unknown, changes: Change[]): void {
    const records = this[kind] as Map<string, unknown>;
    changes.push({ kind, key, before: records.get(key) });
    records.set(key, record);
  }

  #restore(kind: Book, key: string, before: unknown): void {
    const records = this[kind] as Map<string, unknown>;
    if (before === undefined) records.delete(key);
    else records.set(key, before);
  }
}
