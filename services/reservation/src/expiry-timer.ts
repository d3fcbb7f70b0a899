import type { Clock } from '@traffic-tacos/kernel';
import type { ExpiryReport } from './application/expire-due.ts';

/** Where wake-ups come from: the event loop, or a simulator. */
export interface Scheduler {
  /** Calls `run` after `delayMs`, once; answers a function that calls it off. */
  after(delayMs: number, run: () => void): () => void;
}

/** The longest sleep: a hold shorter than the ones known could have been made meanwhile, and clocks can be set. */
const LONGEST_SLEEP_MS = 50;

export interface ExpiryTimer {
  start(): void;
  /** Calls the next wake-up off and waits for one that runs. */
  stop(): Promise<void>;
}

/**
 * Wakes up when the next hold is over and ends what is due. It only makes releases visible: with it absent, late or doubled every
 * decision is the same.
 */
export function createExpiryTimer(options: {
  readonly clock: Clock;
  readonly scheduler: Scheduler;
  readonly nextDueAtMs: () => number | undefined;
  readonly expireDue: () => Promise<ExpiryReport>;
  readonly onReport: (report: ExpiryReport) => void;
  readonly onFailure: (cause: unknown) => void;
}): ExpiryTimer {
  let callOff: (() => void) | undefined;
  let running: Promise<void> = Promise.resolve();
  let isStopped = false;

  const untilDueMs = (): number => (options.nextDueAtMs() ?? Number.POSITIVE_INFINITY) - options.clock.nowMs();
  const sleep = (): void => {
    if (!isStopped) sleepFor(untilDueMs());
  };
  const sleepFor = (ms: number): void => {
    callOff = options.scheduler.after(Math.min(Math.max(ms, 0), LONGEST_SLEEP_MS), wake);
  };
  /** Most of the time nothing is due, and nobody waits for anything. */
  const wake = (): void => {
    const ms = untilDueMs();
    if (ms <= 0) running = expire().catch(options.onFailure);
    else if (!isStopped) sleepFor(ms);
  };
  const expire = async (): Promise<void> => {
    options.onReport(await options.expireDue());
    sleep();
  };

  return {
    start: sleep,
    stop: async () => {
      isStopped = true;
      callOff?.();
      await running;
    },
  };
}
