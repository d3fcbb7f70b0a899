import type { EpochMs } from './units.ts';

/** Wakes somebody at an instant of the decision clock. */
export interface WakeUps {
  /**
   * Calls `wake` once, in a turn of its own, at or soon after `atMs`; soon, when `atMs` has passed. It may be early by the difference
   * of two clocks: whoever wakes looks at the clock. Answers a function that calls it off.
   */
  at(atMs: EpochMs, wake: () => void): () => void;
}
