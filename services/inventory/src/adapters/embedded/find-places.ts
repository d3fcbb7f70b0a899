import type { EpochMs } from '@traffic-tacos/kernel';
import { bitsOf } from '../../domain/best-seats.ts';
import type { SectionMap } from '../../domain/choose-seats.ts';
import type { SeatClash } from '../../domain/outcomes.ts';
import type { SeatBlock } from '../../domain/seat-blocks.ts';
import { FREE, HELD, SOLD } from '../../domain/seat-state.ts';
import type { EventState } from './event-state.ts';
import type { HoldRows } from './hold-rows.ts';
import type { OverHolds } from './over-holds.ts';
import type { Rules } from './rules.ts';
import type { SectionState } from './section-state.ts';

/** The named seats that cannot be had; undefined when all can. Holds on them that are over go to `over`. */
export function findClashes(event: EventState, seats: readonly number[], over: OverHolds): readonly SeatClash[] | undefined {
  let clashes: SeatClash[] | undefined;
  for (const seat of seats) {
    const state = event.seats.stateOf(seat);
    if (state === FREE) continue;
    const owner = event.seats.ownerOf(seat);
    if (state === HELD && over.isOver(owner)) over.add(owner);
    else (clashes ??= []).push({ seatId: event.seating.nameOf(seat), state: clashState(state) });
  }
  return clashes;
}

function clashState(state: number): SeatClash['state'] {
  if (state === HELD) return 'held';
  return state === SOLD ? 'sold' : 'blocked';
}

/**
 * The seats of a section that has enough places, none for a pool; undefined when no choice of them will do. While free places will do,
 * holds that are over are left to others to end; otherwise they go to `over`, few at first, and before a refusal all that there are.
 */
export function takePlaces(
  rules: Rules, rows: HoldRows, section: SectionState, { quantity, mayBeApart }: Wish, over: OverHolds, now: EpochMs,
): readonly number[] | undefined {
  if (section.free >= quantity) {
    const seats = rules.chooseSeats(section, quantity, mayBeApart);
    if (seats !== undefined) return seats;
  }
  section.settle(now);
  for (let missing = Math.max(1, quantity - section.free); ; missing *= FREED_AT_ONCE) {
    const seats = rules.chooseSeats(freeUp(rows, section, missing, over, now), quantity, mayBeApart);
    if (seats !== undefined || missing >= section.due.places) return seats;
  }
}

/** What a buyer of a quantity will take. */
export interface Wish {
  readonly quantity: number;
  readonly mayBeApart: boolean;
}

/** How many times as many places are freed when those freed before did not do. */
const FREED_AT_ONCE = 4;

/** Ends holds that are over until the section has `missing` more free places; shows the section as it will be then. */
export function freeUp(rows: HoldRows, section: SectionState, missing: number, over: OverHolds, now: EpochMs): SectionMap {
  const { number } = section.plan;
  const freed: number[] = [];
  let places = 0;
  const free = (row: number): boolean => {
    over.add(row);
    places += rows.placesIn(row, number, section.seats);
    for (const seat of rows.seatsOf(row)) if (section.seats.sectionOf(seat) === number) freed.push(section.seats.positionOf(seat));
    return places < missing;
  };
  section.settle(now);
  const known = over.rows.filter((row) => rows.placesIn(row, number, section.seats) > 0);
  if (known.every(free)) section.due.visit(now, (row) => known.includes(row) || free(row));
  return new FreedSection(section, freed);
}

/** A section with more seats free than its books say yet. */
class FreedSection implements SectionMap {
  readonly #section: SectionState;
  readonly #freed: readonly number[];

  /** `freed` are positions. */
  constructor(section: SectionState, freed: readonly number[]) {
    this.#section = section;
    this.#freed = freed;
  }

  get isPool(): boolean {
    return this.#section.isPool;
  }

  get blocks(): readonly SeatBlock[] {
    return this.#section.blocks;
  }

  placesUpTo(): number {
    return this.#section.free + this.#freed.length;
  }

  freeBits(position: number): number {
    return this.#section.freeBits(position) | bitsOf(this.#freed, position);
  }

  seatAt(position: number): number {
    return this.#section.seatAt(position);
  }
}
