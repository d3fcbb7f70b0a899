import { invariant, present } from '../assert.ts';

/** From this length on the engine may keep a piece of a text as a view on the whole: a small name would keep a large request alive. */
const SHORTEST_SLICE = 13;

/** Gives each distinct text a small number, so that a million rows name it by 4 bytes. Numbers start at 1; 0 means none. */
export class Interner {
  readonly #numbers = new Map<string, number>();
  readonly #texts: string[] = [''];
  readonly #limit: number;

  /** `limit` is the greatest number of distinct texts. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  get size(): number {
    return this.#numbers.size;
  }

  /** Whether a text that is not known yet can still be added. */
  get isFull(): boolean {
    return this.#numbers.size >= this.#limit;
  }

  /** How many new texts still fit. */
  get room(): number {
    return this.#limit - this.#numbers.size;
  }

  /** The number of a known text, or 0. */
  find(text: string): number {
    return this.#numbers.get(text) ?? 0;
  }

  /** The number of a text, given now if it is new. The caller checks `isFull` first. */
  intern(text: string): number {
    const known = this.#numbers.get(text);
    if (known !== undefined) return known;
    invariant(!this.isFull, 'interner is full');
    const number = this.#texts.length;
    const own = ownText(text);
    this.#texts.push(own);
    this.#numbers.set(own, number);
    return number;
  }

  textOf(number: number): string {
    return present(this.#texts[number], 'no text has this number');
  }
}

/** The text as one that keeps no other alive. */
export const ownText = (text: string): string => (text.length < SHORTEST_SLICE ? text : Buffer.from(text, 'utf8').toString('utf8'));
