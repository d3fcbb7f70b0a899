import {
  IdIndex,
  NO_ROW,
  RowStore,
  invariant,
  readKey,
  writeKey,
  type AmountMinor,
  type DurationMs,
  type EpochMs,
  type IdWords,
} from '@traffic-tacos/kernel';
import type { LiveHolds, SeatSections } from './due-holds.ts';
import { HELD_HOLD, SEVERAL_SECTIONS, type HoldRecord } from './hold-record.ts';

const KEY = 0;
const EVENT = 16;
const USER = 20;
const VERSION = 24;
const SECTION = 28;
const CREATED_AT = 32;
const EXPIRES_AT = 40;
const CHANGED_AT = 48;
const TOTAL = 56;
const EXTENDED_BY = 64;
const NEXT_OF_BUYER = 68;
const PREVIOUS_OF_BUYER = 72;
const STATE = 76;
const FLAGS = 77;
const QUANTITY = 78;
const SEATS = 80;
/** In the first seat's slot: the hold is of a pool. */
const NO_SEATS = 0xffff_ffff;

/** Bytes of one row: 120 with 10 seats a hold. */
export const bytesPerHold = (seatsPerHold: number): number => Math.ceil((SEATS + 4 * seatsPerHold) / 8) * 8;

/** The holds' rows and their index by reservation id: facts only, nothing derived but the links of a buyer's live holds. */
export class HoldRows implements LiveHolds {
  readonly limit: number;
  readonly #rows: RowStore;
  readonly #index: IdIndex;
  readonly #seatsPerHold: number;

  constructor(limit: number, seatsPerHold: number) {
    this.limit = limit;
    // What comes back from the history to be changed, and what recovery meets before the history had it, finds room beyond the limit.
    this.#rows = new RowStore(bytesPerHold(seatsPerHold), limit * 2);
    this.#index = new IdIndex(this.#rows, KEY);
    this.#seatsPerHold = seatsPerHold;
  }

  get isFull(): boolean {
    return this.#rows.live >= this.limit;
  }

  /** Whether there is no row left even for what comes back. */
  get isOverfull(): boolean {
    return this.#rows.isFull;
  }

  get live(): number {
    return this.#rows.live;
  }

  /** Every row is below it. */
  get highWater(): number {
    return this.#rows.highWater;
  }

  /** The row of the key, or `NO_ROW`. */
  find(key: IdWords): number {
    return this.#index.find(key);
  }

