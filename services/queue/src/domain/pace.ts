const WINDOW_MS = 5_000;
const WINDOWS = 12;

/** How long somebody will wait, in whole seconds: between the fastest and the slowest pace of the last minute, and at its mean. */
export interface Eta {
  readonly minSec: number;
  readonly sec: number;
  readonly maxSec: number;
}

/**
 * How fast a lane moves: who leaves it, admitted or gone, counted in windows of 5 s over the last minute. So people who will not show up make
 * the line shorter in the estimate as they do in truth.
 */
export class Pace {
  readonly #counts = new Uint32Array(WINDOWS);
  #window = 0;
  #first = 0;
  #current = 0;

  /** One more left the line. */
  note(people: number): void {
    this.#current += people;
  }

  /** Closes the windows that have ended. Called by each tick. */
  advance(nowMs: number): void {
    const window = Math.floor(nowMs / WINDOW_MS);
    if (this.#window === 0) {
      this.#window = window;
      this.#first = window;
      return;
    }
    if (window - this.#window > WINDOWS) this.#forget(window - WINDOWS);
    for (; this.#window < window; this.#window++) {
      this.#counts[this.#window % WINDOWS] = this.#current;
      this.#current = 0;
    }
  }

  /** What was measured before says nothing any more: a pause, or another rate. */
  restart(): void {
    this.#forget(this.#window);
  }

  /** The wait of somebody with so many people ahead; undefined where nothing was measured, or nobody has moved. */
  eta(ahead: number): Eta | undefined {
    const from = Math.max(this.#first, this.#window - WINDOWS);
    let total = 0;
    let most = 0;
    let least = Number.POSITIVE_INFINITY;
    for (let window = from; window < this.#window; window++) {
      const people = this.#counts[window % WINDOWS] ?? 0;
      total += people;
      most = Math.max(most, people);
      if (people > 0) least = Math.min(least, people);
    }
    const seconds = WINDOW_MS / 1_000;
    if (total === 0) return undefined;
    const mean = total / (this.#window - from);
    const secondsAt = (people: number): number => Math.ceil(((ahead + 1) * seconds) / people);
    return { minSec: secondsAt(most), sec: secondsAt(mean), maxSec: Math.max(secondsAt(least), secondsAt(mean)) };
  }

  #forget(window: number): void {
    this.#window = window;
    this.#first = window;
    this.#current = 0;
  }
}
