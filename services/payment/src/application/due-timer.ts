import { epochMs, Unavailable, type Clock, type EpochMs } from '@traffic-tacos/kernel';
import type { Cancel, Scheduler } from '../ports/scheduler.ts';
import type { EndDue } from './end-due.ts';

/** Intents ended in one go before other work gets its turn. */
const BATCH = 500;
/** How long to wait when the store could not decide. */
const RETRY_MS = 1_000;

export interface DueTimerDeps {
  readonly clock: Clock;
  readonly scheduler: Scheduler;
  readonly endDue: EndDue;
  /** The earliest instant at which an intent is due; undefined when none is. */
  readonly nextDueAtMs: () => EpochMs | undefined;
}

/**
 * Wakes at the instants at which intents settle or expire. It makes visible what is decided already: without it, or late, every
 * answer is the same, and only events wait.
 */
export class DueTimer {
  readonly #deps: DueTimerDeps;
  #isRunning = false;
  #armedForMs = Number.POSITIVE_INFINITY;
  #disarm: Cancel | undefined;
  #underWay: Promise<void> | undefined;

  constructor(deps: DueTimerDeps) {
    this.#deps = deps;
  }

  /** What became due while nobody ran is ended at once. */
  start(): void {
    this.#isRunning = true;
    this.#arm();
  }

  /** Resolves when nothing of it is under way any more. What is due stays due for the next start. */
  async stop(): Promise<void> {
    this.#isRunning = false;
    this.#clear();
    await this.#underWay;
  }

  /** Something is due at this instant: called whenever an intent is added. */
  expect(atMs: EpochMs): void {
    if (!this.#isRunning || this.#underWay !== undefined || atMs >= this.#armedForMs) return;
    this.#armFor(atMs);
  }

  #arm(): void {
    const atMs = this.#deps.nextDueAtMs();
    if (!this.#isRunning || atMs === undefined) this.#clear();
    else this.#armFor(atMs);
  }

  #armFor(atMs: EpochMs): void {
    this.#clear();
    this.#armedForMs = atMs;
    this.#disarm = this.#deps.scheduler.at(atMs, () => this.#wake());
  }

  #clear(): void {
    this.#disarm?.();
    this.#disarm = undefined;
    this.#armedForMs = Number.POSITIVE_INFINITY;
  }

  #wake(): void {
    this.#clear();
    this.#underWay = this.#end();
  }

  /** Rejects only for a bug, which is for the process to meet: nobody could handle it here. */
  async #end(): Promise<void> {
    const { clock, endDue } = this.#deps;
    try {
      await endDue(clock.nowMs(), BATCH);
      this.#underWay = undefined;
      this.#arm();
    } catch (error) {
      this.#underWay = undefined;
      if (!(error instanceof Unavailable)) throw error;
      // The intents are still due; meanwhile every reading of them is right all the same.
      if (this.#isRunning) this.#armFor(epochMs(clock.nowMs() + RETRY_MS));
    }
  }
}
