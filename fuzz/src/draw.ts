import { SeededRandom } from '@traffic-tacos/kernel';

/** Seeded draws. Two with equal numbers draw the same, so whatever is made from one can be made again. */
export class Draw {
  readonly #random: SeededRandom;

  constructor(...numbers: readonly number[]) {
    this.#random = new SeededRandom(mix(numbers));
  }

  /** 32 bits. */
  u32 = (): number => this.#random.u32();

  /** A whole number from 0 to `bound - 1`. */
  below = (bound: number): number => this.#random.below(bound);

  /** True in `percent` of 100 draws. */
  chance = (percent: number): boolean => this.#random.below(10_000) < percent * 100;

  pick<T>(items: readonly [T, ...T[]]): T;
  pick<T>(items: readonly T[]): T | undefined;
  pick<T>(items: readonly T[]): T | undefined {
    return items[this.#random.below(items.length)];
  }

  /** One of the items, each as often as its weight says. */
  weighted<T extends { readonly weight: number }>(items: readonly T[]): T | undefined {
    let left = this.#random.below(items.reduce((sum, { weight }) => sum + weight, 0));
    return items.find(({ weight }) => (left -= weight) < 0);
  }

  bytes(length: number): Buffer {
    return Buffer.from(Array.from({ length }, () => this.#random.below(256)));
  }
}

/** Numbers that differ in one bit lead to states that have nothing in common. */
function mix(numbers: readonly number[]): number {
  let hash = 0x811c9dc5;
  for (const number of numbers) {
    hash = Math.imul(hash ^ (number >>> 0), 0x01000193);
    hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
    hash ^= hash >>> 13;
  }
  return hash >>> 0;
}
