/** How often the gauge is told the time. */
export const GAUGE_PERIOD_MS = 50;

/** A turn of the event loop that is late by less says nothing. */
const LATE_MS = 100;
/** Fewer requests in one turn are no crowd: what takes long is the work for one of them, and the next turn is free. */
const CROWD = 16;
/** A process that got less of the processor than this was kept waiting itself: by others on the machine, a pause, a sleep. Sending callers away would not help. */
const LEAST_SHARE = 0.5;
/** A thousand requests at once are not yet too many: the loop must have been behind for so long before anybody is sent away. */
const BURST_MS = 1_000;

/**
 * How long a request that is read now has waited, by how late the event loop is. A process of one thread reads requests once a turn: one that is
 * read `elapsed` ms into a turn came at some time in the turn before, so it has waited that long and about half of that turn. Instants are of one
 * monotonic clock in ms, and `busyMs` is how long this thread has been on the processor.
 */
export class LoadGauge {
  readonly #busyMs: () => number;
  #toldAtMs: number;
  #busyAtTellMs: number;
  #lastLateMs = 0;
  #requests = 0;
  /** Since when each turn has been late with a crowd in it; undefined where the last one was not. */
  #behindSinceMs: number | undefined;

  constructor(nowMs: number, busyMs: () => number) {
    this.#busyMs = busyMs;
    this.#toldAtMs = nowMs;
    this.#busyAtTellMs = busyMs();
  }

  /** To be called every `GAUGE_PERIOD_MS`, as well as the event loop can. */
  tell(nowMs: number): void {
    const lateMs = Math.max(0, nowMs - this.#toldAtMs - GAUGE_PERIOD_MS);
    const busyAtTellMs = this.#busyMs();
    const share = (busyAtTellMs - this.#busyAtTellMs) / Math.max(1, nowMs - this.#toldAtMs);
    if (lateMs < LATE_MS || this.#requests < CROWD || share < LEAST_SHARE) this.#behindSinceMs = undefined;
    else this.#behindSinceMs ??= nowMs - lateMs;
    this.#lastLateMs = lateMs;
    this.#requests = 0;
    this.#toldAtMs = nowMs;
    this.#busyAtTellMs = busyAtTellMs;
  }

  /** The wait of a request that is read now; 0 unless the loop has been behind for longer than a burst takes. */
  waitOfRequest(nowMs: number): number {
    this.#requests++;
    if (this.#behindSinceMs === undefined || nowMs - this.#behindSinceMs < BURST_MS) return 0;
    return Math.max(0, nowMs - this.#toldAtMs - GAUGE_PERIOD_MS) + this.#lastLateMs / 2;
  }
}
