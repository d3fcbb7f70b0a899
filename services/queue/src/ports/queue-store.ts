import type { Joinable, Unit } from '@traffic-tacos/journal';
import type { EpochMs, EventId, IdWords, ReservationId } from '@traffic-tacos/kernel';
import type { DrawnLane } from '../application/draw.ts';
import type { LanesRefused } from '../domain/lanes.ts';
import type { Eta } from '../domain/pace.ts';
import type { OwnerKind, PlaceReason, PlaceStatus } from '../domain/place.ts';
import type { Lane, Room } from '../domain/room.ts';
import type { OutOfOrder, Schedule, ScheduleWord } from '../domain/schedule.ts';
import type { OnSale } from './on-sales.ts';

export interface JoinPlace {
  /** 128 fresh bits: the place's id if it is a new one. */
  readonly key: IdWords;
  readonly eventId: EventId;
  readonly ownerKind: OwnerKind;
  readonly owner: IdWords;
  /** Of the signed-in user; they choose the lane. */
  readonly roles: readonly string[];
  /** The number of the key that signs its tokens. */
  readonly keyNumber: number;
}

export type JoinOutcome =
  /** `isNew` is false where the owner had a place, which it is. */
  | { readonly kind: 'joined'; readonly reading: PlaceReading; readonly isNew: boolean }
  | { readonly kind: 'room_full' }
  | { readonly kind: 'not_open_yet'; readonly opensAtMs: EpochMs }
  | { readonly kind: 'draining' }
  | { readonly kind: 'sold_out' }
  | { readonly kind: 'sale_ended' };

/** A place as its owner sees it now. */
export interface PlaceReading {
  readonly key: IdWords;
  readonly eventId: EventId;
  readonly keyNumber: number;
  readonly ownerKind: OwnerKind;
  readonly owner: IdWords;
  readonly status: PlaceStatus;
  /** Why it is over, or why nobody moves. */
  readonly reason: PlaceReason | 'paused' | undefined;
  /** 1 for who is next in the lane; undefined before a draw, and for who does not wait. */
  readonly position: number | undefined;
  /** Undefined where it is not known. */
  readonly eta: Eta | undefined;
  /** From joining until one's turn, or what came of it; until now where one waits. */
  readonly waitedMs: number;
  readonly pollAfterMs: number;
  /** Of the reservation token; 0 while there is none. */
  readonly tokenExpiresAtMs: EpochMs;
  /** When the place ends if nothing is heard of its owner; of a place in line. */
  readonly leaseEndsAtMs: EpochMs;
}

export type EnterOutcome =
  | { readonly kind: 'granted'; readonly reading: PlaceReading; readonly ttlMs: number }
  | { readonly kind: 'not_ready'; readonly reading: PlaceReading }
  | { readonly kind: 'finished'; readonly reading: PlaceReading }
  | { readonly kind: 'place_not_found' };

export type LeaveOutcome = { readonly kind: 'left' } | { readonly kind: 'place_not_found' };

/** `token_lives`: the place has a reservation token, which is to be made worthless before its slot returns. */
export type StoreLeaveOutcome = LeaveOutcome | { readonly kind: 'token_lives'; readonly tokenExpiresAtMs: EpochMs };

/** Whether a reservation token still admits, asked by whoever decides over a hold, and its spending in the same unit. */
export interface Grant {
  /** Unspent and not run out, at the instant of the decision. */
  isLive(): boolean;
  spend(unit: Unit, reservationId: ReservationId): void;
}

/** An operator's word to a room. */
export type RoomControl =
  | { readonly kind: 'pause' }
  | { readonly kind: 'resume' }
  /** Nobody new is taken, and those who wait are let in. */
  | { readonly kind: 'drain' }
  /** People a second; 0 gives the rate back to the event. */
  | { readonly kind: 'set_rate'; readonly perSecond: number }
  /** When people may join, and when the event is sold: the latter is told to whoever decides over holds, in the same entry. */
  | ({ readonly kind: 'schedule' } & ScheduleWord)
  /** All lanes, the general one first. A lane that exists keeps its number. */
  | { readonly kind: 'set_lanes'; readonly lanes: readonly Lane[] };

