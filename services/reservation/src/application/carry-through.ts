import { Unavailable, type PaymentIntentId, type ReservationId } from '@traffic-tacos/kernel';
import type { Scheduler } from '../expiry-timer.ts';
import { confirmReservation } from './confirm-reservation.ts';
import type { ReservationContext } from './context.ts';

const REPEAT_AFTER_MS = 1_000;
/** Commits repeated at one time; the rest comes after them. */
const AT_ONCE = 32;
const NO_TRACE = '0'.repeat(32);

export interface CarryThrough {
  start(): void;
  /** Resolves when nothing is being asked any more. */
  stop(): Promise<void>;
}

/**
 * Repeats commits of seats that have been begun and not answered, until they are: those that this process has seen fail, and those that an
 * earlier one has left behind.
 */
export function carryThrough(options: {
  readonly context: ReservationContext;
  readonly begun: () => ReadonlyMap<ReservationId, PaymentIntentId>;
  readonly scheduler: Scheduler;
  readonly onFailure: (cause: unknown) => void;
}): CarryThrough {
  const { context, begun, scheduler, onFailure } = options;
  let callOff: (() => void) | undefined;
  let running: Promise<void> = Promise.resolve();
  let isStopped = false;

  const repeat = async ([reservationId, paymentIntentId]: readonly [ReservationId, PaymentIntentId]): Promise<void> => {
    try {
      await confirmReservation(context, { reservationId, paymentIntentId, userId: undefined, traceId: NO_TRACE, idempotencyKey: undefined });
    } catch (error) {
      if (!(error instanceof Unavailable)) throw error;
    }
  };
  const wake = async (): Promise<void> => {
    await Promise.all([...begun()].slice(0, AT_ONCE).map(repeat));
    sleep(REPEAT_AFTER_MS);
  };
  const sleep = (delayMs: number): void => {
    if (isStopped) return;
    callOff = scheduler.after(delayMs, () => {
      running = wake().catch(onFailure);
    });
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
