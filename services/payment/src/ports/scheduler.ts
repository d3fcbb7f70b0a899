import type { WakeUps } from '@traffic-tacos/kernel';

/** Takes a planned call back; afterwards it changes nothing. */
export type Cancel = () => void;

/** Wakes somebody at an instant of the decision clock. */
export type Scheduler = WakeUps;
