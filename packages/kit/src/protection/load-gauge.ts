/** How often the gauge is told the time. */
export const GAUGE_PERIOD_MS = 50;

/** A turn of the event loop that is late by less says nothing. */
const LATE_MS = 100;
/** A thousand requests at once are not yet too many: the loop must have been behind for so long before anybody is sent away. */
const BURST_MS = 1_000;

/**
 * How long a request that is read now has waited, by how late the event loop is. A process of one thread reads requests once a turn: one that is
 * read `elapsed` ms into a turn came at some time in the turn before, so it has waited that long and about half of that turn. All instants are of one
 * monotonic clock, in ms.
 */
export class LoadGauge {
  #toldAtMs: number;
  #lastLateMs = 0;
  /** Since when each turn has been late; undefined where the last one was not. */
  #behindSinceMs: number | undefined;

  constructor(nowMs: number) {
    this.#toldAtMs = nowMs;
  }

  /** To be called every `GAUGE_PERIOD_MS`, as well as the event loop can. */
  tell(nowMs: number): void {
    const lateMs = Math.max(0, nowMs - this.#toldAtMs - GAUGE_PERIOD_MS);
    if (lateMs < LATE_MS) this.#behindSinceMs = undefined;
    else this.#behindSinceMs ??= nowMs - lateMs;
    this.#lastLateMs = lateMs;
    this.#toldAtMs = nowMs;
  }

  /** The wait of a request that is read now; 0 unless the loop has been behind for longer than a burst takes. */
  expectedWaitMs(nowMs: number): number {
    if (this.#behindSinceMs === undefined || nowMs - this.#behindSinceMs < BURST_MS) return 0;
    return Math.max(0, nowMs - this.#toldAtMs - GAUGE_PERIOD_MS) + this.#lastLateMs / 2;
  }
}
