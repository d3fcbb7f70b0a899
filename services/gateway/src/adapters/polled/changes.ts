import type { Changes } from '../../ports/changes.ts';

/** Where wake-ups come from. */
interface WakeUps {
  /** Calls `run` after `delayMs`, once; answers a function that calls it off. */
  after(delayMs: number, run: () => void): () => void;
}

/** How long a change may go unnoticed, in ms. */
const ROUND_MS = 2_000;
/** A round is walked in so many steps, so that what follows from it is spread. */
const STEPS = 20;

/**
 * Hints at every watched thing once a round, for a gateway whose reservations and payments are in other processes: nobody tells it of changes, so whoever follows
 * something reads it again. It wakes up only while anything is watched.
 */
export function polledChanges(wakeUps: WakeUps): Changes {
  const watchers = Array.from({ length: STEPS }, () => new Set<() => void>());
  let watched = 0;
  let opened = 0;
  let step = 0;
  let isAwake = false;
  const wake = (): void => {
    isAwake = watched > 0;
    if (isAwake) wakeUps.after(ROUND_MS / STEPS, look);
  };
  const look = (): void => {
    step = (step + 1) % STEPS;
    for (const changed of [...(watchers[step] ?? [])]) changed();
    wake();
  };
  return {
    watch: (_id, changed) => {
      const slot = watchers[opened++ % STEPS];
      // One function may watch several things.
      const own = (): void => changed();
      slot?.add(own);
      watched++;
      if (!isAwake) wake();
      return () => {
        if (slot?.delete(own) === true) watched--;
      };
    },
  };
}
