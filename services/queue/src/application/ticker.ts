import type { QueueStore } from '../ports/queue-store.ts';
import type { QueueMeters } from '../ports/queue-meters.ts';

/** Times between two ticks, in ms. */
const TICK_MS = 250;
/** Between two slices of a draw, in ms: whoever asks something meanwhile is answered. */
const DRAW_PAUSE_MS = 2;

/** Wake-ups for work that waits. */
export interface Scheduler {
  /** Runs once after the delay; the answer calls it off. */
  after(delayMs: number, run: () => void): () => void;
}

export interface TickerDeps {
  readonly store: QueueStore;
  readonly meters: QueueMeters;
  readonly scheduler: Scheduler;
  /** Told after each tick, when all of it is durable. */
  readonly onTicked: () => void;
  /** A tick that failed for another reason than that nobody can decide just now. */
  readonly onFailure: (cause: unknown) => void;
  /** Whether a failure passes by itself: the next tick tries again. */
  readonly isPassing: (cause: unknown) => boolean;
}

/** Ticks one after the other while anybody waits; none runs where nobody does. */
export interface Ticker {
  wake(): void;
  stop(): Promise<void>;
}

export function createTicker({ store, meters, scheduler, onTicked, onFailure, isPassing }: TickerDeps): Ticker {
  let isStopped = false;
  let callOff: (() => void) | undefined;
  let callOffDraw: (() => void) | undefined;
  let running: Promise<void> | undefined;

  const schedule = (): void => {
    if (isStopped || callOff !== undefined || running !== undefined) return;
    callOff = scheduler.after(TICK_MS, () => {
      callOff = undefined;
      running = run();
    });
  };
  const failed = (cause: unknown): void => {
    if (isPassing(cause)) return;
    isStopped = true;
    onFailure(cause);
  };
  const scheduleDraw = (): void => {
    if (isStopped || callOffDraw !== undefined) return;
    callOffDraw = scheduler.after(DRAW_PAUSE_MS, () => {
      callOffDraw = undefined;
      try {
        if (store.drawOn()) scheduleDraw();
      } catch (cause) {
        // One that passes is tried again after the next tick.
        failed(cause);
      }
    });
  };
  const run = async (): Promise<void> => {
    let isIdle = false;
    try {
      const report = await store.tick();
      isIdle = report.isIdle;
      if (report.isDrawing) scheduleDraw();
      for (const { eventId, waitsMs } of report.rooms) meters.letIn(eventId, waitsMs);
      onTicked();
    } catch (cause) {
      failed(cause);
    }
    running = undefined;
    if (!isIdle) schedule();
  };

  return {
    wake: schedule,
    stop: async () => {
      isStopped = true;
      callOff?.();
      callOffDraw?.();
      await running;
    },
  };
}
