import type { EpochMs } from '@traffic-tacos/kernel';
import type { Refusal } from '@traffic-tacos/kit';

/** An instant of a schedule: one, none, or what it is already. */
export type ScheduledInstant = EpochMs | 'none' | 'unchanged';

/** A line of a waiting room, with its part of the rate. */
export interface RoomLane {
  readonly id: string;
  /** Its part of the rate, against the quotas of the other lanes: 1 to 1,000. */
  readonly quota: number;
  /** The role of those who stand in it; empty for the first lane, which is everybody else's. */
  readonly role: string;
}

/** A word of an admin to a waiting room. */
export type RoomWord =
  | { readonly kind: 'pause' }
  | { readonly kind: 'resume' }
  /** Nobody new is taken, and those who wait are let in. */
  | { readonly kind: 'drain' }
  /** People a second; 0 gives the rate back to the event. */
  | { readonly kind: 'set_rate'; readonly perSecond: number }
  /** When people may join, and when the event is sold. */
  | { readonly kind: 'schedule'; readonly opensAtMs: ScheduledInstant; readonly saleStartsAtMs: ScheduledInstant; readonly saleEndsAtMs: ScheduledInstant }
  /** All lanes, those that are there first and in their order. */
  | { readonly kind: 'set_lanes'; readonly lanes: readonly RoomLane[] };

/** A waiting room as admins see it. */
export interface RoomFigures {
  readonly eventId: string;
  /** Whether the event demands that people are let in by the room; undefined where the event has not been heard of. */
  readonly waitingRoom: 'on' | 'off' | undefined;
  readonly mode: 'open' | 'paused' | 'draining';
  /** The rate in force, people a second. */
  readonly perSecond: number;
  readonly maxActive: number;
  readonly waiting: number;
  /** Those whose turn it is, and who have not come in. */
  readonly ready: number;
  /** Those inside without a hold. */
  readonly admitted: number;
  /** Those inside with a hold. */
  readonly holding: number;
  /** Turns given since the room was first used. */
  readonly letIn: number;
  /** Turns that nobody claimed in time. */
  readonly noShows: number;
  /** By wall time; undefined where no time says otherwise. */
  readonly schedule: { readonly opensAtMs: EpochMs | undefined; readonly saleStartsAtMs: EpochMs | undefined; readonly saleEndsAtMs: EpochMs | undefined };
  /** `inLine`: who wait there or are ready. */
  readonly lanes: readonly (RoomLane & { readonly inLine: number })[];
}

/** How fairly a room has treated those who came to it, since it was first used. */
export interface Fairness {
  /** Turns given; somebody who does not claim one in time gets another. */
  readonly turns: number;
  /** Turns that nobody claimed in time. */
  readonly noShows: number;
  /** Turns given while somebody silent stood ahead. */
  readonly overtakes: number;
  /** Seconds from joining until one's turn, rounded up to classes of half an octave; undefined before the first turn. */
  readonly waitSec: { readonly p50: number; readonly p90: number; readonly p99: number; readonly max: number } | undefined;
}

/** What the gateway asks of the waiting rooms on an admin's word. */
export interface RoomControls {
  /** Durable when it resolves. Refused where there is no such event, or the word contradicts the room. May reject with `Unavailable`. */
  tell(eventId: string, word: RoomWord): Promise<RoomFigures | Refusal>;
  /** Also where nobody has joined yet. Undefined where there is no such event. May reject with `Unavailable`. */
  room(eventId: string): Promise<RoomFigures | undefined>;
  /** Every room that anybody has joined, or an admin has said a word to. */
  rooms(): Promise<readonly RoomFigures[]>;
  /** Undefined where nobody has ever joined. */
  fairness(eventId: string): Fairness | undefined;
}
