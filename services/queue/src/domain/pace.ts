const BUCKET_MS = 1_000;
/** What was measured longer ago says nothing about now. */
const BUCKETS = 60;
/** The fastest and the slowest pace are those of so many seconds in a row. */
const RUN = 5;
/** Until so many people have moved, or a run of seconds was measured, nothing is known. */
const ENOUGH_PEOPLE = 20;

/** How long somebody will wait, in whole seconds: between the fastest and the slowest pace of the last minute, and at its mean. */
export interface Eta {
  readonly minSec: number;
  readonly sec: number;
  readonly maxSec: number;
}

/**
 * How fast a lane moves, counted by the second over the last minute: people whose turn comes, who go, and who are passed over because nothing is heard of them.
 * So people who will not show up make the line shorter in the estimate as they do in truth; who is heard of again is taken back.
 */
export class Pace {
  readonly #counts = new Int32Array(BUCKETS);
  /** Where the first second begins; undefined until it is told the time. */
  #startedAtMs: number | undefined;
  /** Seconds that have ended since. */
  #ended = 0;
  /** Of all who ever came, those who wait no longer, when the last second ended. */
  #gone = 0;
  /** People a second; undefined where nothing is known, or nobody has moved. */
  #known: { readonly fastest: number; readonly mean: number; readonly slowest: number } | undefined;

  /** Closes the seconds that have ended. Called by each tick in which people may be let in; `gone` are those of all who ever came who do not wait, or are not heard of. */
  advance(nowMs: number, gone: number): void {
    if (this.#startedAtMs === undefined) {
      this.#startedAtMs = nowMs;
      this.#gone = gone;
      return;
    }
    const ended = Math.floor((nowMs - this.#startedAtMs) / BUCKET_MS);
    if (ended === this.#ended) return;
    if (ended - this.#ended >= BUCKETS) this.#counts.fill(0);
    for (let second = Math.max(this.#ended, ended - BUCKETS); second < ended; second++) {
      this.#counts[second % BUCKETS] = gone - this.#gone;
      this.#gone = gone;
    }
    this.#ended = ended;
    this.#known = this.#measure();
  }

  /** What was measured before says nothing any more: a pause, another rate, or a sale that has not begun. */
  restart(): void {
    this.#startedAtMs = undefined;
    this.#ended = 0;
    this.#known = undefined;
  }

  /** The wait of somebody with so many people ahead who wait and are heard of; undefined where nothing is known, or nobody has moved. */
  eta(ahead: number): Eta | undefined {
    if (this.#known === undefined) return undefined;
    const { fastest, mean, slowest } = this.#known;
    const people = ahead + 1;
    return { minSec: Math.ceil(people / fastest), sec: Math.ceil(people / mean), maxSec: Math.ceil(people / slowest) };
  }

  #measure(): { readonly fastest: number; readonly mean: number; readonly slowest: number } | undefined {
    const seconds = Math.min(this.#ended, BUCKETS);
    const run = Math.min(RUN, seconds);
    let total = 0;
    let inRun = 0;
    let most = 0;
    let least = Number.POSITIVE_INFINITY;
    for (let i = 0; i < seconds; i++) {
      const people = this.#countOf(seconds - i);
      total += people;
      inRun += people - (i >= run ? this.#countOf(seconds - i + run) : 0);
      if (i < run - 1) continue;
      most = Math.max(most, inRun);
      // A time in which nobody moved is a stall, and no pace.
      if (inRun > 0) least = Math.min(least, inRun);
    }
    if (total <= 0 || (seconds < RUN && total < ENOUGH_PEOPLE)) return undefined;
    const mean = total / seconds;
    return { fastest: Math.max(most / run, mean), mean, slowest: Math.min(least / run, mean) };
  }

  /** Of the second that is so many before the running one. */
  #countOf(back: number): number {
    return this.#counts[(this.#ended - back) % BUCKETS] ?? 0;
  }
}
