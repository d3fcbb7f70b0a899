/** Buckets that one key may be in. */
const WAYS = 8;

/** Less than any difference between two instants: what adding up intervals loses of them is no reason to refuse. */
const ROUNDING_MS = 0.01;

/**
 * Token buckets without an object for each. A bucket is two numbers: what names its owner, and the instant at which it is full again; one
 * that is full is like one that was never there, and its place is anybody's. So a table holds as many owners as were active in the time that a
 * bucket takes to fill. Where all places of a key are taken, the bucket that is nearest to full makes room: its owner gets the few tokens that it
 * lacked.
 */
export class BucketTable {
  readonly #fullAtMs: Float64Array;
  readonly #owners: Uint32Array;
  readonly #setMask: number;

  /** At least `buckets` of them; 12 bytes each, which the system gives as they are used. */
  constructor(buckets: number) {
    let sets = 1;
    while (sets * WAYS < buckets) sets *= 2;
    this.#fullAtMs = new Float64Array(sets * WAYS);
    this.#owners = new Uint32Array(sets * WAYS);
    this.#setMask = sets - 1;
  }

  /** Every bucket is full again. */
  clear(): void {
    this.#owners.fill(0);
    this.#fullAtMs.fill(0);
  }

  /** Places in the table. */
  get size(): number {
    return this.#owners.length;
  }

  /**
   * Takes one token of the bucket that two halves of a hash name, which holds `burst` and gains one every `intervalMs`. Answers 0, or for how
   * many ms there will be none; then none was taken.
   */
  take(low: number, high: number, nowMs: number, intervalMs: number, burst: number): number {
    const place = this.#placeOf(low, high, nowMs);
    const sinceMs = this.#owners[place] === high ? Math.max(this.#fullAtMs[place] ?? 0, nowMs) : nowMs;
    const fullAtMs = sinceMs + intervalMs;
    const waitMs = fullAtMs - nowMs - burst * intervalMs;
    if (waitMs > ROUNDING_MS) return waitMs;
    this.#owners[place] = high;
    this.#fullAtMs[place] = fullAtMs;
    return 0;
  }

  /** The owner's bucket if it is not full; else one that is, or the one that soonest will be. */
  #placeOf(low: number, high: number, nowMs: number): number {
    const first = (low & this.#setMask) * WAYS;
    let best = first;
    let bestFullAtMs = Infinity;
    for (let place = first; place < first + WAYS; place++) {
      const fullAtMs = this.#fullAtMs[place] ?? 0;
      if (this.#owners[place] === high && fullAtMs > nowMs) return place;
      if (fullAtMs < bestFullAtMs) {
        best = place;
        bestFullAtMs = fullAtMs;
      }
    }
    return best;
  }
}
