import type { ByteReader, ByteWriter, HistoryReads, MovableTable, RecordTable } from '@traffic-tacos/journal';
import { LimitReached, NO_ROW, epochMs, invariant, present, type CountedInterner, type IdWords } from '@traffic-tacos/kernel';
import { FREE, HELD, SOLD, type SeatCode } from '../../domain/seat-state.ts';
import type { BuyerBook } from './buyer-book.ts';
import type { EvictedVersions } from './evicted-versions.ts';
import type { EventState } from './event-state.ts';
import type { EventTable } from './event-table.ts';
import { COMMITTED_HOLD, HELD_HOLD, HOLD_LAYOUT, HOLD_SHAPE, SEVERAL_SECTIONS, decodeHold, encodeHold, isEndedState, type HoldRecord } from './hold-record.ts';
import type { HoldRows } from './hold-rows.ts';
import { LeavingHolds } from './leaving-holds.ts';
import type { MovePlaces, Places } from './place-moves.ts';
import type { SectionState } from './section-state.ts';
import type { Wakes } from './wakes.ts';

export interface HoldTableParts {
  readonly rows: HoldRows;
  readonly events: EventTable;
  readonly buyers: BuyerBook;
  readonly users: CountedInterner;
  readonly wakes: Wakes;
  /** Those that have left memory. */
  readonly past: HistoryReads<HoldRecord>;
  readonly evicted: EvictedVersions;
  /** How places change hands; tests plant bugs here. */
  readonly movePlaces: MovePlaces;
}

/** What a hold was before a record changed it. */
interface Before {
  readonly state: number;
  readonly expiresAtMs: number;
}

const NOTHING: Before = { state: 0, expiresAtMs: 0 };

/** All holds: the record table of type 2. Each change of a hold is carried into the books of its seats, its section and its buyer. */
export class HoldTable implements RecordTable<HoldRecord>, MovableTable {
  readonly recordType = 2;
  readonly name = 'inventory.holds';
  readonly layoutVersion = HOLD_LAYOUT;
  readonly shape = HOLD_SHAPE;
  readonly #parts: HoldTableParts;
  readonly #leaving: LeavingHolds;

  constructor(parts: HoldTableParts) {
    this.#parts = parts;
    this.#leaving = new LeavingHolds(parts.rows);
  }

  /** Rows in memory. */
  get live(): number {
    return this.#parts.rows.live;
  }

  get limit(): number {
    return this.#parts.rows.limit;
  }

  /** The hold of that key, in memory or from the history; undefined where there is none. */
  find(key: IdWords): HoldRecord | undefined {
    const { rows, past, events, users } = this.#parts;
    const row = rows.find(key);
    if (row !== NO_ROW) return this.recordOf(row, key);
    const record = past.find(key);
    return record === undefined ? undefined : { ...record, eventNumber: events.numberOf(record.eventId), userNumber: users.find(record.userId) };
  }

  /** Every hold once, wherever it is, in no order. Nothing may change meanwhile. */
  *everywhere(): Generator<HoldRecord> {
    const { rows, past, events, users } = this.#parts;
    for (let row = 0; row < rows.highWater; row++) if (rows.versionOf(row) > 0) yield this.recordOf(row);
    for (const record of past.all()) {
      if (rows.find(record.key) !== NO_ROW) continue;
      yield { ...record, eventNumber: events.numberOf(record.eventId), userNumber: users.find(record.userId) };
    }
  }

  encode(record: HoldRecord, writer: ByteWriter): void {
    encodeHold(record, writer);
  }

  decode(layoutVersion: number, reader: ByteReader): HoldRecord {
    invariant(layoutVersion === HOLD_LAYOUT, `holds of layout ${layoutVersion} were never written`);
    return decodeHold(reader);
  }

  isNext(record: HoldRecord): boolean {
    const { rows, past } = this.#parts;
    const row = rows.find(record.key);
    if (row !== NO_ROW || record.version === 1) return record.version === rows.versionOf(row) + 1;
    if (rows.isOverfull) throw new LimitReached('limits.holdRows is reached: no hold comes back');
    return record.version === past.versionOf(record.key) + 1;
  }

  apply(record: HoldRecord): void {
    const { rows, events, users } = this.#parts;
    const known = rows.find(record.key);
    const before = known === NO_ROW ? NOTHING : { state: rows.stateOf(known), expiresAtMs: rows.expiresAtMs(known) };
    const event = present(events.byNumber(record.eventNumber) ?? events.find(record.eventId), 'a hold is of a known event');
    const user = known === NO_ROW ? users.takeKnown(record.userNumber, record.userId) : rows.userOf(known);
    const row = rows.put(known, record, event.number, user);
    event.publicVersion++;
    event.publication.versionChanged();
    this.#carry(row, event, record, before);
  }

  restore(record: HoldRecord): void {
    const { rows, events, users } = this.#parts;
    const row = rows.find(record.key);
    if (rows.versionOf(row) >= record.version) return;
    rows.put(row, record, events.numberOf(record.eventId), row === NO_ROW ? users.take(record.userId) : rows.userOf(row));
  }

  forget(record: HoldRecord): void {
    const { rows, events, users, evicted } = this.#parts;
    const row = rows.find(record.key);
    if (row !== NO_ROW) {
      users.release(rows.userOf(row));
      rows.retire(row);
      rows.release(row);
    }
    evicted.add(events.numberOf(record.eventId), record.version);
  }

