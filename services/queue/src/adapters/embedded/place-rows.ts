import { epochMs, formatId, IdIndex, NO_ROW, readKey, RowStore, writeKey, type EpochMs, type IdWords } from '@traffic-tacos/kernel';
import type { OwnerKind, Place, PlaceState } from '../../domain/place.ts';

const OWNER = 16;
const RESERVATION = 32;
const JOINED = 48;
const CHANGED = 56;
const TOKEN_EXPIRES = 64;
const VERSION = 72;
const ROOM = 76;
const ARRIVAL = 80;
const SLOT = 84;
const STATE = 88;
const LANE = 89;
const OWNER_KIND = 90;
const KEY_NUMBER = 91;
const BYTES = 96;

const OWNER_KINDS: readonly OwnerKind[] = ['visitor', 'label', 'account'];
const NOBODY: IdWords = { w0: 0, w1: 0, w2: 0, w3: 0 };

const CHUNK_BITS = 14;
const CHUNK = 1 << CHUNK_BITS;
const IN_CHUNK = CHUNK - 1;

/** Places as rows outside the heap, found by their id and by their owner; and beside each, never written down, when its owner was last heard of. */
export class PlaceRows {
  readonly #rows: RowStore;
  readonly #limit: number;
  readonly #byKey: IdIndex;
  readonly #byOwner: IdIndex;
  /** Two numbers a row: the instant of the last poll, and the pause that was given then. */
  readonly #presence: Float64Array[] = [];
  /** Four words a row: the signature of its waiting token, once that was seen; zeros before. */
  readonly #signatures: Int32Array[] = [];

  constructor(limit: number) {
    this.#limit = limit;
    // Recovery lays a snapshot and what was changed beside its walk over each other: for a moment there are those who went and those who came.
    this.#rows = new RowStore(BYTES, 2 * limit);
    this.#byKey = new IdIndex(this.#rows);
    this.#byOwner = new IdIndex(this.#rows, OWNER);
  }

  get live(): number {
    return this.#rows.live;
  }

  get isFull(): boolean {
    return this.#rows.live >= this.#limit;
  }

  get highWater(): number {
    return this.#rows.highWater;
  }

  find(key: IdWords): number {
    return this.#byKey.find(key);
  }

  /** The place of an owner that is not finished. */
  findOwner(owner: IdWords): number {
    return this.#byOwner.find(owner);
  }

  /** Puts a place in, or over its earlier version. The owner's index follows the place's life, which is the caller's to say. */
  put(place: Place, room: number): number {
    const known = this.#byKey.find(place.key);
    const row = known === NO_ROW ? this.#rows.allocate() : known;
    const view = this.#rows.view(row);
    const at = this.#rows.offset(row);
    if (known === NO_ROW) {
      writeKey(view, at, place.key);
      this.#byKey.insert(place.key, row);
      this.sign(row, NOBODY);
      writeKey(view, at + OWNER, place.owner);
      view.setUint32(at + ROOM, room, true);
      view.setUint32(at + ARRIVAL, place.arrival, true);
      view.setUint32(at + SLOT, place.arrival, true);
      view.setFloat64(at + JOINED, place.joinedAtMs, true);
      view.setUint8(at + LANE, place.lane);
      view.setUint8(at + OWNER_KIND, OWNER_KINDS.indexOf(place.ownerKind));
      view.setUint8(at + KEY_NUMBER, place.keyNumber);
    }
    writeKey(view, at + RESERVATION, place.reservation ?? NOBODY);
    view.setFloat64(at + TOKEN_EXPIRES, place.tokenExpiresAtMs, true);
    this.change(row, place.version, place.state, place.changedAtMs);
    return row;
  }

  change(row: number, version: number, state: PlaceState, changedAtMs: number): void {
    const view = this.#rows.view(row);
    const at = this.#rows.offset(row);
    view.setUint32(at + VERSION, version, true);
    view.setUint8(at + STATE, state);
    view.setFloat64(at + CHANGED, changedAtMs, true);
  }

  enterOwner(row: number): void {
    if (this.ownerKindOf(row) !== 'visitor') this.#byOwner.insert(this.ownerOf(row), row);
  }

  leaveOwner(row: number): void {
    if (this.ownerKindOf(row) !== 'visitor') this.#byOwner.remove(this.ownerOf(row));
  }

  free(row: number): void {
    this.#byKey.remove(this.keyOf(row));
    this.#rows.free(row);
  }

