/** How often the gauge is told the time. What comes between two times is a turn: one of the event loop where it is busy, several where it is not. */
export const GAUGE_PERIOD_MS = 50;

/** A turn of the event loop that is late by less says nothing. */
const LATE_MS = 100;
/** Fewer requests in one turn are no crowd: what takes long is the work for one of them, and the next turn is free. */
const CROWD = 16;
/** A process that got less of the processor than this was kept waiting itself: by others on the machine, a pause, a sleep. Sending callers away would not help. */
const LEAST_SHARE = 0.5;
/** A thousand requests at once are not yet too many: the loop must have been behind for so long before anybody is sent away. */
const BURST_MS = 1_000;
/** Those who were sent away come back: so long after the last of them the crowd is still expected. */
const LINGER_MS = 10_000;
/** What is left of the rate while the loop is late, so that those who wait already, unseen in the sockets, become fewer. */
const SHARE_WHILE_LATE = 0.9;
/** Of the latest turn, in the rate that is expected of the next. */
const WEIGHT = 0.3;

/**
 * How long a request that is read now will wait, when more come than can be served: a queue that grows by each request that is let in and shrinks at the
 * rate at which they are served, which is measured whenever a crowd is there.
 *
 * It is not taken from how late the event loop is. That tells of all who are read in one turn together, so whole turns would be let in and then whole turns
 * sent away, and the process would stand idle until they came back; and a turn may take seconds, since a loop with more than 1024 ready
 * sockets reads dozens of such lots before it does anything else (libuv). Instants are of one monotonic clock in ms, and `busyMs` is how long this thread has
 * been on the processor.
 */
export class LoadGauge {
  readonly #busyMs: () => number;
  #toldAtMs: number;
  #busyAtTellMs: number;
  /** Let in in this turn. */
  #letIn = 0;
  /** Requests that can be served in a ms. */
  #perMs = 0;
  /** Of that rate, for those who are let in. */
  #share = 1;
  /** Since when each turn has been late with a crowd in it; undefined where the last one was not. */
  #behindSinceMs: number | undefined;
  #overloadedUntilMs = Number.NEGATIVE_INFINITY;
  #queued = 0;
  #queuedAtMs: number;

  constructor(nowMs: number, busyMs: () => number) {
    this.#busyMs = busyMs;
    this.#toldAtMs = nowMs;
    this.#queuedAtMs = nowMs;
    this.#busyAtTellMs = busyMs();
  }

  /** To be called every `GAUGE_PERIOD_MS`, as well as the event loop can. */
  tell(nowMs: number): void {
    const lateMs = nowMs - this.#toldAtMs - GAUGE_PERIOD_MS;
    const busyAtTellMs = this.#busyMs();
    const workedMs = busyAtTellMs - this.#busyAtTellMs;
    const isBusy = workedMs > 0 && workedMs >= LEAST_SHARE * (nowMs - this.#toldAtMs);
    const isCrowd = this.#letIn >= CROWD && isBusy;
    const isLate = isCrowd && lateMs >= LATE_MS;
    if (isCrowd) this.#expect(this.#letIn / (isLate ? nowMs - this.#toldAtMs : workedMs));
    this.#share = isLate ? SHARE_WHILE_LATE : 1;
    if (!isLate) this.#behindSinceMs = undefined;
    else this.#behindSinceMs ??= nowMs - lateMs;
    if (this.#behindSinceMs !== undefined && nowMs - this.#behindSinceMs >= BURST_MS) this.#overloadedUntilMs = nowMs + LINGER_MS;
    this.#letIn = 0;
    this.#toldAtMs = nowMs;
    this.#busyAtTellMs = busyAtTellMs;
  }

  /** The wait in ms of a request that is read now; 0 unless the loop has been behind for longer than a burst takes. */
  waitOfRequest(nowMs: number): number {
    const isOverloaded = nowMs < this.#overloadedUntilMs;
    this.#queued = isOverloaded ? Math.max(0, this.#queued - (nowMs - this.#queuedAtMs) * this.#perMs * this.#share) : 0;
    this.#queuedAtMs = nowMs;
    return isOverloaded ? this.#queued / this.#perMs : 0;
  }

  /** The request is served. */
  letIn(): void {
    this.#letIn++;
    this.#queued++;
  }

  /** The request is not. */
  sentAway(nowMs: number): void {
    this.#overloadedUntilMs = nowMs + LINGER_MS;
  }

  #expect(perMs: number): void {
    this.#perMs = this.#perMs === 0 ? perMs : this.#perMs + WEIGHT * (perMs - this.#perMs);
  }
}