export type ControlOutcome = { readonly kind: 'controlled'; readonly room: RoomReading } | { readonly kind: 'event_not_found' } | LanesRefused | OutOfOrder;

/** A room as everybody may see it, but for the seed of a draw that was not held. */
export interface RoomReading {
  readonly room: Room;
  readonly waiting: number;
  readonly ready: number;
  readonly admitted: number;
  /** Whether the event lets only those hold seats whom the room has let in; undefined where the event has not been heard of. */
  readonly demandsAdmission: boolean | undefined;
  /** Holds made with a token of the room. */
  readonly holding: number;
  /** Waiting and ready people of each lane, in the order of the room's lanes. */
  readonly lanes: readonly number[];
  /** The rate in force, people a second. */
  readonly perSecond: number;
  readonly maxActive: number;
  readonly schedule: Schedule;
}

/** What one tick did, over all rooms. */
export interface TickReport {
  /** Of each room that changed. `waitsMs` are of those whose turn has come. */
  readonly rooms: readonly { readonly eventId: EventId; readonly waitsMs: readonly number[] }[];
  /** Whether anybody is left for whom there is something to do. */
  readonly isIdle: boolean;
  /** Whether a draw is being prepared: `drawOn` goes on with it. */
  readonly isDrawing: boolean;
}

/**
 * Where places and rooms are kept. `join`, `enter`, `leave`, `control` and `tick` are one decision and one entry each; what they answer is durable.
 * Each may reject with `Unavailable`. A poll decides nothing and is never written down: it is answered from memory, at once where all that
 * it shows is durable, which it mostly is.
 */
export interface QueueStore {
  join(command: JoinPlace, event: OnSale): Promise<JoinOutcome>;
  /** Its owner has been heard of. Undefined: there is no such place. */
  poll(key: IdWords): PlaceReading | undefined | Promise<PlaceReading | undefined>;
  /** The same, which never waits: `not_durable` where something that it shows is not on disk yet. */
  look(key: IdWords): PlaceReading | 'not_durable' | undefined;
  /** The same without its owner being heard of. */
  read(key: IdWords): PlaceReading | undefined;
  enter(key: IdWords): Promise<EnterOutcome>;
  /** For good. A place with a reservation token only where nobody can spend that any more. */
  leave(key: IdWords, isTokenVoid?: boolean): Promise<StoreLeaveOutcome>;
  /** Others are let in first until the owner is heard of again. */
  leaveSoftly(key: IdWords): LeaveOutcome;
  /** The grant of a place's reservation token; undefined for a place that was never admitted. */
  grant(key: IdWords): Grant | undefined;
  /** A token was spent in another process, which tells it at least once. */
  tokenSpent(key: IdWords, reservationId: ReservationId): Joinable<void>;
  /** The hold that was made with a token is over: its slot returns. For decisions that join another service's unit. */
  holdEnded(reservationId: ReservationId): Joinable<void>;
  /** Lets people in, and ends what is over. Called some times a second. */
  tick(): Promise<TickReport>;
  /** Goes on with the draws that are being prepared, a slice of each, and holds those that are finished. Whether there is more to do. May throw `Unavailable`. */
  drawOn(): boolean;
  control(eventId: EventId, control: RoomControl): Promise<ControlOutcome>;
  /** Undefined where nobody has joined, and no operator has said a word. */
  room(eventId: EventId): RoomReading | undefined;
  /** The same, and of an event that has no such room yet, what its room would be. Undefined where there is no such event. */
  roomToBe(eventId: EventId): RoomReading | undefined;
  rooms(): Iterable<RoomReading>;
  /** Resolves when what was read of the room in this turn is on disk. Rejects with `Unavailable`. */
  durable(eventId: EventId): Promise<void>;
  /** Who took part in the draw of an event, lane by lane, and the places drawn; undefined where none was held. */
  heldDraw(eventId: EventId): readonly DrawnLane[] | undefined;
}