  /** Whole, as the journal has it. */
  read(row: number, eventId: string): Place {
    const reservation = this.#wordsAt(row, RESERVATION);
    const state = this.stateOf(row);
    return {
      key: this.keyOf(row), version: this.versionOf(row), eventId, lane: this.laneOf(row), ownerKind: this.ownerKindOf(row), owner: this.ownerOf(row),
      arrival: this.#u32(row, ARRIVAL), joinedAtMs: this.joinedAtMs(row), state, changedAtMs: this.changedAtMs(row),
      tokenExpiresAtMs: this.tokenExpiresAtMs(row), keyNumber: this.keyNumberOf(row), reservation: isNothing(reservation) ? undefined : reservation,
    };
  }

  keyOf = (row: number): IdWords => this.#wordsAt(row, 0);
  ownerOf = (row: number): IdWords => this.#wordsAt(row, OWNER);
  idOf = (row: number): string => formatId('wtk', this.keyOf(row));
  versionOf = (row: number): number => (row === NO_ROW ? 0 : this.#u32(row, VERSION));
  roomOf = (row: number): number => this.#u32(row, ROOM);
  arrivalOf = (row: number): number => this.#u32(row, ARRIVAL);
  slotOf = (row: number): number => this.#u32(row, SLOT);
  stateOf = (row: number): PlaceState => this.#u8(row, STATE) as PlaceState;
  laneOf = (row: number): number => this.#u8(row, LANE);
  keyNumberOf = (row: number): number => this.#u8(row, KEY_NUMBER);
  ownerKindOf = (row: number): OwnerKind => OWNER_KINDS[this.#u8(row, OWNER_KIND)] ?? 'visitor';
  joinedAtMs = (row: number): EpochMs => this.#instant(row, JOINED);
  changedAtMs = (row: number): EpochMs => this.#instant(row, CHANGED);
  tokenExpiresAtMs = (row: number): EpochMs => this.#instant(row, TOKEN_EXPIRES);

  setSlot(row: number, slot: number): void {
    this.#rows.view(row).setUint32(this.#rows.offset(row) + SLOT, slot, true);
  }

  /** The owner has been heard of, and was told to come back after the pause. */
  heard(row: number, nowMs: number, pollAfterMs: number): void {
    const presence = this.#presenceOf(row);
    const at = (row & IN_CHUNK) * 2;
    presence[at] = nowMs;
    presence[at + 1] = pollAfterMs;
  }

  sign(row: number, { w0, w1, w2, w3 }: IdWords): void {
    const chunk = row >>> CHUNK_BITS;
    while (this.#signatures.length <= chunk) this.#signatures.push(new Int32Array(CHUNK * 4));
    this.#signatures[chunk]?.set([w0, w1, w2, w3], (row & IN_CHUNK) * 4);
  }

  /** Whether that is the signature that was seen; undefined where none was. Every word is compared, whichever differs. */
  isSigned(row: number, { w0, w1, w2, w3 }: IdWords): boolean | undefined {
    const chunk = this.#signatures[row >>> CHUNK_BITS];
    const at = (row & IN_CHUNK) * 4;
    if (chunk === undefined) return undefined;
    const [a = 0, b = 0, c = 0, d = 0] = [chunk[at], chunk[at + 1], chunk[at + 2], chunk[at + 3]];
    if ((a | b | c | d) === 0) return undefined;
    return ((a ^ w0) | (b ^ w1) | (c ^ w2) | (d ^ w3)) === 0;
  }

  polledAtMs(row: number): number {
    return this.#presence[row >>> CHUNK_BITS]?.[(row & IN_CHUNK) * 2] ?? 0;
  }

  pollAfterMs(row: number): number {
    return this.#presence[row >>> CHUNK_BITS]?.[(row & IN_CHUNK) * 2 + 1] ?? 0;
  }

  #presenceOf(row: number): Float64Array {
    const chunk = row >>> CHUNK_BITS;
    while (this.#presence.length <= chunk) this.#presence.push(new Float64Array(CHUNK * 2));
    return this.#presence[chunk] ?? new Float64Array(CHUNK * 2);
  }

  #wordsAt(row: number, column: number): IdWords {
    return readKey(this.#rows.view(row), this.#rows.offset(row) + column);
  }

  #u32(row: number, column: number): number {
    return this.#rows.view(row).getUint32(this.#rows.offset(row) + column, true);
  }

  #u8(row: number, column: number): number {
    return this.#rows.view(row).getUint8(this.#rows.offset(row) + column);
  }

  #instant(row: number, column: number): EpochMs {
    return epochMs(this.#rows.view(row).getFloat64(this.#rows.offset(row) + column, true));
  }
}

const isNothing = ({ w0, w1, w2, w3 }: IdWords): boolean => (w0 | w1 | w2 | w3) === 0;
