import type { EpochMs } from '@traffic-tacos/kernel';
import type { DifferenceKind } from './difference.ts';

/** A guarantee that does not hold, with the thing for which it does not. */
export interface Breach {
  readonly kind: DifferenceKind;
  readonly invariant: string;
  readonly subject: string;
  readonly detail: string;
}

/** What a check has found. */
export interface Finding extends Breach {
  /** Since when it is so, where the platform is given time to put it right; undefined where it may never be. */
  readonly sinceMs?: EpochMs;
}
