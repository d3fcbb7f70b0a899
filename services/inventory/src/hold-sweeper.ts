import { Unavailable, type Clock, type EpochMs } from '@traffic-tacos/kernel';
import type { ExpireOutcome } from './domain/outcomes.ts';

/** Where wake-ups come from: the event loop, or a simulator. */
export interface Scheduler {
  /** Calls `run` after `delayMs`, once; answers a function that calls it off. */
  after(delayMs: number, run: () => void): () => void;
}

/** Holds ended in one turn; the next turn goes on at once, so that calls come in between. */
const ENDED_PER_TURN = 256;
/** The longest sleep: a hold shorter than the ones known could have been made meanwhile, and clocks can be set. */
const LONGEST_SLEEP_MS = 50;
/** The shortest sleep while nothing waits to be ended: holds that end one after the other are ended some at a time. */
const SHORTEST_SLEEP_MS = 5;
const RETRY_AFTER_MS = 1_000;

/** Who wakes the sweeper up, and who is told what it does. */
export interface Sweeping {
  readonly scheduler: Scheduler;
  /** Told of each release that is on disk: how late it was, in ms after the hold's end. */
  readonly onReleased: (lagMs: number) => void;
  /** Told of a fault of ours; the sweeper has stopped. */
  readonly onFailure: (cause: unknown) => void;
}

export interface HoldSweeper {
  start(): void;
  /** Calls the next wake-up off and waits for a turn that runs. */
  stop(): Promise<void>;
}

export interface SweptHolds {
  readonly clock: Clock;
  /** Reservation ids of holds to end, at most `limit`. */
  readonly collect: (limit: number) => readonly string[];
  /** The next instant at which there may be more of them; undefined when there is none. */
  readonly nextAtMs: () => EpochMs | undefined;
  readonly expire: (reservationId: string) => Promise<ExpireOutcome>;
}

/**
 * Makes the end of holds visible that stand alone: nobody in this process owns their reservations and would say that they are over. With it
 * absent, late or doubled every decision is the same.
 */
export function createHoldSweeper({ clock, collect, nextAtMs, expire }: SweptHolds, { scheduler, onReleased, onFailure }: Sweeping): HoldSweeper {
  let callOff: (() => void) | undefined;
  let running: Promise<void> = Promise.resolve();
  let isStopped = false;

  const sleep = (delayMs: number): void => {
    if (isStopped) return;
    callOff = scheduler.after(delayMs, () => {
      running = wake().catch(onFailure);
    });
  };
  const end = async (reservationId: string): Promise<boolean> => {
    try {
      const outcome = await expire(reservationId);
      if (outcome.kind === 'expired') onReleased(Math.max(0, clock.nowMs() - outcome.hold.expiresAtMs));
      return true;
    } catch (error) {
      if (error instanceof Unavailable) return false;
      throw error;
    }
  };
  const wake = async (): Promise<void> => {
    const due = collect(ENDED_PER_TURN);
    const ended = await Promise.all(due.map(end));
    if (ended.includes(false)) return sleep(RETRY_AFTER_MS);
    if (due.length === ENDED_PER_TURN) return sleep(0);
    const untilDue = (nextAtMs() ?? Number.POSITIVE_INFINITY) - clock.nowMs();
    sleep(Math.min(Math.max(untilDue, SHORTEST_SLEEP_MS), LONGEST_SLEEP_MS));
  };

  return {
    start: () => sleep(0),
    stop: async () => {
      isStopped = true;
      callOff?.();
      await running;
    },
  };
}
