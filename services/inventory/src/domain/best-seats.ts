import type { SeatBlock } from './seat-blocks.ts';

/** No block has room. */
export const NO_POSITION = -1;

/** Which positions can be had. */
export interface FreePositions {
  /** Thirty-two positions as bits, the lowest one for `position` itself; 0 beyond the end. */
  freeBits(position: number): number;
}

/** A row further back is as bad as two seats further from the middle. */
const ROW_WEIGHT = 2;
/** Leaving a single seat behind is worse than any place in the section. */
const ORPHAN_WEIGHT = 1e9;
const WINDOW_BITS = 32;

/**
 * Where the best `quantity` seats side by side begin, or `NO_POSITION`.
 *
 * The best ones leave no single free seat beside them, if that can be had anywhere in the section; of those, the ones with the least
 * `2 × row + distance of their middle from the row's middle`, so that the choice goes out from the front and centre; of equal ones, the
 * first. `blocks` come front row first, and each is looked through from its middle outwards, so the search ends as soon as nothing
 * better can come.
 */
export function bestPosition(blocks: readonly SeatBlock[], free: FreePositions, quantity: number): number {
  const search = new Search(free, quantity);
  for (const block of blocks) {
    if (block.row * ROW_WEIGHT > search.score) break;
    search.lookThrough(block);
  }
  return search.position;
}

class Search {
  readonly #free: FreePositions;
  readonly #quantity: number;
  /** Positions at which seats may begin that one look at the free bits tells of. */
  readonly #step: number;
  position = NO_POSITION;
  score = Number.POSITIVE_INFINITY;

  constructor(free: FreePositions, quantity: number) {
    this.#free = free;
    this.#quantity = quantity;
    this.#step = WINDOW_BITS - quantity + 1;
  }

  lookThrough(block: SeatBlock): void {
    const last = block.to - this.#quantity;
    if (last < block.from) return;
    const ideal = Math.min(Math.max(Math.floor(this.#startAtMiddle(block)), block.from), last);
    for (let from = ideal; from <= last && this.#placeOf(block, from) <= this.score; from += this.#step) {
      this.#look(block, from, Math.min(from + this.#step, last + 1));
    }
    for (let to = ideal; to > block.from && this.#placeOf(block, to - 1) <= this.score; to -= this.#step) {
      this.#look(block, Math.max(to - this.#step, block.from), to);
    }
  }

  /** Looks at all seats that begin from `from` up to, not including, `to`. */
  #look(block: SeatBlock, from: number, to: number): void {
    const inside = to - from === WINDOW_BITS ? -1 : (1 << (to - from)) - 1;
    for (let starts = startsIn(this.#free.freeBits(from), this.#quantity) & inside; starts !== 0; starts &= starts - 1) {
      const position = from + lowestBit(starts);
      const place = this.#placeOf(block, position);
      if (place > this.score) continue;
      const score = place + ORPHAN_WEIGHT * orphansBeside(block, this.#free, position, this.#quantity);
      if (score > this.score || (score === this.score && position > this.position)) continue;
      this.position = position;
      this.score = score;
    }
  }

  #placeOf(block: SeatBlock, position: number): number {
    return block.row * ROW_WEIGHT + Math.abs(position - this.#startAtMiddle(block));
  }

  #startAtMiddle(block: SeatBlock): number {
    return block.middle - (this.#quantity - 1) / 2;
  }
}

/** The most seats side by side that can be had, up to `most`. */
export function mostTogether(blocks: readonly SeatBlock[], free: FreePositions, most: number): number {
  let together = most;
  while (together > 0 && bestPosition(blocks, free, together) === NO_POSITION) together--;
  return together;
}

/**
 * Positions of `quantity` seats that may lie apart: the largest pieces that can be had, each where it is best; undefined when fewer are
 * free.
 */
export function bestApart(blocks: readonly SeatBlock[], free: FreePositions, quantity: number): readonly number[] | undefined {
  const taken: number[] = [];
  const left: FreePositions = { freeBits: (position) => free.freeBits(position) & ~bitsOf(taken, position) };
  while (taken.length < quantity) {
    const piece = mostTogether(blocks, left, quantity - taken.length);
    if (piece === 0) return undefined;
    const from = bestPosition(blocks, left, piece);
    for (let i = 0; i < piece; i++) taken.push(from + i);
  }
  return taken;
}

/** The positions of a list as bits, as `freeBits` shows them. */
export function bitsOf(positions: readonly number[], from: number): number {
  let bits = 0;
  for (const position of positions) if (position >= from && position < from + WINDOW_BITS) bits |= 1 << (position - from);
  return bits;
}

/** The bits at which `quantity` set bits begin. */
function startsIn(bits: number, quantity: number): number {
  let starts = bits;
  for (let i = 1; i < quantity; i++) starts &= bits >>> i;
  return starts;
}

/** How many free seats would stand alone beside the chosen ones. */
function orphansBeside(block: SeatBlock, free: FreePositions, position: number, quantity: number): number {
  const isFree = (at: number): boolean => at >= block.from && at < block.to && (free.freeBits(at) & 1) === 1;
  const end = position + quantity;
  const before = isFree(position - 1) && !isFree(position - 2) ? 1 : 0;
  return isFree(end) && !isFree(end + 1) ? before + 1 : before;
}

const lowestBit = (bits: number): number => 31 - Math.clz32(bits & -bits);
