import type { ManualClock } from '@traffic-tacos/kernel';
import type { Scheduler } from '../../src/hold-sweeper.ts';

interface Planned {
  readonly atMs: number;
  readonly run: () => void;
}

/** Timers that fire when the clock is led past their instants. */
export class ManualTimers implements Scheduler {
  readonly #clock: ManualClock;
  readonly #planned = new Set<Planned>();

  constructor(clock: ManualClock) {
    this.#clock = clock;
  }

  get count(): number {
    return this.#planned.size;
  }

  after(delayMs: number, run: () => void): () => void {
    const planned: Planned = { atMs: this.#clock.nowMs() + delayMs, run };
    this.#planned.add(planned);
    return () => void this.#planned.delete(planned);
  }

  /** Lets `ms` pass: each timer fires at its instant, and what it began runs on before the next one. */
  async pass(ms: number): Promise<void> {
    const untilMs = this.#clock.nowMs() + ms;
    for (let next = this.#nextBy(untilMs); next !== undefined; next = this.#nextBy(untilMs)) {
      this.#clock.set(Math.max(next.atMs, this.#clock.nowMs()));
      this.#planned.delete(next);
      next.run();
      await new Promise<void>((resolve) => void setImmediate(resolve));
    }
    this.#clock.set(untilMs);
  }

  #nextBy(untilMs: number): Planned | undefined {
    return [...this.#planned].filter(({ atMs }) => atMs <= untilMs).sort((a, b) => a.atMs - b.atMs)[0];
  }
}
