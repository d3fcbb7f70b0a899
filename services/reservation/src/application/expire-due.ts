import { addMs, durationMs, epochMs, Unavailable, type DurationMs, type ReservationId } from '@traffic-tacos/kernel';
import type { ExpireReservationOutcome } from '../ports/reservation-store.ts';
import type { ReservationContext } from './context.ts';

/** Reservations ended in one turn; the next turn goes on at once, so that requests come in between. */
const ENDED_PER_TURN = 256;
const RETRY_AFTER_MS = durationMs(1000);
/** Clocks that differ by milliseconds agree after so long. */
const ASK_AGAIN_AFTER_MS = durationMs(100);
const NO_TRACE = '0'.repeat(32);

export interface ExpiryReport {
  readonly expired: number;
  /** How late each release was on disk, in ms after the hold's instant. */
  readonly lagsMs: readonly number[];
  /** Whether more are due already. */
  readonly more: boolean;
}

/**
 * Makes releases visible: ends reservations whose hold is over. Decisions do not depend on it; it may run late, twice, or never.
 */
export async function expireDue(context: ReservationContext, atMost = ENDED_PER_TURN): Promise<ExpiryReport> {
  const nowMs = context.clock.nowMs();
  const due = context.store.due(nowMs, atMost);
  const lagsMs: number[] = [];
  await Promise.all(due.map((id) => expireAndReport(context, id, lagsMs)));
  return { expired: lagsMs.length, lagsMs, more: due.length === atMost };
}

/** Ends one reservation if its hold is over; before that, and a second time, it changes nothing. */
export async function expireOne(context: ReservationContext, id: ReservationId, traceId: string): Promise<ExpireReservationOutcome> {
  const { seats, store, meters } = context;
  const begun = meters.expire.begin();
  try {
    return await store.expire(id, traceId, await seats.expire(id));
  } finally {
    meters.expire.ended(begun);
  }
}

async function expireAndReport(context: ReservationContext, id: ReservationId, lagsMs: number[]): Promise<void> {
  const retry = (afterMs: DurationMs, notBeforeMs = 0): void => context.store.retryDue(id, epochMs(Math.max(notBeforeMs, addMs(context.clock.nowMs(), afterMs))));
  try {
    const outcome = await expireOne(context, id, NO_TRACE);
    // The clock was ahead of whoever decides over seats, and has been put right by that answer: the hold's instant is still to come.
    if (outcome.kind === 'not_due') retry(ASK_AGAIN_AFTER_MS, (await context.store.read(id))?.holdExpiresAtMs);
    if (outcome.kind === 'expired') lagsMs.push(Math.max(0, context.clock.nowMs() - outcome.reservation.holdExpiresAtMs));
  } catch (error) {
    if (!(error instanceof Unavailable)) throw error;
    retry(RETRY_AFTER_MS);
  }
}
