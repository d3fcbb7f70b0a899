import type { Histogram } from './cells.ts';
import { METRICS } from './metric-table.ts';
import type { Metrics } from './metrics.ts';

/** Measures one use case, as exactly as a turn of the event loop is long: what ends in the turn in which it began took nothing. */
export interface MethodTimer {
  /** What `ended` is to be given. */
  begin(): number;
  ended(begunMs: number): void;
}

/** The timers of one service, by the names of its use cases: a handful, in the program's text. */
export function createMethodTimers(metrics: Metrics, service: string): (method: string) => MethodTimer {
  const clock = new TurnClock();
  return (method) => new HistogramTimer(metrics.histogram(METRICS.serviceMethodDuration).with(service, method), clock);
}

class HistogramTimer implements MethodTimer {
  readonly #seconds: Histogram;
  readonly #clock: TurnClock;

  constructor(seconds: Histogram, clock: TurnClock) {
    this.#seconds = seconds;
    this.#clock = clock;
  }

  begin(): number {
    return this.#clock.nowMs();
  }

  ended(begunMs: number): void {
    this.#seconds.observe((this.#clock.nowMs() - begunMs) / 1000);
  }
}

/**
 * The monotonic clock, read once in each turn in which somebody asks. Under load a turn serves many requests, and two readings for each of them
 * would cost more than all other figures together.
 */
class TurnClock {
  #nowMs: number | undefined;
  readonly #forget = (): void => {
    this.#nowMs = undefined;
  };

  nowMs(): number {
    if (this.#nowMs === undefined) {
      this.#nowMs = performance.now();
      setImmediate(this.#forget);
    }
    return this.#nowMs;
  }
}

/** The same use case, measured, also when it rejects. */
export const timed =
  <Args extends readonly unknown[], Outcome>(timer: MethodTimer, run: (...args: Args) => Promise<Outcome>) =>
  async (...args: Args): Promise<Outcome> => {
    const begunMs = timer.begin();
    try {
      return await run(...args);
    } finally {
      timer.ended(begunMs);
    }
  };
