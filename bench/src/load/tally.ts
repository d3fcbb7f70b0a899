import type { HttpAnswer } from './http-connection.ts';

const PER_MS = 4;
/** What takes longer is counted as this long: 30 s. */
const BUCKETS = 30_000 * PER_MS;

/** How long answers took: counted in classes of a quarter of a millisecond, so that a long run needs no more memory than a short one. */
class Latencies {
  readonly #counts = new Uint32Array(BUCKETS + 1);
  #all = 0;

  note(ms: number): void {
    const at = Math.min(BUCKETS, Math.max(0, Math.floor(ms * PER_MS)));
    this.#counts[at] = (this.#counts[at] ?? 0) + 1;
    this.#all++;
  }

  get all(): number {
    return this.#all;
  }

  /** The upper end of the class in which the value lies: rather too high than too low. */
  at(share: number): number {
    let below = 0;
    for (let at = 0; at <= BUCKETS; at++) {
      below += this.#counts[at] ?? 0;
      if (this.#all > 0 && below >= this.#all * share) return (at + 1) / PER_MS;
    }
    return Number.NaN;
  }
}

export interface AskTally {
  readonly answers: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
}

/** What a generator saw, by what was asked for. */
export interface TallyResult {
  readonly byAsk: Readonly<Record<string, AskTally>>;
  /** All asks together. */
  readonly all: AskTally;
  /** 503 and 429. */
  readonly sentAway: number;
  /** Answers that there should not be, and connections that were lost. */
  readonly failed: number;
  /** The first that failed, to look into. */
  readonly firstFailure: string;
}

/** Counts answers and the times they took, each from the instant at which it was due to be asked for. */
export class Tally {
  readonly #all = new Latencies();
  readonly #byAsk = new Map<string, Latencies>();
  #sentAway = 0;
  #failed = 0;
  #firstFailure = '';

  answered(ask: string, tookMs: number): void {
    let latencies = this.#byAsk.get(ask);
    if (latencies === undefined) this.#byAsk.set(ask, (latencies = new Latencies()));
    latencies.note(tookMs);
    this.#all.note(tookMs);
  }

  sentAway(): void {
    this.#sentAway++;
  }

  failed(ask: string, answer: HttpAnswer | undefined): void {
    if (this.#failed === 0) this.#firstFailure = `${ask}: ${answer === undefined ? 'the connection was lost' : `${answer.status} ${answer.body.slice(0, 300)}`}`;
    this.#failed++;
  }

  result(): TallyResult {
    return {
      byAsk: Object.fromEntries([...this.#byAsk].map(([ask, latencies]) => [ask, toldOf(latencies)])), all: toldOf(this.#all),
      sentAway: this.#sentAway, failed: this.#failed, firstFailure: this.#firstFailure,
    };
  }
}

const toldOf = (latencies: Latencies): AskTally => ({ answers: latencies.all, p50Ms: latencies.at(0.5), p95Ms: latencies.at(0.95), p99Ms: latencies.at(0.99) });
