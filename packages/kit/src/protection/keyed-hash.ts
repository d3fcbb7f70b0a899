import type { Random } from '@traffic-tacos/kernel';

/**
 * A hash of short texts under a key that only this process knows, so that nobody can choose a text that shares another's place:
 * HalfSipHash-1-3 (Aumasson and Bernstein) with 64 bits of output. The two halves stay in fields, since an object for each text would cost more than the
 * hash.
 */
export class KeyedHash {
  readonly #key0: number;
  readonly #key1: number;
  #v0 = 0;
  #v1 = 0;
  #v2 = 0;
  #v3 = 0;
  /** The halves of the last text, as unsigned 32-bit numbers. */
  low = 0;
  high = 0;

  constructor(random: Random) {
    this.#key0 = random.u32() | 0;
    this.#key1 = random.u32() | 0;
  }

  /** Texts of different kinds are told apart. Two code units make one word. */
  hash(kind: number, text: string): void {
    this.#v0 = this.#key0;
    this.#v1 = this.#key1 ^ 0xee;
    this.#v2 = 0x6c796765 ^ this.#key0;
    this.#v3 = 0x74656462 ^ this.#key1;
    const { length } = text;
    for (let i = 0; i < length; i += 2) this.#absorb(text.charCodeAt(i) | (i + 1 < length ? text.charCodeAt(i + 1) << 16 : 0));
    this.#absorb((length << 8) | (kind & 0xff));
    this.#v2 ^= 0xee;
    this.#mix();
    this.#mix();
    this.#mix();
    this.low = (this.#v1 ^ this.#v3) >>> 0;
    this.#v1 ^= 0xdd;
    this.#mix();
    this.#mix();
    this.#mix();
    this.high = (this.#v1 ^ this.#v3) >>> 0;
  }

  #absorb(word: number): void {
    this.#v3 ^= word;
    this.#mix();
    this.#v0 ^= word;
  }

  #mix(): void {
    let v0 = (this.#v0 + this.#v1) | 0;
    let v1 = ((this.#v1 << 5) | (this.#v1 >>> 27)) ^ v0;
    v0 = (v0 << 16) | (v0 >>> 16);
    let v2 = (this.#v2 + this.#v3) | 0;
    let v3 = ((this.#v3 << 8) | (this.#v3 >>> 24)) ^ v2;
    v0 = (v0 + v3) | 0;
    v3 = ((v3 << 7) | (v3 >>> 25)) ^ v0;
    v2 = (v2 + v1) | 0;
    v1 = ((v1 << 13) | (v1 >>> 19)) ^ v2;
    v2 = (v2 << 16) | (v2 >>> 16);
    this.#v0 = v0;
    this.#v1 = v1;
    this.#v2 = v2;
    this.#v3 = v3;
  }
}
