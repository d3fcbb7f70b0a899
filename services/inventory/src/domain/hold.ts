import type { AmountMinor, CurrencyCode, DurationMs, EpochMs } from '@traffic-tacos/kernel';

/**
 * `held` until exactly one of `committed`, `released`, `expired`; `committed` may become `returned` after a full refund, and an
 * ended hold `committed` again for a payment that was captured late.
 */
export type HoldState = 'held' | 'committed' | 'released' | 'expired' | 'returned';

/** The facts of a hold. All but `state`, `expiresAtMs`, `extendedByMs`, `changedAtMs` and `isReacquired` are frozen at its creation. */
export interface Hold {
  readonly reservationId: string;
  readonly eventId: string;
  readonly userId: string;
  readonly state: HoldState;
  /** The section of all places; undefined when seats of several sections were asked for. */
  readonly sectionId: string | undefined;
  /** In the order asked for, or in catalogue order when a quantity was asked for; empty for a pool. */
  readonly seatIds: readonly string[];
  readonly quantity: number;
  /** Whether the buyer named the seats or a number of places. */
  readonly askedFor: 'seats' | 'quantity';
  /** Whether the buyer named the section. */
  readonly isSectionAsked: boolean;
  readonly createdAtMs: EpochMs;
  /** The instant from which the places are free again, unless committed. Less `extendedByMs`: as first promised. */
  readonly expiresAtMs: EpochMs;
  /** 0 until extended. */
  readonly extendedByMs: DurationMs;
  /** When it came into its stored state; an extension does not count. */
  readonly changedAtMs: EpochMs;
  /** Whether it was committed after it had ended, by a captured payment. */
  readonly isReacquired: boolean;
  /** Made by `reserve`: what it is for is written down by the caller, elsewhere and later, or never where that one died in between. */
  readonly standsAlone: boolean;
  /** The sum of the places' prices when they were held. */
  readonly totalMinor: AmountMinor;
  readonly currency: CurrencyCode;
}

/** What the contract needs to know of a hold to judge a command. */
export type HoldTerms = Pick<Hold, 'state' | 'expiresAtMs' | 'extendedByMs' | 'eventId' | 'userId' | 'seatIds' | 'quantity'>;

/** Whether the places are no longer the reservation's, in the state that everybody sees. */
export const isEnded = (state: HoldState): boolean => state !== 'held' && state !== 'committed';

/** Whether a hold is over and nobody has said so yet: at its expiry exactly, not after it. */
export const isDue = ({ state, expiresAtMs }: Pick<Hold, 'state' | 'expiresAtMs'>, now: EpochMs): boolean =>
  state === 'held' && now >= expiresAtMs;

/** The state that everybody sees: a hold past its instant is expired, whether or not anything has noticed. */
export const stateAt = (hold: Pick<Hold, 'state' | 'expiresAtMs'>, now: EpochMs): HoldState => (isDue(hold, now) ? 'expired' : hold.state);
