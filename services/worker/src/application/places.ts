import { LimitReached } from '@traffic-tacos/kernel';

/** Calls that wait for a place, for each place there is; past it they are answered 503. */
const WAITING_PER_PLACE = 50;

/** Bounds how much is done at one time for callers: the others wait in their order. */
export class Places {
  readonly #most: number;
  #taken = 0;
  readonly #waiting: (() => void)[] = [];

  constructor(most: number) {
    this.#most = most;
  }

  async run<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.#taken >= this.#most) await this.#wait();
    else this.#taken++;
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#taken--;
      else next();
    }
  }

  /** Whoever is woken has the place of the one that has left. */
  async #wait(): Promise<void> {
    if (this.#waiting.length >= this.#most * WAITING_PER_PLACE) throw new LimitReached('worker calls: WORKER_CONCURRENCY');
    await new Promise<void>((resolve) => void this.#waiting.push(resolve));
  }
}
