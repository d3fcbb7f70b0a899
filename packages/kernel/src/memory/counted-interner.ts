import { invariant, present } from '../assert.ts';
import { ownText } from './interner.ts';

/**
 * Gives each distinct text a small number for as long as rows name it. Each row that does takes the number once and gives it back when it goes;
 * a text that no row names any more is forgotten, and its number is given to another one. Numbers start at 1; 0 means none.
 *
 * The limit is for those who decide: they look at `isFull` first. Rows that come back, or that recovery meets, find room beyond it.
 */
export class CountedInterner {
  readonly #numbers = new Map<string, number>();
  readonly #texts: (string | undefined)[] = [undefined];
  /** By number: how many rows name it. */
  readonly #uses: number[] = [0];
  readonly #free: number[] = [];
  readonly #limit: number;

  /** `limit` is the greatest number of distinct texts that decisions may lead to. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Texts that rows name now. */
  get size(): number {
    return this.#numbers.size;
  }

  /** Whether a text that no row names should not be added. */
  get isFull(): boolean {
    return this.#numbers.size >= this.#limit;
  }

  /** The number of a text that rows name, or 0. */
  find(text: string): number {
    return this.#numbers.get(text) ?? 0;
  }

  /** The number of a text, for one row more. */
  take(text: string): number {
    const known = this.#numbers.get(text);
    if (known !== undefined) return this.#takeAgain(known);
    const number = this.#free.pop() ?? this.#texts.length;
    const own = ownText(text);
    this.#texts[number] = own;
    this.#uses[number] = 1;
    this.#numbers.set(own, number);
    return number;
  }

  /** The same for whoever has found the number before: it is believed where it is still of that text. */
  takeKnown(number: number, text: string): number {
    return number !== 0 && this.#texts[number] === text ? this.#takeAgain(number) : this.take(text);
  }

  /** One row names it no more. */
  release(number: number): void {
    const uses = this.#uses[number] ?? 0;
    invariant(uses > 0, 'a number is given back once for each row that has taken it');
    this.#uses[number] = uses - 1;
    if (uses > 1) return;
    this.#numbers.delete(this.textOf(number));
    this.#texts[number] = undefined;
    this.#free.push(number);
  }

  textOf(number: number): string {
    return present(this.#texts[number], 'no text has this number');
  }

  #takeAgain(number: number): number {
    this.#uses[number] = (this.#uses[number] ?? 0) + 1;
    return number;
  }
}
