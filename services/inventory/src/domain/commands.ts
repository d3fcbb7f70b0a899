import type { EpochMs } from '@traffic-tacos/kernel';

/** Asks for seats by id, or for a number of places. `reservationId` is the command's identity: repeating it repeats the answer. */
export interface HoldCommand {
  /** `rsv_` and 26 characters. */
  readonly reservationId: string;
  readonly eventId: string;
  readonly userId: string;
  /** Distinct seats, at least one; or `quantity`. */
  readonly seatIds?: readonly string[] | undefined;
  /** Places, at least one. Beside `seatIds` it must be their number. */
  readonly quantity?: number | undefined;
  /** A section to take all places from; without it seats may be of several, and a quantity is looked for in catalogue order. */
  readonly section?: string | undefined;
  /** Whether the places of a quantity may lie apart where no seats side by side are left. Repeats may differ in it. */
  readonly mayBeApart?: boolean | undefined;
  /** How long the places are kept. */
  readonly holdForMs: number;
  /** The hold ends then at the latest. */
  readonly expiresAtUpperBoundMs?: number | undefined;
  /** Whether the waiting room let this buyer in. It matters only where the event demands it. */
  readonly admission: 'granted' | 'none';
}

/** A hold by somebody who cannot know whether an earlier attempt has made it: another process, after a crash or a lost answer. */
export interface ReserveCommand extends HoldCommand {
  /** The buyer's name for the attempt; undefined where old clients are let in without one, and every attempt is another. */
  readonly idempotencyKey: string | undefined;
}

/** Names a hold. Where something is given that is not the hold's, the hold counts as not found: existence does not leak. */
export interface HoldRef {
  readonly reservationId: string;
  readonly eventId?: string | undefined;
  readonly userId?: string | undefined;
  /** All of them, in any order. */
  readonly seatIds?: readonly string[] | undefined;
  readonly quantity?: number | undefined;
}

/** Sells what is held. */
export interface CommitCommand extends HoldRef {
  /** Takes the same places again if the hold has ended. Only a captured payment may ask for it. */
  readonly reacquire?: boolean | undefined;
}

export type ReleaseCommand = HoldRef;
export type ExpireCommand = HoldRef;

export interface ExtendCommand extends HoldRef {
  /** Added to the expiry, once. */
  readonly extendByMs: number;
}

/** Moves the time in which an event is sold, and nothing else of it. */
export interface MoveSaleCommand {
  readonly eventId: string;
  /** No time: open since ever. */
  readonly saleStartsAtMs: EpochMs | undefined;
  /** No time: open for ever. */
  readonly saleEndsAtMs: EpochMs | undefined;
}

/** Makes the places of an order free again after a full refund. */
export interface ReturnCommand {
  /** `ord_` and the suffix of the reservation. */
  readonly orderId: string;
  readonly eventId?: string | undefined;
  readonly userId?: string | undefined;
  /** All of the order's, in any order: a part of an order is not returned. */
  readonly seatIds?: readonly string[] | undefined;
  readonly quantity?: number | undefined;
}
