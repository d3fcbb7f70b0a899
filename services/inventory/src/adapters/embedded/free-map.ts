const BITS = 32;

/** Which positions are free, a bit each. */
export class FreeMap {
  readonly #words: Uint32Array;

  /** `size` positions, none of them free. */
  constructor(size: number) {
    this.#words = new Uint32Array(Math.ceil(size / BITS));
  }

  set(position: number): void {
    const word = position >>> 5;
    this.#words[word] = (this.#words[word] ?? 0) | (1 << (position & 31));
  }

  clear(position: number): void {
    const word = position >>> 5;
    this.#words[word] = (this.#words[word] ?? 0) & ~(1 << (position & 31));
  }

  /** Thirty-two positions as bits, the lowest one for `position` itself; 0 beyond the end. */
  bits(position: number): number {
    const word = position >>> 5;
    const shift = position & 31;
    const low = (this.#words[word] ?? 0) >>> shift;
    return shift === 0 ? low | 0 : low | ((this.#words[word + 1] ?? 0) << (BITS - shift));
  }
}
