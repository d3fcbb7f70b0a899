import type { Histogram } from './cells.ts';
import { METRICS } from './metric-table.ts';
import type { Metrics } from './metrics.ts';

/** Measures one use case. It costs two readings of the monotonic clock. */
export interface MethodTimer {
  /** What `ended` is to be given. */
  begin(): number;
  ended(begunMs: number): void;
}

/** The timers of one service, by the names of its use cases: a handful, in the program's text. */
export const createMethodTimers =
  (metrics: Metrics, service: string) =>
  (method: string): MethodTimer =>
    new HistogramTimer(metrics.histogram(METRICS.serviceMethodDuration).with(service, method));

class HistogramTimer implements MethodTimer {
  readonly #seconds: Histogram;

  constructor(seconds: Histogram) {
    this.#seconds = seconds;
  }

  begin(): number {
    return performance.now();
  }

  ended(begunMs: number): void {
    this.#seconds.observe((performance.now() - begunMs) / 1000);
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
