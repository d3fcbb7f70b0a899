import type { EpochMs } from '../units.ts';

const FIRST_CAPACITY = 16;
/** Of every queue into which nothing has come: most of those that are made stay empty. */
const NO_INSTANTS = new Float64Array(0);
const NO_ROWS = new Uint32Array(0);

/**
 * Rows ordered by the instant at which they are due: a binary heap in two typed arrays, 12 bytes an entry.
 *
 * An entry is a hint, not a fact: the table that owns the row checks, when it comes out, whether the row is really due (it may have
 * ended, or have been extended, in between). So nothing is ever searched for and taken out of the middle.
 */
export class ExpiryQueue {
  #atMs = NO_INSTANTS;
  #rows = NO_ROWS;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** The earliest instant in the queue, or undefined when it is empty. */
  nextAtMs(): number | undefined {
    return this.#size === 0 ? undefined : this.#atMs[0];
  }

  push(atMs: EpochMs, row: number): void {
    if (this.#size === this.#rows.length) this.#grow();
    let child = this.#size++;
    while (child > 0) {
      const parent = (child - 1) >>> 1;
      if (this.#timeAt(parent) <= atMs) break;
      this.#copy(parent, child);
      child = parent;
    }
    this.#put(child, atMs, row);
  }

  /** Takes out the row that is due first, if it is due at `nowMs` (at its instant, not only after it). */
  popDue(nowMs: EpochMs): number | undefined {
    if (this.#size === 0 || this.#timeAt(0) > nowMs) return undefined;
    const row = this.#rows[0];
    this.#size--;
    if (this.#size > 0) this.#sink(this.#timeAt(this.#size), this.#rows[this.#size] ?? 0);
    return row;
  }

  /** Calls `visit` for the due entries, in no order, until it answers false. Costs twice the number of due entries, not the size. */
  visitDue(nowMs: EpochMs, visit: (row: number) => boolean): void {
    const pending = [0];
    for (let at = pending.pop(); at !== undefined; at = pending.pop()) {
      if (at >= this.#size || this.#timeAt(at) > nowMs) continue;
      if (!visit(this.#rows[at] ?? 0)) return;
      pending.push(2 * at + 2, 2 * at + 1);
    }
  }

  #sink(atMs: number, row: number): void {
    let parent = 0;
    for (;;) {
      let child = 2 * parent + 1;
      if (child >= this.#size) break;
      if (child + 1 < this.#size && this.#timeAt(child + 1) < this.#timeAt(child)) child++;
      if (atMs <= this.#timeAt(child)) break;
      this.#copy(child, parent);
      parent = child;
    }
    this.#put(parent, atMs, row);
  }

  #timeAt(index: number): number {
    return this.#atMs[index] ?? Number.POSITIVE_INFINITY;
  }

  #put(index: number, atMs: number, row: number): void {
    this.#atMs[index] = atMs;
    this.#rows[index] = row;
  }

  #copy(from: number, to: number): void {
    this.#put(to, this.#timeAt(from), this.#rows[from] ?? 0);
  }

  #grow(): void {
    const capacity = Math.max(FIRST_CAPACITY, this.#rows.length * 2);
    const atMs = new Float64Array(capacity);
    const rows = new Uint32Array(capacity);
    atMs.set(this.#atMs);
    rows.set(this.#rows);
    this.#atMs = atMs;
    this.#rows = rows;
  }
}
