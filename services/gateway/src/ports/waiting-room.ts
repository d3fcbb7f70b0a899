import type { EpochMs } from '@traffic-tacos/kernel';
import type { Refusal } from '@traffic-tacos/kit';

export type PlaceStatus = 'waiting' | 'ready' | 'admitted' | 'expired' | 'left' | 'closed';

/** A place in a waiting room as its holder sees it. */
export interface PlaceFacts {
  readonly eventId: string;
  readonly status: PlaceStatus;
  /** Why it is over, or why nobody moves. */
  readonly reason: string | undefined;
  /** 1 for who is next in the lane; undefined before a draw, and for who does not wait. */
  readonly position: number | undefined;
  /** In whole seconds; undefined where it is not known. */
  readonly etaSec: number | undefined;
  /** When the place ends unless its holder is heard of. */
  readonly leaseEndsAtMs: EpochMs;
  readonly pollAfterMs: number;
  /** The place as `GET /api/v1/queue/status` shows it. */
  readonly view: Readonly<Record<string, unknown>>;
}

export interface JoinRoom {
  readonly eventId: string;
  /** Undefined where nobody has signed in. */
  readonly userId: string | undefined;
  readonly roles: readonly string[];
  /** A visitor's own secret name. */
  readonly label: string | undefined;
}

export interface UsePlace {
  readonly waitingToken: string;
  readonly userId: string | undefined;
}

export type JoinRoomAnswer = { readonly kind: 'joined'; readonly waitingToken: string; readonly place: PlaceFacts } | Refusal;
export type EnterRoomAnswer = { readonly kind: 'granted'; readonly reservationToken: string; readonly ttlMs: number } | Refusal;
export type LeaveRoomAnswer = { readonly kind: 'left' } | Refusal;

/** The figures of one room. */
export interface RoomFacts {
  readonly eventId: string;
  /** Who wait or are ready. */
  readonly waiting: number;
  /** Since the room was opened. */
  readonly letIn: number;
  /** Inside now: ready, admitted, or with a hold. */
  readonly active: number;
  readonly maxActive: number;
  /** Admissions a second in force. */
  readonly perSecond: number;
  /** Of all who were let in, in whole seconds; 0 where nobody was. */
  readonly meanWaitSec: number;
}

/** What the gateway asks of the waiting rooms. Every method may reject with `Unavailable`. */
export interface WaitingRoom {
  join(command: JoinRoom): Promise<JoinRoomAnswer>;
  /** Its holder has been heard of. Undefined: there is no such place. */
  status(waitingToken: string): Promise<PlaceFacts | undefined>;
  enter(command: UsePlace): Promise<EnterRoomAnswer>;
  /** Who holds a token, as a text that tells holders apart; undefined for one that is forged. Answers at once. */
  holderOf(waitingToken: string): string | undefined;
  /** For good. */
  leave(command: UsePlace): Promise<LeaveRoomAnswer>;
  /** Undefined where nobody has ever waited. */
  room(eventId: string): RoomFacts | undefined;
  rooms(): readonly RoomFacts[];
  /**
   * Calls `changed` after each change of the place that is on disk: of its position about once a second, of anything else at once. A place that is watched is
   * heard of. Undefined where there is none, or no more can be watched.
   */
  watch(waitingToken: string, changed: () => void): (() => void) | undefined;
}
