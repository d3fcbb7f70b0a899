import type { Logger } from '@traffic-tacos/kit';
import type { Owner } from './owner-away.ts';

/** Services that start together are all there within that time; who is not there yet is nothing to tell of. */
const START_MS = 30_000;

/** Tells the log which services did not answer, once for each change; at a start only of those who stay away. */
export class Absences {
  readonly #logger: Pick<Logger, 'info' | 'warn'>;
  readonly #monotonicMs: () => number;
  readonly #quietUntilMs: number;
  #told: string | undefined;

  constructor(logger: Pick<Logger, 'info' | 'warn'>, monotonicMs: () => number) {
    this.#logger = logger;
    this.#monotonicMs = monotonicMs;
    this.#quietUntilMs = monotonicMs() + START_MS;
  }

  /** Empty where all have answered. */
  tell(owners: readonly Owner[]): void {
    const absent = owners.toSorted().join(' and ');
    if (absent === this.#told) return;
    const isFirst = this.#told === undefined;
    if (isFirst && absent !== '' && this.#monotonicMs() < this.#quietUntilMs) return;
    this.#told = absent;
    if (absent !== '') this.#logger.warn({ unreached: owners }, `not all records could be compared: ${absent} did not answer`);
    else if (!isFirst) this.#logger.info({}, 'all records are compared again');
  }
}
