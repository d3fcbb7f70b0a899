import type { Breach, Finding } from '../audit/breach.ts';

/** What a walk has found, each thing once. */
export class Finds<Found extends Finding = Finding> {
  readonly #found = new Map<string, Found>();
  readonly #most: number;
  more = 0;

  constructor(most: number) {
    this.#most = most;
  }

  get all(): readonly Found[] {
    return [...this.#found.values()];
  }

  readonly add = (finding: Found): void => {
    if (this.#found.size < this.#most || this.#found.has(keyOf(finding))) this.#found.set(keyOf(finding), finding);
    else this.more++;
  };
}

/** One thing, whenever it is found. */
export const keyOf = ({ kind, subject }: Pick<Breach, 'kind' | 'subject'>): string => `${kind} ${subject}`;
