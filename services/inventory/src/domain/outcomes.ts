import type { DurationMs, EpochMs } from '@traffic-tacos/kernel';
import type { EventPlan } from './event-plan.ts';
import type { Hold } from './hold.ts';
import type { Clash } from './plan-change.ts';

/** A named seat that cannot be had, and why. */
export interface SeatClash {
  readonly seatId: string;
  readonly state: 'held' | 'sold' | 'blocked';
}

/** Holds that were found to be over and were ended by the same decision, by reservation id: their owners write their own records. */
interface Ended {
  readonly expired: readonly string[];
}

/** The command contradicts itself; nothing was looked at. */
export interface CommandInvalid {
  readonly kind: 'command_invalid';
  readonly field: string;
  readonly reason: string;
}

/** There is no such hold, or it is not the one that the command describes. */
export interface HoldNotFound {
  readonly kind: 'hold_not_found';
}

/**
 * Answers to `hold`, in order of precedence: the first that applies is given: a command that contradicts itself, a repeat,
 * what is not there, the event's state, admission, the purchase limit, the places.
 */
export type HoldOutcome =
  | CommandInvalid
  | { readonly kind: 'exists_with_different_event'; readonly hold: Hold }
  | { readonly kind: 'exists_with_different_user'; readonly hold: Hold }
  | { readonly kind: 'exists_with_different_seats'; readonly hold: Hold }
  | { readonly kind: 'exists_with_different_quantity'; readonly hold: Hold }
  | { readonly kind: 'exists_with_different_section'; readonly hold: Hold }
  /** The same command again: the hold as it stands, which `held` answered at first. */
  | { readonly kind: 'exists'; readonly hold: Hold }
  | { readonly kind: 'event_not_found' }
  | { readonly kind: 'section_not_found'; readonly section: string }
  | { readonly kind: 'seat_not_found'; readonly seatIds: readonly string[] }
  | { readonly kind: 'seats_not_in_section'; readonly seatIds: readonly string[] }
  | { readonly kind: 'sale_not_open'; readonly opensAtMs: EpochMs | undefined; readonly closedAtMs: EpochMs | undefined }
  | { readonly kind: 'not_admitted' }
  /** `remaining` is how many more places the buyer may take. */
  | { readonly kind: 'purchase_limit_exceeded'; readonly limit: number; readonly remaining: number }
  | { readonly kind: 'seat_unavailable'; readonly clashes: readonly SeatClash[] }
  /** `mostInOneSection` is the greatest quantity that could be had now, in the section asked for or any. */
  | { readonly kind: 'sold_out'; readonly mostInOneSection: number }
  /** A section has the places, but not side by side, and they may not be apart. `mostTogether` could be had now. */
  | { readonly kind: 'not_together'; readonly mostTogether: number }
  | ({ readonly kind: 'held'; readonly hold: Hold } & Ended);

/**
 * Answers to `reserve`: those to `hold`. Where the key is remembered, `exists` is the hold that it made, under another reservation id than the
 * command's, or the key was used for other content; both come before anything but a command that contradicts itself.
 */
export type ReserveOutcome = HoldOutcome | { readonly kind: 'idempotency_conflict' };

/** Answers to `commit`, in order of precedence. */
export type CommitOutcome =
  | HoldNotFound
  | { readonly kind: 'hold_returned' }
  | { readonly kind: 'already_committed'; readonly orderId: string; readonly hold: Hold }
  | { readonly kind: 'hold_released' }
  | { readonly kind: 'hold_expired'; readonly expiredAtMs: EpochMs }
  /** Only with `reacquire`. `clashes` names the seats; it is empty where a pool or the purchase limit is in the way. */
  | { readonly kind: 'seats_gone'; readonly reason: 'taken' | 'purchase_limit'; readonly clashes: readonly SeatClash[] }
  | ({ readonly kind: 'committed'; readonly orderId: string; readonly hold: Hold } & Ended);

/** Answers to `release`, in order of precedence. */
export type ReleaseOutcome =
  | HoldNotFound
  | { readonly kind: 'hold_returned' }
  | { readonly kind: 'already_committed' }
  | { readonly kind: 'already_released'; readonly hold: Hold }
  | { readonly kind: 'hold_expired'; readonly expiredAtMs: EpochMs }
  | { readonly kind: 'released'; readonly hold: Hold };

/** Answers to `expire`, in order of precedence. */
export type ExpireOutcome =
  | HoldNotFound
  | { readonly kind: 'hold_returned' }
  | { readonly kind: 'already_committed' }
  | { readonly kind: 'hold_released' }
  | { readonly kind: 'already_expired'; readonly hold: Hold }
  | { readonly kind: 'not_due'; readonly expiresAtMs: EpochMs }
  | { readonly kind: 'expired'; readonly hold: Hold };

/** Answers to `extend`, in order of precedence. */
export type ExtendOutcome =
  | HoldNotFound
  | { readonly kind: 'hold_returned' }
  | { readonly kind: 'already_committed' }
  | { readonly kind: 'hold_released' }
  | { readonly kind: 'hold_expired'; readonly expiredAtMs: EpochMs }
  /** The same extension again: the hold as that one left it. */
  | { readonly kind: 'already_extended'; readonly hold: Hold }
  /** Extended before by another length, or this length is not between 1 ms and the greatest allowed. */
  | { readonly kind: 'extension_not_allowed'; readonly extendedByMs: DurationMs; readonly mostMs: DurationMs }
  | { readonly kind: 'extended'; readonly hold: Hold };

/** Answers to `return`, in order of precedence. */
export type ReturnOutcome =
  | { readonly kind: 'order_not_found' }
  | { readonly kind: 'already_returned'; readonly hold: Hold }
  | { readonly kind: 'returned'; readonly hold: Hold };

/** Answers to `putEvent`. */
export type PutEventOutcome =
  | { readonly kind: 'event_conflict'; readonly clashes: readonly Clash[]; readonly omitted: number }
  | { readonly kind: 'event_unchanged'; readonly plan: EventPlan }
  | ({ readonly kind: 'event_changed'; readonly plan: EventPlan } & Ended)
  | { readonly kind: 'event_created'; readonly plan: EventPlan };

/** Answers to `moveSale`, in order of precedence. */
export type MoveSaleOutcome =
  | { readonly kind: 'event_not_found' }
  | { readonly kind: 'sale_ends_before_it_starts' }
  | { readonly kind: 'sale_unchanged' }
  | { readonly kind: 'sale_moved' };
