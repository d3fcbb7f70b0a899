import type { EpochMs } from '@traffic-tacos/kernel';

/** Takes a planned call back; afterwards it changes nothing. */
export type Cancel = () => void;

/** Wakes somebody at an instant of the decision clock. */
export interface Scheduler {
  /**
   * Calls `wake` once, in a turn of its own, at or soon after `atMs`; soon, when `atMs` has passed. It may be early by the difference
   * of two clocks: whoever wakes looks at the clock.
   */
  at(atMs: EpochMs, wake: () => void): Cancel;
}
