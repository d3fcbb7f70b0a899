import type { Clock, EpochMs } from '@traffic-tacos/kernel';
import { METRICS, type Metrics } from '@traffic-tacos/kit';
import type { MessageType } from '../domain/read-message.ts';

/** What became of a message or a call: `retry` comes again after a failure, `put_off` after somebody was not there. */
export type WorkOutcome = 'done' | 'skipped' | 'retry' | 'put_off' | 'dead';

/** How many of the last durations make the average. */
const MEASURED = 1_000;

export interface TypeFigures {
  readonly type: MessageType;
  readonly underWay: number;
  readonly processed: number;
  readonly failed: number;
  readonly firstAtMs: EpochMs;
}

interface Tally {
  underWay: number;
  processed: number;
  failed: number;
  readonly firstAtMs: EpochMs;
}

/** What the worker has done since it started, counted where it is done. */
export class Figures {
  readonly startedAtMs: EpochMs;
  readonly #clock: Clock;
  readonly #counter;
  readonly #byType = new Map<MessageType, Tally>();
  readonly #tookMs = new Float64Array(MEASURED);
  #measured = 0;
  #tookSumMs = 0;
  /** When something last came to an end that it was meant to come to. */
  lastAtMs: EpochMs | undefined;
  /** Messages of the queue that are being worked on; what is done for callers stands beside the queue. */
  messagesUnderWay = 0;
  processed = 0;
  /** Those that went to the dead letters, or were refused for good. */
  failed = 0;

  constructor(clock: Clock, metrics: Metrics) {
    this.#clock = clock;
    this.#counter = metrics.counter(METRICS.workerEvents);
    this.startedAtMs = clock.nowMs();
  }

  /** Over the last 1,000, in ms; 0 before the first. */
  get averageMs(): number {
    const measured = Math.min(this.#measured, MEASURED);
    return measured === 0 ? 0 : this.#tookSumMs / measured;
  }

  get types(): readonly TypeFigures[] {
    return [...this.#byType].map(([type, tally]) => ({ type, ...tally }));
  }

  /** Counts the work on a message of the queue, and what it came to. */
  async countMessage(type: MessageType, work: () => Promise<WorkOutcome>): Promise<void> {
    this.messagesUnderWay++;
    try {
      await this.count(type, work, (outcome) => outcome, 'put_off');
    } finally {
      this.messagesUnderWay--;
    }
  }

  /** Counts the work while it runs, and what it came to. */
  async count<Result>(type: MessageType, work: () => Promise<Result>, outcomeOf: (result: Result) => WorkOutcome, onThrown: WorkOutcome): Promise<Result> {
    const tally = this.#tallyOf(type);
    const begunMs = this.#clock.nowMs();
    tally.underWay++;
    let outcome = onThrown;
    try {
      const result = await work();
      outcome = outcomeOf(result);
      return result;
    } finally {
      tally.underWay--;
      this.#ended(type, tally, outcome, this.#clock.nowMs() - begunMs);
    }
  }

  #tallyOf(type: MessageType): Tally {
    let tally = this.#byType.get(type);
    if (tally === undefined) this.#byType.set(type, (tally = { underWay: 0, processed: 0, failed: 0, firstAtMs: this.#clock.nowMs() }));
    return tally;
  }

  #ended(type: MessageType, tally: Tally, outcome: WorkOutcome, tookMs: number): void {
    this.#counter.with(type, outcome).inc();
    if (outcome === 'done' || outcome === 'skipped') {
      this.lastAtMs = this.#clock.nowMs();
      tally.processed++;
      this.processed++;
    } else if (outcome === 'dead') {
      tally.failed++;
      this.failed++;
    }
    const at = this.#measured++ % MEASURED;
    this.#tookSumMs += tookMs - (this.#tookMs[at] ?? 0);
    this.#tookMs[at] = tookMs;
  }
}
