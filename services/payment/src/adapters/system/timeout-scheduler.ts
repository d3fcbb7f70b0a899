import type { Clock, EpochMs } from '@traffic-tacos/kernel';
import type { Cancel, Scheduler } from '../../ports/scheduler.ts';

/** The longest delay that a timer of the runtime takes; a later instant is waited for in pieces. */
const LONGEST_TIMEOUT_MS = 2 ** 31 - 1;

/** Wakes by the timers of the runtime, which do not keep the process alive. */
export class TimeoutScheduler implements Scheduler {
  readonly #clock: Clock;
  readonly #longestMs: number;

  /** `longestMs` is what one timer may be asked for: at most, and unless said, what the runtime takes. */
  constructor(clock: Clock, longestMs = LONGEST_TIMEOUT_MS) {
    this.#clock = clock;
    this.#longestMs = longestMs;
  }

  at(atMs: EpochMs, wake: () => void): Cancel {
    let timer: NodeJS.Timeout;
    const wait = (): void => {
      const left = atMs - this.#clock.nowMs();
      timer = left > this.#longestMs ? setTimeout(wait, this.#longestMs) : setTimeout(wake, Math.max(0, left));
      timer.unref();
    };
    wait();
    return () => clearTimeout(timer);
  }
}
