import { hash } from 'node:crypto';
import { formatId } from '@traffic-tacos/kernel';
import { verifyDraw } from '@traffic-tacos/queue';
import { must } from './breach.ts';
import { isAhead, isInLine, wordsOf, type Line, type Person } from './lines.ts';
import type { Presence } from './presence.ts';
import { READY, WAITING, type DrawRecord, type PlaceRecord, type RoomRecord } from './records.ts';

/** The longest time that a tick makes good, in ms. */
const LONGEST_MS = 1_000;

/** What bounds a room just now. */
export interface Bounds {
  readonly perSecond: number;
  readonly maxActive: number;
  /** Since the tick before, or since somebody was let in last by this process, whichever is shorter, in ms. */
  readonly sinceMs: number;
}

export type PlacePair = readonly [PlaceRecord | undefined, PlaceRecord];

/** I8 and I9 for one tick, as it stands in the line now: the ceiling, the rate, the order, and nobody who is gone. */
export function checkTick(line: Line, presence: Presence, pairs: readonly PlacePair[], called: readonly Person[], bounds: Bounds, nowMs: number): void {
  if (called.length === 0) return;
  const { perSecond, maxActive, sinceMs } = bounds;
  const subject = called[0]?.place.eventId ?? '';
  must(line.active <= maxActive, 'I8', subject, () => `${line.active} are inside, and ${maxActive} may be`);
  const allowed = 1 + (perSecond * Math.min(sinceMs, LONGEST_MS)) / 1_000;
  must(called.length <= allowed, 'I8', subject, () => `${called.length} were let in after ${sinceMs} ms, at ${perSecond} a second`);
  const changed = new Set(pairs.map(([, { arrival, lane }]) => `${lane}/${arrival}`));
  for (const person of called) {
    must(!presence.isSilent(person.key, nowMs), 'I9', person.key, 'has been silent, and was let in before others');
    for (const other of line.people.values()) {
      const isPassedOver = other.place.state === WAITING && isAhead(other, person) && !changed.has(`${other.place.lane}/${other.place.arrival}`);
      must(!(isPassedOver && presence.isAwake(other.key, nowMs)), 'I9', other.key, () => `was passed over by ${person.key}`);
    }
  }
}

/** Those whose turn has come in that record. */
export const calledIn = (line: Line, pairs: readonly PlacePair[], idOf: (place: PlaceRecord) => string): readonly Person[] =>
  pairs.flatMap(([before, after]) => (before?.state === WAITING && after.state === READY ? (line.people.get(idOf(after)) ?? []) : []));

/** Those in line, lane by lane and in their order: who takes part in a draw whose list closes now. */
export const entrantsOf = (line: Line): readonly Person[] =>
  [...line.people.values()].filter(({ place }) => isInLine(place)).toSorted((one, other) => one.place.lane - other.place.lane || one.slot - other.slot);

/**
 * A draw takes in those who were in line when its list closed, and gives the places that its seed gives. It is prepared beside traffic: whoever has gone since
 * then is on the list or is not, and whoever has come is not.
 */
export function checkDraw(line: Line, entrants: readonly Person[], before: RoomRecord | undefined, room: RoomRecord, { eventId, lanes }: DrawRecord): void {
  const { draw } = room;
  must(draw !== undefined && draw.seed === before?.draw?.seed && before.draw.heldAtMs === 0, 'I9', eventId, 'was drawn with another seed than was published');
  for (const [number, { ids }] of lanes.entries()) {
    const listed = Array.from({ length: ids.length / 16 }, (_, at) => formatId('wtk', wordsOf(ids, at)));
    const isListed = new Set<string>(listed);
    const isMeant = ({ key, place }: Person): boolean => place.lane === number && (isListed.has(key) || line.positionOf(key) !== undefined);
    const meant = entrants.filter(isMeant).map(({ key }) => key);
    must(listed.join() === meant.join(), 'I9', eventId, () => `lane ${number} was drawn among others than those in line`);
  }
  if (draw === undefined) return;
  const seedHash = hash('sha256', Buffer.from(draw.seed, 'hex'), 'hex');
  const verdict = verifyDraw({ seedHash, root: draw.root, seed: draw.seed, lanes: lanes.map(({ ids }) => ids) });
  const isGenuine = verdict.kind === 'genuine' && lanes.every(({ slots }, at) => slots.join() === verdict.slots[at]?.join());
  must(isGenuine, 'I9', eventId, () => `a draw that nobody can draw again: ${verdict.kind}`);
}
