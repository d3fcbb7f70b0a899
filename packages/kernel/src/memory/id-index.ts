import type { IdWords } from '../ids.ts';
import { NO_ROW, type RowStore } from './row-store.ts';

const SEGMENTS = 256;
const FIRST_CAPACITY = 16;
const EMPTY = 0;

/** Open addressing: `slots[2i]` is the key's last word, `slots[2i + 1]` the row + 1 (0: empty). */
interface Segment {
  slots: Int32Array;
  size: number;
}

/**
 * Finds the row of a 128-bit key whose last word is uniform (an id's random bits, a digest). The key itself stands in the row, at
 * `keyOffset`, as four little-endian words; the index keeps 8 bytes a slot, and at most every second slot is used, since most searches are for keys that are not there.
 *
 * It is cut into 256 segments that grow one at a time, so that no insertion copies more than a 256th of it.
 */
export class IdIndex {
  readonly #rows: RowStore;
  readonly #keyOffset: number;
  /** Made when their first key comes: an index that is hardly used costs hardly anything. */
  readonly #segments: (Segment | undefined)[];
  /** The last key that was looked for, and its row: a record is looked up three times on its way (decide, check, apply). */
  #lastKey: IdWords | undefined;
  #lastRow = NO_ROW;

  constructor(rows: RowStore, keyOffset = 0) {
    this.#rows = rows;
    this.#keyOffset = keyOffset;
    this.#segments = new Array<Segment | undefined>(SEGMENTS).fill(undefined);
  }

  /** The row of the key, or `NO_ROW`. */
  find(key: IdWords): number {
    const last = this.#lastKey;
    if (last !== undefined && last.w3 === key.w3 && last.w2 === key.w2 && last.w1 === key.w1 && last.w0 === key.w0) return this.#lastRow;
    const row = this.#search(key);
    this.#remember(key, row);
    return row;
  }

  /** Adds a row whose key is written already and is not in the index. */
  insert(key: IdWords, row: number): void {
    const segment = this.#segmentFor(key.w3);
    if ((segment.size + 1) * 4 > segment.slots.length) grow(segment);
    place(segment.slots, key.w3, row);
    segment.size++;
    this.#remember(key, row);
  }

  /** Takes a key out. A key that is not there changes nothing. */
  remove(key: IdWords): void {
    this.#lastKey = undefined;
    const segment = this.#segments[key.w3 >>> 24];
    if (segment === undefined) return;
    const { slots } = segment;
    const mask = slots.length / 2 - 1;
    for (let i = key.w3 & mask; ; i = (i + 1) & mask) {
      const row = (slots[2 * i + 1] ?? EMPTY) - 1;
      if (row === EMPTY - 1) return;
      if (slots[2 * i] === key.w3 && this.#isKeyOf(row, key)) {
        closeGap(slots, i, mask);
        segment.size--;
        return;
      }
    }
  }

  #search(key: IdWords): number {
    const segment = this.#segments[key.w3 >>> 24];
    if (segment === undefined) return NO_ROW;
    const { slots } = segment;
    const mask = slots.length / 2 - 1;
    const tag = key.w3;
    for (let i = key.w3 & mask; ; i = (i + 1) & mask) {
      const row = (slots[2 * i + 1] ?? EMPTY) - 1;
      if (row === EMPTY - 1) return NO_ROW;
      if (slots[2 * i] === tag && this.#isKeyOf(row, key)) return row;
    }
  }

  #remember(key: IdWords, row: number): void {
    this.#lastKey = key;
    this.#lastRow = row;
  }

  #isKeyOf(row: number, key: IdWords): boolean {
    const view = this.#rows.view(row);
    const at = this.#rows.offset(row) + this.#keyOffset;
    return (
      view.getInt32(at + 12, true) === key.w3 &&
      view.getInt32(at + 8, true) === key.w2 &&
      view.getInt32(at + 4, true) === key.w1 &&
      view.getInt32(at, true) === key.w0
    );
  }

  #segmentFor(w3: number): Segment {
    const known = this.#segments[w3 >>> 24];
    if (known !== undefined) return known;
    const segment: Segment = { slots: new Int32Array(FIRST_CAPACITY * 2), size: 0 };
    this.#segments[w3 >>> 24] = segment;
    return segment;
  }
}

/** Writes a key where a row's key stands. */
export function writeKey(view: DataView, at: number, key: IdWords): void {
  view.setInt32(at, key.w0, true);
  view.setInt32(at + 4, key.w1, true);
  view.setInt32(at + 8, key.w2, true);
  view.setInt32(at + 12, key.w3, true);
}

/** Reads a key from where a row's key stands. */
export function readKey(view: DataView, at: number): IdWords {
  return {
    w0: view.getInt32(at, true),
    w1: view.getInt32(at + 4, true),
    w2: view.getInt32(at + 8, true),
    w3: view.getInt32(at + 12, true),
  };
}

const slotAt = (slots: Int32Array, index: number): number => slots[index] ?? EMPTY;

function place(slots: Int32Array, tag: number, row: number): void {
  const mask = slots.length / 2 - 1;
  let i = tag & mask;
  while (slotAt(slots, 2 * i + 1) !== EMPTY) i = (i + 1) & mask;
  slots[2 * i] = tag;
  slots[2 * i + 1] = row + 1;
}

function grow(segment: Segment): void {
  const old = segment.slots;
  segment.slots = new Int32Array(old.length * 2);
  for (let i = 0; i < old.length; i += 2) {
    const row = slotAt(old, i + 1) - 1;
    if (row !== EMPTY - 1) place(segment.slots, slotAt(old, i), row);
  }
}

/** Moves later entries of the run back over the hole, so that no search stops early (Knuth, vol. 3, 6.4, algorithm R). */
function closeGap(slots: Int32Array, hole: number, mask: number): void {
  let gap = hole;
  for (let i = (gap + 1) & mask; slotAt(slots, 2 * i + 1) !== EMPTY; i = (i + 1) & mask) {
    const home = slotAt(slots, 2 * i) & mask;
    if (((i - home) & mask) < ((i - gap) & mask)) continue;
    slots[2 * gap] = slotAt(slots, 2 * i);
    slots[2 * gap + 1] = slotAt(slots, 2 * i + 1);
    gap = i;
  }
  slots[2 * gap] = EMPTY;
  slots[2 * gap + 1] = EMPTY;
}
