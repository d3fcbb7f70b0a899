import { epochMs, type Clock, type EpochMs } from '@traffic-tacos/kernel';

/** Answers that took longer say too little about when they were given. */
const LONGEST_ROUND_MS = 100;
/** The best of so many answers counts, so that a clock that was set is followed before long. */
const ANSWERS_KEPT = 32;

interface Heard {
  readonly offsetMs: number;
  readonly roundMs: number;
}

/**
 * The inventory's clock as another process can know it: each answer of the inventory says what its clock shows, and the offset of the quickest
 * of the last answers is kept. It decides nothing about holds, which only the inventory does; it is for what is shown of them. It never goes
 * back: where the offset shrinks, it stands still until it is right.
 */
export class FollowedClock implements Clock {
  readonly #own: Clock;
  readonly #heard: Heard[] = [];
  #offsetMs = 0;
  #lastMs = 0;

  constructor(own: Clock) {
    this.#own = own;
  }

  nowMs(): EpochMs {
    this.#lastMs = Math.max(this.#lastMs, this.#own.nowMs() + this.#offsetMs);
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
    if (roundMs > LONGEST_ROUND_MS) return;
    this.#heard.push({ offsetMs: Math.round(inventoryMs - (askedAtOwnMs + heardAtOwnMs) / 2), roundMs });
    if (this.#heard.length > ANSWERS_KEPT) this.#heard.shift();
    const best = this.#heard.reduce((a, b) => (b.roundMs <= a.roundMs ? b : a));
    // Half a round is how far the estimate may be off: within that, what is known is as good.
    if (Math.abs(best.offsetMs - this.#offsetMs) > best.roundMs / 2) this.#offsetMs = best.offsetMs;
  }
}
