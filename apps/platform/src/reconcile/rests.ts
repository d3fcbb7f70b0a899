/** With slices of half a millisecond, a fortieth of a processor that nobody else wants. */
const REST_MS = 20;
const LONGEST_REST_MS = 200;

/** Makes the rests between the slices of a walk: `sleep` wakes after at least so many ms of the monotonic clock. */
export function createRests(sleep: (ms: number, then: () => void) => void, monotonicMs: () => number): (then: () => void) => void {
  let restMs = REST_MS;
  return (then) => {
    const dueMs = monotonicMs() + restMs;
    sleep(restMs, () => {
      restMs = restAfter(monotonicMs() - dueMs);
      then();
    });
  };
}

/**
 * How long a walk rests after its next slice, in ms, when it was woken that much late from the last rest. Whoever wakes late is not alone: each
 * millisecond makes the rest once longer, up to ten times. That something is healed later harms nobody, and what is served meanwhile has gone on.
 */
export function restAfter(lateMs: number): number {
  return Math.min(LONGEST_REST_MS, REST_MS * Math.max(1, lateMs));
}
