import type { EpochMs } from '@traffic-tacos/kernel';

/** When what happens at an on-sale, by wall time; undefined where no time says otherwise. */
export interface Schedule {
  /** When people may begin to join. */
  readonly opensAtMs: EpochMs | undefined;
  /** When the first of them are let in, and seats are given out. */
  readonly saleStartsAtMs: EpochMs | undefined;
  /** When everybody who still waits is told that it is over. */
  readonly saleEndsAtMs: EpochMs | undefined;
}

/** What becomes of one instant of a schedule. */
export type ScheduledInstant = EpochMs | 'none' | 'unchanged';

export type ScheduleWord = Readonly<Record<keyof Schedule, ScheduledInstant>>;

/** The schedule would be out of order: `field` must come after `after`. */
export interface OutOfOrder {
  readonly kind: 'schedule_out_of_order';
  readonly field: 'saleStartsAt' | 'saleEndsAt';
  readonly after: 'opensAt' | 'saleStartsAt';
}

/** The schedule after an operator's word. A room may open in the instant in which the sale starts; a sale has to last. */
export function reschedule(schedule: Schedule, word: ScheduleWord): Schedule | OutOfOrder {
  const opensAtMs = instantOf(schedule.opensAtMs, word.opensAtMs);
  const saleStartsAtMs = instantOf(schedule.saleStartsAtMs, word.saleStartsAtMs);
  const saleEndsAtMs = instantOf(schedule.saleEndsAtMs, word.saleEndsAtMs);
  if (opensAtMs !== undefined && saleStartsAtMs !== undefined && saleStartsAtMs < opensAtMs) return outOfOrder('saleStartsAt', 'opensAt');
  if (saleStartsAtMs !== undefined && saleEndsAtMs !== undefined && saleEndsAtMs <= saleStartsAtMs) return outOfOrder('saleEndsAt', 'saleStartsAt');
  if (opensAtMs !== undefined && saleEndsAtMs !== undefined && saleEndsAtMs <= opensAtMs) return outOfOrder('saleEndsAt', 'opensAt');
  return { opensAtMs, saleStartsAtMs, saleEndsAtMs };
}

function instantOf(before: EpochMs | undefined, word: ScheduledInstant): EpochMs | undefined {
  if (word === 'unchanged') return before;
  return word === 'none' ? undefined : word;
}

const outOfOrder = (field: OutOfOrder['field'], after: OutOfOrder['after']): OutOfOrder => ({ kind: 'schedule_out_of_order', field, after });
