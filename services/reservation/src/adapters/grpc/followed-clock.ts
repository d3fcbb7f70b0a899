import { epochMs, Unavailable, type Clock, type EpochMs } from '@traffic-tacos/kernel';

/** Answers that took longer say too little about when they were given, unless there is no other. */
const LONGEST_ROUND_MS = 100;
/** The best of so many answers counts. */
const ANSWERS_KEPT = 32;
/** Two clocks on their own part by far less between two answers: one of them was set. */
const SET_BY_MS = 1_000;

interface Heard {
  readonly offsetMs: number;
  readonly roundMs: number;
}

/** The inventory has not said yet what its clock shows, so nothing can be said about what is over. */
export class ClockUnknown extends Unavailable {
  override readonly name = 'ClockUnknown';
}

/**
 * The inventory's clock as another process can know it: each answer of the inventory says what its clock shows, and the offset of the quickest
 * of the last answers is kept. It decides nothing about holds, which only the inventory does; it is for what is shown of them. Before the first
 * answer it shows nothing, since this process's own clock may be wrong by any amount. Where the offset shrinks a little, it stands still until it
 * is right; where it shrinks by more than a second, one of the clocks was set, and it goes back.
 */
export class FollowedClock implements Clock {
  readonly #own: Clock;
  #heard: Heard[] = [];
  #offsetMs: number | undefined;
  #lastMs = 0;

  constructor(own: Clock) {
    this.#own = own;
  }

  get isKnown(): boolean {
    return this.#offsetMs !== undefined;
  }

  /** Throws `ClockUnknown` before the first answer. */
  nowMs(): EpochMs {
    if (this.#offsetMs === undefined) throw new ClockUnknown('the inventory has not said yet what its clock shows');
    const followedMs = this.#own.nowMs() + this.#offsetMs;
    if (followedMs > this.#lastMs || this.#lastMs - followedMs > SET_BY_MS) this.#lastMs = followedMs;
    return epochMs(this.#lastMs);
  }

  wallMs(): EpochMs {
    return this.#own.wallMs();
  }

  /** What this process's own clock shows, between which the inventory is asked and heard. */
  ownMs(): EpochMs {
    return this.#own.nowMs();
  }

  /** Takes in what the inventory's clock showed when it answered a question that was asked at `askedAtOwnMs`. */
  heard(inventoryMs: EpochMs, askedAtOwnMs: EpochMs): void {
    const heardAtOwnMs = this.#own.nowMs();
    const roundMs = heardAtOwnMs - askedAtOwnMs;
    if (roundMs > LONGEST_ROUND_MS && this.isKnown) return;
    const latest: Heard = { offsetMs: Math.round(inventoryMs - (askedAtOwnMs + heardAtOwnMs) / 2), roundMs };
    // What was heard before a clock was set says nothing any more.
    if (this.#heard.some(({ offsetMs }) => Math.abs(offsetMs - latest.offsetMs) > SET_BY_MS)) this.#heard = [];
    this.#heard.push(latest);
    if (this.#heard.length > ANSWERS_KEPT) this.#heard.shift();
    const best = this.#heard.reduce((a, b) => (b.roundMs <= a.roundMs ? b : a));
    // Half a round is how far the estimate may be off: within that, what is known is as good.
    if (this.#offsetMs === undefined || Math.abs(best.offsetMs - this.#offsetMs) > best.roundMs / 2) this.#offsetMs = best.offsetMs;
  }
}
