/** The pauses that polls are given, at least and at most, in ms: 2 to 60 s, less the jitter. */
const LEAST_PAUSE_MS = 1_600;
const MOST_PAUSE_MS = 60_000;
const SHORTEST_LEASE_MS = 30_000;

/** One time that somebody was heard of: there may be several in one millisecond, each given a pause of its own. */
interface Heard {
  readonly atMs: number;
  readonly number: number;
  /** Between these is the pause that was given; both are it once the answer has come. */
  readonly leastPauseMs: number;
  readonly mostPauseMs: number;
  /** False of somebody who missed a turn, or closed the page, and has not been heard of since. */
  readonly isUp: boolean;
  /** Whether the lease may have ended before the last poll came, which then counted for nothing. */
  readonly isUnsure: boolean;
}

/** Who was heard of when, as those know who wait; so what their room may think of them, and what it must. */
export class Presence {
  readonly #heard = new Map<string, Heard>();
  #count = 0;
  #start: Heard = { atMs: 0, number: 0, leastPauseMs: 0, mostPauseMs: 0, isUp: true, isUnsure: false };

  /** A process has begun: every lease begins anew. */
  restart(nowMs: number): void {
    this.#heard.clear();
    this.#start = { ...this.#start, atMs: nowMs };
  }

  /** A place begins. */
  begins(key: string, nowMs: number): void {
    this.#heard.set(key, { atMs: nowMs, number: ++this.#count, leastPauseMs: LEAST_PAUSE_MS, mostPauseMs: MOST_PAUSE_MS, isUp: true, isUnsure: false });
  }

  /** Somebody polls or claims at that instant. Answers the number of this time. */
  heard(key: string, nowMs: number): number {
    if (this.mayLeaseBeOver(key, nowMs)) this.#heard.set(key, { ...this.#of(key), isUnsure: true });
    else this.begins(key, nowMs);
    return this.#count;
  }

  /** The pause that was given to them that time. */
  paused(key: string, number: number, pauseMs: number): void {
    const known = this.#heard.get(key);
    if (known?.number === number && pauseMs > 0) this.#heard.set(key, { ...known, leastPauseMs: pauseMs, mostPauseMs: pauseMs });
  }

  /** A turn was missed, or the page closed. */
  asleep(key: string): void {
    this.#heard.set(key, { ...this.#of(key), isUp: false });
  }

  /** Whether a turn must be theirs when it comes. */
  isAwake(key: string, nowMs: number): boolean {
    const { atMs, leastPauseMs, isUp, isUnsure } = this.#of(key);
    return isUp && !isUnsure && nowMs - atMs <= 1.5 * leastPauseMs + 2_000;
  }

  /** Whether others must be let in first. */
  isSilent(key: string, nowMs: number): boolean {
    const { atMs, mostPauseMs, isUnsure } = this.#of(key);
    return !isUnsure && nowMs - atMs > 1.5 * mostPauseMs + 2_000;
  }

  mayLeaseBeOver(key: string, nowMs: number): boolean {
    const { atMs, leastPauseMs, isUnsure } = this.#of(key);
    return isUnsure || atMs + Math.max(SHORTEST_LEASE_MS, 3 * leastPauseMs) <= nowMs;
  }

  #of(key: string): Heard {
    return this.#heard.get(key) ?? this.#start;
  }
}
