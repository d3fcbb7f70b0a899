/** Where unguessable or seeded numbers come from. */
export interface Random {
  /** 32 bits, uniform, as an unsigned integer. */
  u32(): number;
}

/**
 * A seeded generator (xoshiro128**, Blackman and Vigna 2018), for tests, the simulator and the seedable payment scenarios.
 * Its numbers are guessable: never use it for ids or tokens that leave the process.
 */
export class SeededRandom implements Random {
  #a: number;
  #b: number;
  #c: number;
  #d: number;

  constructor(seed: number) {
    // SplitMix32 spreads a small seed over the 128 bits of state.
    let x = seed >>> 0;
    const next = (): number => {
      x = (x + 0x9e3779b9) >>> 0;
      let z = x;
      z = Math.imul(z ^ (z >>> 16), 0x85ebca6b);
      z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
      return (z ^ (z >>> 16)) >>> 0;
    };
    this.#a = next();
    this.#b = next();
    this.#c = next();
    this.#d = next();
  }

  u32(): number {
    const product = Math.imul(this.#b, 5);
    const result = Math.imul((product << 7) | (product >>> 25), 9) >>> 0;
    const shifted = this.#b << 9;
    this.#c ^= this.#a;
    this.#d ^= this.#b;
    this.#b ^= this.#c;
    this.#a ^= this.#d;
    this.#c ^= shifted;
    this.#d = (this.#d << 11) | (this.#d >>> 21);
    return result;
  }

  /** A whole number from 0 to `bound - 1`. The bias of the remainder is below 2^-20 for bounds up to 4,096. */
  below(bound: number): number {
    return this.u32() % bound;
  }
}
