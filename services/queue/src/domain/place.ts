import type { EpochMs, EventId, IdWords } from '@traffic-tacos/kernel';

/** What a place is. The numbers stand in the journal and are never changed. */
export const WAITING = 1;
export const READY = 2;
/** Its owner has a reservation token, which is neither spent nor run out. */
export const ADMITTED = 3;
/** A hold was made with its token, and lives. */
export const SPENT = 4;
export const LEASE_ENDED = 5;
export const LEFT = 6;
export const SOLD_OUT = 7;
export const SALE_ENDED = 8;
export const TOKEN_RAN_OUT = 9;
/** The hold that was made with its token has ended: bought, given up, or over. */
export const USED = 10;

export type PlaceState = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10;

export type PlaceStatus = 'waiting' | 'ready' | 'admitted' | 'expired' | 'left' | 'closed';
export type PlaceReason = 'lease_ended' | 'token_ran_out' | 'used' | 'sold_out' | 'sale_ended';

/** Whose place it is. A label is a visitor's secret and never a signed-in user. */
export type OwnerKind = 'visitor' | 'label' | 'account';

/** One place, whole: what the journal keeps of it. When its owner was last heard of is not part of it. */
export interface Place {
  /** 128 bits: the id in the waiting token. */
  readonly key: IdWords;
  readonly version: number;
  readonly eventId: EventId;
  /** Number of the lane, from 0. */
  readonly lane: number;
  readonly ownerKind: OwnerKind;
  /** 128 bits of SHA-256 over event, kind and name; zero for a visitor without a label. */
  readonly owner: IdWords;
  /** The lane's arrivals are counted from 0. */
  readonly arrival: number;
  readonly joinedAtMs: EpochMs;
  readonly state: PlaceState;
  /** When it entered its state. */
  readonly changedAtMs: EpochMs;
  /** When its reservation token runs out; 0 before there is one. */
  readonly tokenExpiresAtMs: EpochMs;
  /** The number of the key that signs its tokens. */
  readonly keyNumber: number;
  /** The reservation that its token was spent for; undefined before. */
  readonly reservation: IdWords | undefined;
}

/** Whether it counts in positions. */
export const isInLine = (state: number): boolean => state === WAITING || state === READY;

/** Whether nothing follows any more: joining then gives another place. */
export const isFinished = (state: number): boolean => state >= LEASE_ENDED;

const STATUSES: readonly PlaceStatus[] = ['waiting', 'waiting', 'ready', 'admitted', 'admitted', 'expired', 'left', 'closed', 'closed', 'expired', 'expired'];
const REASONS: readonly (PlaceReason | undefined)[] = [
  undefined, undefined, undefined, undefined, undefined, 'lease_ended', undefined, 'sold_out', 'sale_ended', 'token_ran_out', 'used',
];

export const statusOf = (state: PlaceState): PlaceStatus => STATUSES[state] ?? 'expired';
export const reasonOf = (state: PlaceState): PlaceReason | undefined => REASONS[state];

/** How a room was closed, as the state that its places then have; 0 while it is not. */
export type Closing = 0 | typeof SOLD_OUT | typeof SALE_ENDED;

/**
 * What a place is at an instant, whether or not a tick has written it down: leases and tokens are over exactly at their ends, and a room that is closed
 * has no waiting places. Where tokens are spent in another process, `tokensMs` is until when it is known which of them were.
 */
export function stateAt(
  place: { readonly state: PlaceState; readonly tokenExpiresAtMs: number }, leaseEndsAtMs: number, closing: Closing, nowMs: number, tokensMs = nowMs,
): PlaceState {
  const { state } = place;
  if (isInLine(state)) {
    if (closing !== 0) return closing;
    return leaseEndsAtMs <= nowMs ? LEASE_ENDED : state;
  }
  return state === ADMITTED && place.tokenExpiresAtMs <= tokensMs ? TOKEN_RAN_OUT : state;
}
