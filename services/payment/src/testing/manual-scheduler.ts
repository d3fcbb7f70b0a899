import type { Clock, EpochMs } from '@traffic-tacos/kernel';
import type { Cancel, Scheduler } from '../ports/scheduler.ts';

interface Planned {
  readonly atMs: EpochMs;
  readonly wake: () => void;
}

/** Wakes only when told to look at the clock: for tests and the simulator. */
export class ManualScheduler implements Scheduler {
  readonly #clock: Clock;
  readonly #planned = new Set<Planned>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The instants that are waited for, the earliest first. */
  get instants(): readonly EpochMs[] {
    return [...this.#planned].map((each) => each.atMs).sort((a, b) => a - b);
  }

  at(atMs: EpochMs, wake: () => void): Cancel {
    const planned: Planned = { atMs, wake };
    this.#planned.add(planned);
    return () => this.#planned.delete(planned);
  }

  /** Wakes everybody whose instant has come, and lets what they began run on, until nobody is due any more. */
  async wakeDue(): Promise<void> {
    for (let due = this.#firstDue(); due !== undefined; due = this.#firstDue()) {
      this.#planned.delete(due);
      due.wake();
      await new Promise<void>((resolve) => {
        setImmediate(resolve);
      });
    }
  }

  #firstDue(): Planned | undefined {
    const nowMs = this.#clock.nowMs();
    return [...this.#planned].filter((each) => each.atMs <= nowMs).sort((a, b) => a.atMs - b.atMs)[0];
  }
}
