import type { EpochMs, EventId } from '@traffic-tacos/kernel';
import type { Closing } from './place.ts';

/** `draining` takes nobody new and goes on letting in those who wait. */
export type RoomMode = 'open' | 'paused' | 'draining';

/** A line of its own, with its part of the rate. */
export interface Lane {
  readonly id: string;
  /** Its part of the rate, against the quotas of the other lanes: 1 to 1,000. */
  readonly quota: number;
  /** The role of those who stand in it; empty for the lane of everybody else, which is the first. */
  readonly role: string;
}

const GENERAL_LANE: Lane = { id: 'general', quota: 1, role: '' };

/** Upper ends of the classes that waits are counted in: a quarter of a second, and each half an octave more. */
const WAIT_CLASSES = 36;
const SHORTEST_CLASS_SEC = 0.25;

export const classOfWait = (waitMs: number): number =>
  Math.min(WAIT_CLASSES - 1, Math.max(0, Math.ceil(2 * Math.log2(waitMs / 1_000 / SHORTEST_CLASS_SEC))));
export const endOfClassSec = (index: number): number => SHORTEST_CLASS_SEC * 2 ** (index / 2);

/** A draw: its seed, which is known by its hash before; once it is held, when, and the root of the list of those who took part. */
export interface Draw {
  /** 32 bytes in hex. Secret until the draw is held. */
  readonly seed: string;
  /** 0 before it is held. */
  readonly heldAtMs: EpochMs;
  /** SHA-256 in hex over the list; empty before. */
  readonly root: string;
  readonly entrants: number;
}

/** What the journal keeps of an event's waiting room beside its places. Each version is one tick, or one word of an operator. */
export interface Room {
  readonly eventId: EventId;
  readonly version: number;
  readonly changedAtMs: EpochMs;
  readonly mode: RoomMode;
  /** People a second by an operator's word; 0 where the event says it. */
  readonly perSecond: number;
  /** When people may begin to join; 0 for always. */
  readonly opensAtMs: EpochMs;
  readonly closing: Closing;
  readonly lanes: readonly Lane[];
  /** Undefined where order of arrival decides alone. */
  readonly draw: Draw | undefined;
  /** People who were told that it is their turn, each time that they were. */
  readonly letIn: number;
  /** Turns that nobody claimed in time. */
  readonly noShows: number;
  /** People who were let in while somebody silent stood ahead of them. */
  readonly overtakes: number;
  /** Turns by how long they were waited for, in the classes of `endOfClassSec`. */
  readonly waits: readonly number[];
}

export const newRoom = (eventId: EventId, nowMs: EpochMs, draw: Draw | undefined): Room => ({
  eventId, version: 1, changedAtMs: nowMs, mode: 'open', perSecond: 0, opensAtMs: 0 as EpochMs, closing: 0, lanes: [GENERAL_LANE], draw,
  letIn: 0, noShows: 0, overtakes: 0, waits: new Array<number>(WAIT_CLASSES).fill(0),
});

/** The lane of somebody with these roles: the first whose role is among them, else that of everybody. */
export function laneFor(lanes: readonly Lane[], roles: readonly string[]): number {
  if (lanes.length === 1 || roles.length === 0) return 0;
  const found = lanes.findIndex(({ role }) => role !== '' && roles.includes(role));
  return found === -1 ? 0 : found;
}
