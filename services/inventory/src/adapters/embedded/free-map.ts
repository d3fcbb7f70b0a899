const BITS = 32;

/**
 * Which positions are free, as bits with an index of words that are not empty above them, and an index of that above it: the next
 * free position of a million is found by looking at a handful of words, however many before it are taken.
 */
export class FreeMap {
  readonly #levels: readonly Uint32Array[];

  /** `size` positions, none of them free. */
  constructor(size: number) {
    const levels: Uint32Array[] = [];
    let words = Math.max(size, 1);
    do {
      words = Math.ceil(words / BITS);
      levels.push(new Uint32Array(words));
    } while (words > 1);
    this.#levels = levels;
  }

  set(position: number): void {
    let at = position;
    for (const words of this.#levels) {
      const word = at >>> 5;
      words[word] = (words[word] ?? 0) | (1 << (at & 31));
      at = word;
    }
  }

  clear(position: number): void {
    let at = position;
    for (const words of this.#levels) {
      const word = at >>> 5;
      const left = (words[word] ?? 0) & ~(1 << (at & 31));
      words[word] = left;
      if (left !== 0) return;
      at = word;
    }
  }

  /** The first free position from `position` on, or -1. */
  next(position: number): number {
    let at = position;
    for (let level = 0; level < this.#levels.length; level++) {
      const word = at >>> 5;
      const bits = this.#word(level, word) & (-1 << (at & 31));
      if (bits !== 0) return this.#descend(level, word * BITS + lowestBit(bits));
      at = word + 1;
    }
    return -1;
  }

  #descend(level: number, index: number): number {
    let at = index;
    for (let below = level - 1; below >= 0; below--) at = at * BITS + lowestBit(this.#word(below, at));
    return at;
  }

  #word(level: number, index: number): number {
    return this.#levels[level]?.[index] ?? 0;
  }
}

const lowestBit = (bits: number): number => 31 - Math.clz32(bits & -bits);
