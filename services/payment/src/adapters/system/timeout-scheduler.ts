import type { Clock, EpochMs } from '@traffic-tacos/kernel';
import type { Cancel, Scheduler } from '../../ports/scheduler.ts';

/** The longest delay that a timer of the runtime takes; a later instant is waited for in pieces. */
const LONGEST_TIMEOUT_MS = 2 ** 31 - 1;

/** Wakes by the timers of the runtime, which do not keep the process alive. */
export class TimeoutScheduler implements Scheduler {
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  at(atMs: EpochMs, wake: () => void): Cancel {
    let timer: NodeJS.Timeout;
    const wait = (): void => {
      const left = atMs - this.#clock.nowMs();
      timer = left > LONGEST_TIMEOUT_MS ? setTimeout(wait, LONGEST_TIMEOUT_MS) : setTimeout(wake, Math.max(0, left));
      timer.unref();
    };
    wait();
    return () => clearTimeout(timer);
  }
}
