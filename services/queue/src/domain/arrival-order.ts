import { invariant } from '@traffic-tacos/kernel';

const BLOCK_BITS = 10;
const BLOCK_SLOTS = 1 << BLOCK_BITS;
const SLOT_IN_BLOCK = BLOCK_SLOTS - 1;
const WORDS = BLOCK_SLOTS / 32;
/** In a block's array: bits of who stands here, bits of who is awake, and the row of each slot. */
const AWAKE = WORDS;
const ROWS = 2 * WORDS;

/** No slot. */
export const NO_SLOT = -1;

/**
 * The line of one lane: who stands where, in the order of their slots.
 *
 * Goals: how many stand ahead of a slot, in the logarithm of the arrivals; the first one who is awake, without looking at those who are not;
 * some 4.3 bytes a slot outside the heap; a slot keeps its number for ever, so nothing is renumbered and an order survives a restart.
 * Non-goals: who they are, and why they left. A slot is awake when its owner may be let in as far as the line knows.
 */
export class ArrivalOrder {
  readonly #blocks: (Uint32Array | undefined)[] = [];
  /** People in each block, and of them those awake. */
  #present = new Int32Array(4);
  #awake = new Int32Array(4);
  /** Prefix sums of `#present` (P. Fenwick, 1994), from index 1. */
  #sums = new Int32Array(5);
  #size = 0;
  #awakeSize = 0;

  /** People in the line. */
  get size(): number {
    return this.#size;
  }

  /** Of those, the ones awake. */
  get awake(): number {
    return this.#awakeSize;
  }

  /** Puts a row into an empty slot, awake. */
  put(slot: number, row: number): void {
    const block = this.#blockFor(slot >>> BLOCK_BITS);
    const at = slot & SLOT_IN_BLOCK;
    invariant(!isSet(block, 0, at), 'two people in one slot');
    set(block, 0, at);
    set(block, AWAKE, at);
    block[ROWS + at] = row;
    this.#count(slot >>> BLOCK_BITS, 1);
    this.#countAwake(slot >>> BLOCK_BITS, 1);
    this.#size++;
  }

