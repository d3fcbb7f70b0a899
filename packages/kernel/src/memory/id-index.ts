import { invariant } from '../assert.ts';
import type { IdWords } from '../ids.ts';
import { NO_ROW, type RowStore } from './row-store.ts';

const SEGMENTS = 256;
const FIRST_CAPACITY = 16;
const EMPTY = 0;
/** Growing reads every row again, each from another place of the memory: by fours it does so less often than by twos, for more empty slots. */
const GROWTH = 4;

/**
 * Finds the row of a 128-bit key whose last words are uniform (an id's random bits, a digest). The key itself stands in the row, at
 * `keyOffset`, as four little-endian words.
 *
 * Open addressing with 4 bytes a slot, so that sixteen of them come with one line of the processor's cache, which is what a search among
 * hundreds of thousands costs: the row + 1 in as many bits as the greatest row needs, and bits of the key in the others, which tell nearly
 * every other key from the one that is looked for. At most every second slot is used, since most searches are for keys that are not there.
 *
 * It is cut into 256 segments that grow one at a time, so that no insertion copies more than a 256th of it.
 */
export class IdIndex {
  readonly #rows: RowStore;
  readonly #keyOffset: number;
  readonly #rowBits: number;
  readonly #rowMask: number;
  /** Made when their first key comes: an index that is hardly used costs hardly anything. */
  readonly #segments: (Int32Array | undefined)[];
  /** Keys in each segment. */
  readonly #sizes = new Int32Array(SEGMENTS);
  /** The last key that was looked for, and its row: a record is looked up three times on its way (decide, check, apply). */
  #lastKey: IdWords | undefined;
  #lastRow = NO_ROW;

  constructor(rows: RowStore, keyOffset = 0) {
    this.#rows = rows;
    this.#keyOffset = keyOffset;
    this.#rowBits = 32 - Math.clz32(rows.limit);
    invariant(this.#rowBits < 32, 'rows leave no bit for the key');
    this.#rowMask = 2 ** this.#rowBits - 1;
    this.#segments = new Array<Int32Array | undefined>(SEGMENTS).fill(undefined);
  }

  /** The row of the key, or `NO_ROW`. */
  find(key: IdWords): number {
    const last = this.#lastKey;
    if (last !== undefined && last.w3 === key.w3 && last.w2 === key.w2 && last.w1 === key.w1 && last.w0 === key.w0) return this.#lastRow;
    const slots = this.#segments[key.w3 >>> 24];
    const slot = slots === undefined ? NO_SLOT : this.#slotOf(slots, key);
    const row = slots === undefined || slot === NO_SLOT ? NO_ROW : this.#rowIn(slots, slot);
    this.#remember(key, row);
    return row;
  }

  /** Adds a row whose key is written already and is not in the index. */
  insert(key: IdWords, row: number): void {
    const segment = key.w3 >>> 24;
    const slots = this.#roomIn(segment);
    place(slots, key.w3, this.#entryOf(key, row));
    this.#sizes[segment] = (this.#sizes[segment] ?? 0) + 1;
    this.#remember(key, row);
  }

  /** Takes a key out, while its row still has it: a row is freed afterwards. A key that is not there changes nothing. */
  remove(key: IdWords): void {
    this.#lastKey = undefined;
    const segment = key.w3 >>> 24;
    const slots = this.#segments[segment];
    if (slots === undefined) return;
    const slot = this.#slotOf(slots, key);
    if (slot === NO_SLOT) return;
    this.#closeGap(slots, slot);
    this.#sizes[segment] = (this.#sizes[segment] ?? 0) - 1;
  }

  #slotOf(slots: Int32Array, key: IdWords): number {
    const mask = slots.length - 1;
    const bits = key.w2 << this.#rowBits;
    const rowMask = this.#rowMask;
    for (let i = key.w3 & mask; ; i = (i + 1) & mask) {
      const entry = slots[i] ?? EMPTY;
      if (entry === EMPTY) return NO_SLOT;
      if (((entry ^ bits) & ~rowMask) === 0 && this.#isKeyOf((entry & rowMask) - 1, key)) return i;
    }
  }

  #rowIn(slots: Int32Array, slot: number): number {
    return ((slots[slot] ?? EMPTY) & this.#rowMask) - 1;
  }

  #entryOf(key: IdWords, row: number): number {
    return (key.w2 << this.#rowBits) | (row + 1);
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

  /** The last word of a row's key. */
  #lastWordOf(row: number): number {
    return this.#rows.view(row).getInt32(this.#rows.offset(row) + this.#keyOffset + 12, true);
  }

  /** The segment's slots, with room for one key more. */
  #roomIn(segment: number): Int32Array {
    const slots = this.#segments[segment] ?? new Int32Array(FIRST_CAPACITY);
    const isFull = ((this.#sizes[segment] ?? 0) + 1) * 2 > slots.length;
    const roomy = isFull ? this.#grown(slots) : slots;
    this.#segments[segment] = roomy;
    return roomy;
  }

  #grown(slots: Int32Array): Int32Array {
    const larger = new Int32Array(slots.length * GROWTH);
    for (let i = 0; i < slots.length; i++) {
      const entry = slots[i] ?? EMPTY;
      if (entry !== EMPTY) place(larger, this.#lastWordOf(this.#rowIn(slots, i)), entry);
    }
    return larger;
  }

  /** Moves later entries of the run back over the hole, so that no search stops early (Knuth, vol. 3, 6.4, algorithm R). */
  #closeGap(slots: Int32Array, hole: number): void {
    const mask = slots.length - 1;
    let gap = hole;
    for (let i = (gap + 1) & mask; (slots[i] ?? EMPTY) !== EMPTY; i = (i + 1) & mask) {
      const home = this.#lastWordOf(this.#rowIn(slots, i)) & mask;
      if (((i - home) & mask) < ((i - gap) & mask)) continue;
      slots[gap] = slots[i] ?? EMPTY;
      gap = i;
    }
    slots[gap] = EMPTY;
  }
}

const NO_SLOT = -1;

function place(slots: Int32Array, lastWord: number, entry: number): void {
  const mask = slots.length - 1;
  let i = lastWord & mask;
  while ((slots[i] ?? EMPTY) !== EMPTY) i = (i + 1) & mask;
  slots[i] = entry;
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
