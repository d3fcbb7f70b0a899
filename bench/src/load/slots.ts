import { setTimeout as sleep } from 'node:timers/promises';

const STEP_MS = 2;
const MS_PER_SECOND = 1_000;

export interface Slots {
  readonly perSecond: number;
  readonly startedMs: number;
  readonly seconds: number;
}

/**
 * An open loop: instants at even distances, whatever becomes of what was begun at those before. Each is told as the instant at which it should have been,
 * from which whatever it begins is timed, so that a wait for the generator or for a connection counts too.
 */
export async function eachSlot({ perSecond, startedMs, seconds }: Slots, begin: (sinceMs: number) => void): Promise<void> {
  const all = Math.floor(perSecond * seconds);
  for (let begun = 0; begun < all; ) {
    const nowMs = performance.now();
    for (let atMs = slot(begun); begun < all && atMs <= nowMs; atMs = slot(begun)) {
      begin(atMs);
      begun++;
    }
    if (begun < all) await sleep(STEP_MS);
  }

  function slot(number: number): number {
    return startedMs + (number * MS_PER_SECOND) / perSecond;
  }
}