  /** Takes a slot's owner out for good. */
  remove(slot: number): void {
    const block = this.#blocks[slot >>> BLOCK_BITS];
    const at = slot & SLOT_IN_BLOCK;
    invariant(block !== undefined && isSet(block, 0, at), 'nobody is in this slot');
    this.sleep(slot);
    clear(block, 0, at);
    this.#count(slot >>> BLOCK_BITS, -1);
    this.#size--;
    if ((this.#present[slot >>> BLOCK_BITS] ?? 0) === 0) this.#blocks[slot >>> BLOCK_BITS] = undefined;
  }

  /** How many stand before the slot. */
  ahead(slot: number): number {
    const block = slot >>> BLOCK_BITS;
    let sum = 0;
    for (let i = block; i > 0; i -= i & -i) sum += this.#sums[i] ?? 0;
    const bits = this.#blocks[block];
    return bits === undefined ? sum : sum + bitsBefore(bits, slot & SLOT_IN_BLOCK);
  }

  /** Whether somebody stands in the slot. */
  has(slot: number): boolean {
    const block = this.#blocks[slot >>> BLOCK_BITS];
    return block !== undefined && isSet(block, 0, slot & SLOT_IN_BLOCK);
  }

  rowAt(slot: number): number {
    return this.#blocks[slot >>> BLOCK_BITS]?.[ROWS + (slot & SLOT_IN_BLOCK)] ?? 0;
  }

  wake(slot: number): void {
    const block = this.#blocks[slot >>> BLOCK_BITS];
    const at = slot & SLOT_IN_BLOCK;
    if (block === undefined || !isSet(block, 0, at) || isSet(block, AWAKE, at)) return;
    set(block, AWAKE, at);
    this.#countAwake(slot >>> BLOCK_BITS, 1);
  }

  sleep(slot: number): void {
    const block = this.#blocks[slot >>> BLOCK_BITS];
    const at = slot & SLOT_IN_BLOCK;
    if (block === undefined || !isSet(block, AWAKE, at)) return;
    clear(block, AWAKE, at);
    this.#countAwake(slot >>> BLOCK_BITS, -1);
  }

  /** The first slot from `from` on whose owner is awake, or `NO_SLOT`. */
  nextAwake(from: number): number {
    const last = this.#blocks.length;
    for (let index = from >>> BLOCK_BITS, at = from & SLOT_IN_BLOCK; index < last; index++, at = 0) {
      const block = this.#blocks[index];
      if (block === undefined || (this.#awake[index] ?? 0) === 0) continue;
      const found = firstSet(block, AWAKE, at);
      if (found !== NO_SLOT) return (index << BLOCK_BITS) + found;
    }
    return NO_SLOT;
  }

  /** The first slot from `from` on in which anybody stands, or `NO_SLOT`. */
  nextPresent(from: number): number {
    for (let index = from >>> BLOCK_BITS, at = from & SLOT_IN_BLOCK; index < this.#blocks.length; index++, at = 0) {
      const block = this.#blocks[index];
      const found = block === undefined ? NO_SLOT : firstSet(block, 0, at);
      if (found !== NO_SLOT) return (index << BLOCK_BITS) + found;
    }
    return NO_SLOT;
  }

  #blockFor(index: number): Uint32Array {
    const known = this.#blocks[index];
    if (known !== undefined) return known;
    while (this.#blocks.length <= index) this.#blocks.push(undefined);
    if (index >= this.#present.length) this.#grow(index + 1);
    const made = new Uint32Array(ROWS + BLOCK_SLOTS);
    this.#blocks[index] = made;
    return made;
  }

  #grow(atLeast: number): void {
    const capacity = Math.max(atLeast, this.#present.length * 2);
    const present = new Int32Array(capacity);
    present.set(this.#present);
    const awake = new Int32Array(capacity);
    awake.set(this.#awake);
    const sums = new Int32Array(capacity + 1);
    for (let i = 1; i <= capacity; i++) {
      sums[i] = (sums[i] ?? 0) + (present[i - 1] ?? 0);
      const parent = i + (i & -i);
      if (parent <= capacity) sums[parent] = (sums[parent] ?? 0) + (sums[i] ?? 0);
    }
    this.#present = present;
    this.#awake = awake;
    this.#sums = sums;
  }

  #countAwake(block: number, by: number): void {
    add(this.#awake, block, by);
    this.#awakeSize += by;
  }

  #count(block: number, by: number): void {
    add(this.#present, block, by);
    for (let i = block + 1; i < this.#sums.length; i += i & -i) add(this.#sums, i, by);
  }
}

function add(counts: Int32Array, at: number, by: number): void {
  counts[at] = (counts[at] ?? 0) + by;
}

const isSet = (block: Uint32Array, from: number, at: number): boolean => (((block[from + (at >>> 5)] ?? 0) >>> (at & 31)) & 1) === 1;

function set(block: Uint32Array, from: number, at: number): void {
  const word = from + (at >>> 5);
  block[word] = (block[word] ?? 0) | (1 << (at & 31));
}

function clear(block: Uint32Array, from: number, at: number): void {
  const word = from + (at >>> 5);
  block[word] = (block[word] ?? 0) & ~(1 << (at & 31));
}

function bitsBefore(block: Uint32Array, at: number): number {
  const word = at >>> 5;
  let bits = 0;
  for (let i = 0; i < word; i++) bits += ones(block[i] ?? 0);
  const rest = at & 31;
  return rest === 0 ? bits : bits + ones(((block[word] ?? 0) << (32 - rest)) >>> 0);
}

function firstSet(block: Uint32Array, from: number, at: number): number {
  let word = at >>> 5;
  let bits = (block[from + word] ?? 0) & (-1 << (at & 31));
  for (;;) {
    if (bits !== 0) return word * 32 + (31 - Math.clz32(bits & -bits));
    word++;
    if (word >= WORDS) return NO_SLOT;
    bits = block[from + word] ?? 0;
  }
}

/** Bits that are one, counted side by side (H. Warren, Hacker's Delight, 5-1). */
function ones(word: number): number {
  let x = word - ((word >>> 1) & 0x55555555);
  x = (x & 0x33333333) + ((x >>> 2) & 0x33333333);
  return Math.imul((x + (x >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
