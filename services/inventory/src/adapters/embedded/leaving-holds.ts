import type { HoldRows } from './hold-rows.ts';
import type { SectionState } from './section-state.ts';

/** Rows that wait together: each batch costs a look at the over holds of the sections that they were of. */
const BATCH = 512;

/**
 * Rows of holds that have left memory, on their way to new ones. The queues of sections name holds by their rows, so a row is not given
 * to another hold before no queue names it any more.
 */
export class LeavingHolds {
  readonly #rows: HoldRows;
  readonly #waiting: number[] = [];
  readonly #sections = new Set<SectionState>();

  constructor(rows: HoldRows) {
    this.#rows = rows;
  }

  /** Takes a hold's row out of the index; its sections have settled since its last instant, so only lists of over holds may name it. */
  add(row: number, sections: readonly SectionState[]): void {
    this.#rows.retire(row);
    this.#waiting.push(row);
    for (const section of sections) this.#sections.add(section);
    if (this.#waiting.length >= BATCH) this.release();
  }

  release(): void {
    for (const section of this.#sections) section.due.compact();
    this.#sections.clear();
    for (const row of this.#waiting) this.#rows.release(row);
    this.#waiting.length = 0;
  }
}
