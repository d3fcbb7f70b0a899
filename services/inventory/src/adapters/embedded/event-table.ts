import type { ByteReader, ByteWriter, RecordTable } from '@traffic-tacos/journal';
import { Interner, invariant, type Limits } from '@traffic-tacos/kernel';
import type { LiveHolds } from './due-holds.ts';
import { EARLIEST_EVENT_LAYOUT, EVENT_LAYOUT, decodeEvent, encodeEvent, type EventRecord } from './event-codec.ts';
import type { Publisher } from './event-publication.ts';
import { EventState } from './event-state.ts';

/** All events: the record table of type 1, and the books of each. */
export class EventTable implements RecordTable<EventRecord> {
  readonly recordType = 1;
  readonly name = 'inventory.events';
  readonly layoutVersion = EVENT_LAYOUT;

  readonly #ids: Interner;
  readonly #holds: LiveHolds;
  readonly #publisher: Publisher;
  /** By event number. A number may be known from a hold before its event is. */
  readonly #records: (EventRecord | undefined)[] = [];
  readonly #states: (EventState | undefined)[] = [];
  /** Ids of events, ascending. */
  readonly #sortedIds: string[] = [];

  constructor({ events }: Pick<Limits, 'events'>, holds: LiveHolds, publisher: Publisher) {
    this.#ids = new Interner(events);
    this.#holds = holds;
    this.#publisher = publisher;
  }

  get isFull(): boolean {
    return this.#ids.isFull;
  }

  find(eventId: string): EventState | undefined {
    return this.#states[this.#ids.find(eventId)];
  }

  byNumber(number: number): EventState | undefined {
    return this.#states[number];
  }

  idOf(number: number): string {
    return this.#ids.textOf(number);
  }

  /** The number of an event, given now if it is new. */
  numberOf(eventId: string): number {
    return this.#ids.intern(eventId);
  }

  /** In the order in which they were created. */
  *all(): Iterable<EventState> {
    for (const state of this.#states) if (state !== undefined) yield state;
  }

  /** Every event's number is below it. */
  get numbers(): number {
    return this.#states.length;
  }

  get count(): number {
    return this.#sortedIds.length;
  }

  /** Where ids above that one begin in ascending order. */
  positionAfter(id: string | undefined): number {
    return id === undefined ? 0 : placeIn(this.#sortedIds, id, true);
  }

  /** The id at a position in ascending order; undefined where there is none. */
  idAt(position: number): string | undefined {
    return this.#sortedIds[position];
  }

  encode(record: EventRecord, writer: ByteWriter): void {
    encodeEvent(record, writer);
  }

  decode(layoutVersion: number, reader: ByteReader): EventRecord {
    invariant(layoutVersion >= EARLIEST_EVENT_LAYOUT && layoutVersion <= EVENT_LAYOUT, `events of layout ${layoutVersion} were never written`);
    return decodeEvent(layoutVersion, reader);
  }

  isNext({ plan, version }: EventRecord): boolean {
    return version === (this.find(plan.id)?.version ?? 0) + 1;
  }

  apply(record: EventRecord): void {
    this.#keep(record);
    const state = this.find(record.plan.id);
    if (state === undefined) this.#create(record);
    else state.reshape(record.plan, record.version);
  }

  restore(record: EventRecord): void {
    const known = this.#records[this.#ids.find(record.plan.id)];
    if (known === undefined || known.version < record.version) this.#keep(record);
  }

  rebuild(): void {
    for (const record of this.#records) if (record !== undefined) this.#create(record);
  }

  scan(cursor: number, budget: number, visit: (record: EventRecord) => void): number {
    const end = Math.min(cursor + budget, this.#records.length);
    for (let number = cursor; number < end; number++) {
      const record = this.#records[number];
      if (record !== undefined) visit(record);
    }
    return end < this.#records.length ? end : -1;
  }

  #keep(record: EventRecord): void {
    this.#records[this.numberOf(record.plan.id)] = record;
  }

  #create({ plan, version }: EventRecord): void {
    const number = this.numberOf(plan.id);
    this.#states[number] = new EventState(number, plan, version, this.#holds, this.#publisher);
    this.#sortedIds.splice(placeIn(this.#sortedIds, plan.id, false), 0, plan.id);
  }
}

/** Where the id belongs in the ascending list; behind its equal if `isAfter`. */
function placeIn(sorted: readonly string[], id: string, isAfter: boolean): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const other = sorted[middle] ?? '';
    if (other < id || (isAfter && other === id)) low = middle + 1;
    else high = middle;
  }
  return low;
}