  /** Writes a record into its row, a new one where there is none; the buyer's links stay as they are. */
  put(row: number, record: HoldRecord, event: number, user: number): number {
    invariant(record.seats.length <= this.#seatsPerHold, 'a hold of more seats than limits.seatsPerHold: raise that limit again');
    const at = row === NO_ROW ? this.#rows.allocate() : row;
    const view = this.#rows.view(at);
    const offset = this.#rows.offset(at);
    view.setUint32(offset + EVENT, event, true);
    view.setUint32(offset + USER, user, true);
    view.setUint32(offset + VERSION, record.version, true);
    view.setUint32(offset + SECTION, record.section, true);
    view.setFloat64(offset + CREATED_AT, record.createdAtMs, true);
    view.setFloat64(offset + EXPIRES_AT, record.expiresAtMs, true);
    view.setFloat64(offset + CHANGED_AT, record.changedAtMs, true);
    view.setFloat64(offset + TOTAL, record.totalMinor, true);
    view.setUint32(offset + EXTENDED_BY, record.extendedByMs, true);
    view.setUint8(offset + STATE, record.state);
    view.setUint8(offset + FLAGS, record.flags);
    view.setUint16(offset + QUANTITY, record.quantity, true);
    for (let i = 0; i < record.seats.length; i++) view.setUint32(offset + SEATS + 4 * i, record.seats[i] ?? 0, true);
    if (row === NO_ROW) {
      if (record.seats.length === 0) view.setUint32(offset + SEATS, NO_SEATS, true);
      writeKey(view, offset + KEY, record.key);
      this.#index.insert(record.key, at);
    }
    return at;
  }

  /** The row is not found any more, and reads as empty; it is not given away before `release`. */
  retire(row: number): void {
    this.#index.remove(this.keyOf(row));
    const view = this.#rows.view(row);
    view.setUint32(this.#rows.offset(row) + VERSION, 0, true);
    view.setUint8(this.#rows.offset(row) + STATE, 0);
  }

  release(row: number): void {
    this.#rows.free(row);
  }

  keyOf(row: number): IdWords {
    return readKey(this.#rows.view(row), this.#rows.offset(row) + KEY);
  }

  eventOf(row: number): number {
    return this.#u32(row, EVENT);
  }

  userOf(row: number): number {
    return this.#u32(row, USER);
  }

  versionOf(row: number): number {
    return (row === NO_ROW ? 0 : this.#u32(row, VERSION));
  }

  sectionOf(row: number): number {
    return this.#u32(row, SECTION);
  }

  extendedByMs(row: number): DurationMs {
    return this.#u32(row, EXTENDED_BY) as DurationMs;
  }

  nextOfBuyer(row: number): number {
    return this.#u32(row, NEXT_OF_BUYER) - 1;
  }

  previousOfBuyer(row: number): number {
    return this.#u32(row, PREVIOUS_OF_BUYER) - 1;
  }

  createdAtMs(row: number): EpochMs {
    return this.#f64(row, CREATED_AT) as EpochMs;
  }

  expiresAtMs(row: number): EpochMs {
    return this.#f64(row, EXPIRES_AT) as EpochMs;
  }

  changedAtMs(row: number): EpochMs {
    return this.#f64(row, CHANGED_AT) as EpochMs;
  }

  totalMinor(row: number): AmountMinor {
    return this.#f64(row, TOTAL) as AmountMinor;
  }

  stateOf(row: number): number {
    return this.#rows.view(row).getUint8(this.#rows.offset(row) + STATE);
  }

  flagsOf(row: number): number {
    return this.#rows.view(row).getUint8(this.#rows.offset(row) + FLAGS);
  }

  quantityOf(row: number): number {
    return this.#rows.view(row).getUint16(this.#rows.offset(row) + QUANTITY, true);
  }

  hasSeats(row: number): boolean {
    return this.#u32(row, SEATS) !== NO_SEATS;
  }

  /** The seat numbers, in the order asked for. */
  seatsOf(row: number): readonly number[] {
    if (!this.hasSeats(row)) return [];
    const seats: number[] = [];
    for (let i = 0; i < this.quantityOf(row); i++) seats.push(this.#u32(row, SEATS + 4 * i));
    return seats;
  }

  /** Whether the hold stands and nobody has ended it, be it over or not. */
  isHeld(row: number): boolean {
    return this.stateOf(row) === HELD_HOLD;
  }

  liveUntilMs(row: number): number | undefined {
    return this.isHeld(row) ? this.expiresAtMs(row) : undefined;
  }

  placesIn(row: number, section: number, seats: SeatSections): number {
    const own = this.sectionOf(row);
    if (own !== SEVERAL_SECTIONS) return own === section ? this.quantityOf(row) : 0;
    return this.seatsOf(row).filter((seat) => seats.sectionOf(seat) === section).length;
  }

  linkOfBuyer(row: number, previous: number, next: number): void {
    const view = this.#rows.view(row);
    const offset = this.#rows.offset(row);
    view.setUint32(offset + NEXT_OF_BUYER, next + 1, true);
    view.setUint32(offset + PREVIOUS_OF_BUYER, previous + 1, true);
  }

  #u32(row: number, column: number): number {
    return this.#rows.view(row).getUint32(this.#rows.offset(row) + column, true);
  }

  #f64(row: number, column: number): number {
    return this.#rows.view(row).getFloat64(this.#rows.offset(row) + column, true);
  }
}