  rebuild(): void {
    const { rows, events } = this.#parts;
    for (let row = 0; row < rows.highWater; row++) {
      if (rows.versionOf(row) === 0) continue;
      const event = present(events.byNumber(rows.eventOf(row)), 'a hold is of a known event');
      event.publicVersion += rows.versionOf(row);
      this.#carry(row, event, this.#placesOf(row), NOTHING);
    }
  }

  scan(cursor: number, budget: number, visit: (record: HoldRecord) => void): number {
    const { rows } = this.#parts;
    const end = Math.min(cursor + budget, rows.highWater);
    for (let row = cursor; row < end; row++) if (rows.versionOf(row) > 0) visit(this.recordOf(row));
    return end < rows.highWater ? end : -1;
  }

  /** A hold goes when its last instant has passed as well: until then the queue of its section names it. */
  visitEnded(cursor: number, budget: number, untilMs: number, visit: (row: number, version: number) => void): number {
    const { rows } = this.#parts;
    if (cursor === 0) this.#leaving.release();
    const end = Math.min(cursor + budget, rows.highWater);
    for (let row = cursor; row < end; row++) {
      if (isEndedState(rows.stateOf(row)) && rows.changedAtMs(row) <= untilMs && rows.expiresAtMs(row) <= untilMs) visit(row, rows.versionOf(row));
    }
    return end < rows.highWater ? end : -1;
  }

  evict(row: number, version: number): boolean {
    const { rows, events, buyers, users, evicted } = this.#parts;
    if (rows.versionOf(row) !== version || !isEndedState(rows.stateOf(row))) return false;
    const event = present(events.byNumber(rows.eventOf(row)), 'a hold is of a known event');
    const sections: SectionState[] = [];
    forEachSection(event, this.#placesOf(row), (section) => {
      section.settle(epochMs(rows.expiresAtMs(row)));
      sections.push(section);
    });
    const user = rows.userOf(row);
    this.#leaving.add(row, sections);
    buyers.leave(user, event.number);
    users.release(user);
    evicted.add(event.number, version);
    return true;
  }

  /** The record that stands in a row. */
  recordOf(row: number, key = this.#parts.rows.keyOf(row)): HoldRecord {
    const { rows, events, users } = this.#parts;
    return {
      key,
      version: rows.versionOf(row),
      state: rows.stateOf(row),
      flags: rows.flagsOf(row),
      eventId: events.idOf(rows.eventOf(row)),
      userId: users.textOf(rows.userOf(row)),
      ...this.#placesOf(row),
      createdAtMs: rows.createdAtMs(row),
      expiresAtMs: rows.expiresAtMs(row),
      changedAtMs: rows.changedAtMs(row),
      extendedByMs: rows.extendedByMs(row),
      totalMinor: rows.totalMinor(row),
      eventNumber: rows.eventOf(row),
      userNumber: rows.userOf(row),
    };
  }

  #placesOf(row: number): Places {
    const { rows } = this.#parts;
    return { section: rows.sectionOf(row), quantity: rows.quantityOf(row), seats: rows.seatsOf(row) };
  }

  #carry(row: number, event: EventState, places: Places, before: Before): void {
    const { rows, buyers, movePlaces } = this.#parts;
    const state = rows.stateOf(row);
    const from = placeStateOf(before.state);
    const to = placeStateOf(state);
    if (from !== to) movePlaces(event, row, places, from, to);
    const wasLive = before.state === HELD_HOLD;
    const isLive = state === HELD_HOLD;
    if (from !== to) {
      const buyer = buyers.rowFor(rows.userOf(row), event.number);
      if (from === FREE) buyers.addPlaces(buyer, places.quantity);
      if (to === FREE) buyers.addPlaces(buyer, -places.quantity);
      if (isLive) buyers.addLive(buyer, row);
      if (wasLive) buyers.removeLive(buyer, row);
    }
    const expiresAtMs = rows.expiresAtMs(row);
    if (wasLive && isLive && expiresAtMs === before.expiresAtMs) return;
    if (wasLive) forEachSection(event, places, (section, count) => section.due.remove(before.expiresAtMs, count));
    if (isLive) forEachSection(event, places, (section, count) => this.#await(section, row, expiresAtMs, count));
  }

  #await(section: SectionState, row: number, untilMs: number, places: number): void {
    section.due.add(row, untilMs, places);
    this.#parts.wakes.schedule(section, untilMs);
  }
}

/** Where a hold in that state has its places. */
function placeStateOf(holdState: number): SeatCode {
  if (holdState === HELD_HOLD) return HELD;
  return holdState === COMMITTED_HOLD ? SOLD : FREE;
}

function forEachSection(event: EventState, places: Places, visit: (section: SectionState, count: number) => void): void {
  if (places.section !== SEVERAL_SECTIONS) {
    visit(event.section(places.section), places.quantity);
    return;
  }
  const counts = new Map<number, number>();
  for (const seat of places.seats) {
    const section = event.seats.sectionOf(seat);
    counts.set(section, (counts.get(section) ?? 0) + 1);
  }
  for (const [section, count] of counts) visit(event.section(section), count);
}
