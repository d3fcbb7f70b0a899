/**
 * Lets a bounded number of tasks run at once and a bounded number wait, in order of arrival. One more is turned away at once.
 */
export class Turnstile {
  readonly #atOnce: number;
  readonly #waitingLimit: number;
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  constructor(atOnce: number, waitingLimit: number) {
    this.#atOnce = atOnce;
    this.#waitingLimit = waitingLimit;
  }

  /** Runs the task in its turn, or answers undefined without running it. The task answers an object or rejects. */
  async pass<T extends object>(task: () => Promise<T>): Promise<T | undefined> {
    if (this.#running >= this.#atOnce) {
      if (this.#waiting.length >= this.#waitingLimit) return undefined;
      await new Promise<void>((admit) => this.#waiting.push(admit));
    } else {
      this.#running++;
    }
    try {
      return await task();
    } finally {
      this.#leave();
    }
  }

  /** The place goes straight to the next in line, so that nobody can slip in between. */
  #leave(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#running--;
    else next();
  }
}
