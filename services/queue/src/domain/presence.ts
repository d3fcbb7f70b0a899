/** The shortest time that a place is kept without a sign of its owner. */
const SHORTEST_LEASE_MS = 30_000;
const LEASE_IN_POLLS = 3;
/** How late a poll may be before its owner counts as silent. */
const SILENT_IN_POLLS = 1.5;
const SILENT_GRACE_MS = 2_000;

/** How long a ready place may be claimed before its owner has to be heard of again. */
export const CLAIM_MS = 10_000;
/** How long a reservation token lives. */
export const TOKEN_TTL_MS = 300_000;

/** When a place ends whose owner is not heard of again. */
export const leaseEndsAtMs = (polledAtMs: number, pollAfterMs: number): number => polledAtMs + Math.max(SHORTEST_LEASE_MS, LEASE_IN_POLLS * pollAfterMs);

/** Whether its owner has been silent for so long that others are let in first. */
export const isSilent = (polledAtMs: number, pollAfterMs: number, nowMs: number): boolean =>
  nowMs - polledAtMs > SILENT_IN_POLLS * pollAfterMs + SILENT_GRACE_MS;

const SHORTEST_POLL_MS = 2_000;
const LONGEST_POLL_MS = 60_000;
/** Somebody polls so often while waiting, however long that is. */
const POLLS_A_WAIT = 10;
/** Polls a second that all who wait may make together. */
const POLLS_PER_SECOND = 15_000;
/** Jitter takes up to this part off, so that people who came together do not poll together. */
const JITTER = 0.2;

/**
 * When to ask again, in ms: often where one's turn is near, seldom where it is far, and seldom enough that all who wait can be answered. `draw` is a
 * random number from 0 to 1.
 */
export function pollAfterMs(ahead: number, perSecond: number, waiting: number, draw: number): number {
  const turnMs = (ahead / Math.max(perSecond, 0.1)) * 1_000;
  const byCrowd = (waiting / POLLS_PER_SECOND) * 1_000;
  // Nobody is told to come back after their turn.
  const wanted = Math.min(LONGEST_POLL_MS, Math.max(turnMs / POLLS_A_WAIT, byCrowd), turnMs / 2);
  return Math.round(Math.max(SHORTEST_POLL_MS, wanted) * (1 - JITTER * draw));
}
