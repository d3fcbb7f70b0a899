import { formatId, type IdWords } from '@traffic-tacos/kernel';
import type { Books } from './books.ts';
import { must } from './breach.ts';
import { ADMITTED, LEASE_ENDED, placeId, READY, SPENT, WAITING, type DrawRecord, type PlaceRecord } from './records.ts';

/** Somebody whose place is not finished. */
export interface Person {
  readonly key: string;
  place: PlaceRecord;
  /** Where they stand in their lane: drawn, or by arrival. */
  slot: number;
}

export const isInLine = ({ state }: PlaceRecord): boolean => state === WAITING || state === READY;
const isActive = (place: PlaceRecord | undefined): boolean => place !== undefined && (place.state === READY || place.state === ADMITTED || place.state === SPENT);

/** One waiting room, counted from records alone. */
export class Line {
  readonly people = new Map<string, Person>();
  /** Ready, admitted, or with a hold made from a token. */
  active = 0;

  /** 1 for who is next in their lane; undefined of who is not in line. */
  positionOf(key: string): number | undefined {
    const person = this.people.get(key);
    if (person === undefined || !isInLine(person.place)) return undefined;
    let position = 1;
    for (const other of this.people.values()) if (isAhead(other, person)) position++;
    return position;
  }

  inState(state: number): number {
    let count = 0;
    for (const { place } of this.people.values()) if (place.state === state) count++;
    return count;
  }
}

export const isAhead = (one: Person, other: Person): boolean => one.place.lane === other.place.lane && one.slot < other.slot && isInLine(one.place);

/** More than a lane can ever have. */
const SLOTS_PER_LANE = 2 ** 24;

/** All waiting rooms: who stands where, as places, ticks and draws have said. */
export class Lines {
  #lines = new Map<string, Line>();
  /** Each line with its event: looked at after every timer. */
  events: (readonly [string, Line])[] = [];

  line(eventId: string): Line {
    const known = this.#lines.get(eventId);
    if (known !== undefined) return known;
    const line = new Line();
    this.#lines.set(eventId, line);
    this.events.push([eventId, line]);
    return line;
  }

  /** Begins anew from what a recovery has found. */
  rebuild(books: Books): void {
    this.#lines = new Map();
    this.events = [];
    for (const place of books.place.values()) if (place.state < LEASE_ENDED) this.change(undefined, place);
    for (const draw of books.draw.values()) this.draw(draw);
  }

  change(before: PlaceRecord | undefined, after: PlaceRecord): void {
    const line = this.line(after.eventId);
    const key = placeId(after);
    line.active += Number(isActive(after)) - Number(isActive(before));
    const known = line.people.get(key);
    if (after.state >= LEASE_ENDED) line.people.delete(key);
    else if (known === undefined) line.people.set(key, { key, place: after, slot: after.arrival });
    else known.place = after;
  }

  draw({ eventId, lanes }: DrawRecord): void {
    const line = this.line(eventId);
    for (const { ids, slots } of lanes) {
      for (const [at, slot] of slots.entries()) {
        const person = line.people.get(formatId('wtk', wordsOf(ids, at)));
        if (person !== undefined) person.slot = slot;
      }
    }
  }

  /** No two stand in one slot. */
  checkSlots(eventId: string): void {
    const taken = new Set<number>();
    for (const { key, place, slot } of this.line(eventId).people.values()) {
      if (!isInLine(place)) continue;
      const stands = place.lane * SLOTS_PER_LANE + slot;
      must(!taken.has(stands), 'I9', key, 'stands where another one stands');
      taken.add(stands);
    }
  }
}

/** An id among the bytes of a draw. */
export function wordsOf(ids: Uint8Array, at: number): IdWords {
  const view = new DataView(ids.buffer, ids.byteOffset + at * 16, 16);
  return { w0: view.getInt32(0, true), w1: view.getInt32(4, true), w2: view.getInt32(8, true), w3: view.getInt32(12, true) };
}
