/** One thing wrong with a document, and where: a path such as `sections[2].rows[0].seats`, or a line of a CSV file. */
export interface Problem {
  readonly place: string;
  readonly reason: string;
}

/** So many are listed; a file of a million bad seats must not become an answer of a million sentences. */
export const PROBLEMS_LISTED = 1000;

/** Gathers problems up to the limit and counts the rest. */
export class Problems {
  readonly #listed: Problem[] = [];
  #count = 0;

  get count(): number {
    return this.#count;
  }

  add(place: string, reason: string): void {
    this.#count++;
    if (this.#listed.length < PROBLEMS_LISTED) this.#listed.push({ place, reason });
  }

  /** All problems in the order they were found, closed by one that counts those left out. */
  list(): readonly Problem[] {
    const left = this.#count - this.#listed.length;
    if (left === 0) return this.#listed;
    return [...this.#listed, { place: '', reason: `and ${left} more problems` }];
  }
}
