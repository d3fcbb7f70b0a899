import type { InventoryService } from '@traffic-tacos/inventory';
import { Unavailable, type Clock } from '@traffic-tacos/kernel';
import type { Scheduler } from '@traffic-tacos/reservation';

/** Holds ended in one turn; the next turn goes on at once, so that calls come in between. */
const ENDED_PER_TURN = 256;
/** The longest sleep: a hold shorter than the ones known could have been made meanwhile. */
const LONGEST_SLEEP_MS = 50;
const RETRY_AFTER_MS = 1_000;

export interface Sweeper {
  start(): void;
  /** Calls the next wake-up off and waits for one that runs. */
  stop(): Promise<void>;
}

/**
 * Makes the end of holds visible where nobody in this process owns their reservations. Decisions do not depend on it; it may run late, twice,
 * or never.
 */
export function sweepHolds(options: {
  readonly inventory: Pick<InventoryService, 'due' | 'store'>;
  readonly clock: Clock;
  readonly timers: Scheduler;
  /** Told of each release that is on disk: how late it was, in ms after the hold's end. */
  readonly onReleased: (lagMs: number) => void;
  readonly onFailure: (cause: unknown) => void;
}): Sweeper {
  const { inventory, clock, timers, onReleased, onFailure } = options;
  const { due, store } = inventory;
  let callOff: (() => void) | undefined;
  let running: Promise<void> = Promise.resolve();
  let isStopped = false;

  const sleep = (delayMs: number): void => {
    if (isStopped) return;
    callOff = timers.after(delayMs, () => {
      running = wake().catch(onFailure);
    });
  };
  const end = async (reservationId: string): Promise<void> => {
    const outcome = await store.expire({ reservationId });
    if (outcome.kind === 'expired') onReleased(Math.max(0, clock.nowMs() - outcome.hold.expiresAtMs));
  };
  const wake = async (): Promise<void> => {
    try {
      await Promise.all(due.collect(ENDED_PER_TURN).map(end));
      const untilDue = (due.nextAtMs() ?? Number.POSITIVE_INFINITY) - clock.nowMs();
      sleep(Math.min(Math.max(untilDue, 0), LONGEST_SLEEP_MS));
    } catch (error) {
      if (!(error instanceof Unavailable)) throw error;
      sleep(RETRY_AFTER_MS);
    }
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
