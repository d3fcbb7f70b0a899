import type { EpochMs } from '@traffic-tacos/kernel';
import type { SectionMap } from '../../domain/choose-seats.ts';
import type { SeatClash } from '../../domain/outcomes.ts';
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
 * The seats of a section that has enough places, none for a pool. While free places suffice, holds that are over are left to others
 * to end; otherwise as many of them as are needed go to `over`.
 */
export function takePlaces(rules: Rules, rows: HoldRows, section: SectionState, quantity: number, over: OverHolds, now: EpochMs): readonly number[] {
  if (section.free >= quantity) return rules.chooseSeats(section, quantity);
  return rules.chooseSeats(freeUp(rows, section, quantity - section.free, over, now), quantity);
}

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
  return new FreedSection(section, freed.sort((a, b) => a - b));
}

/** A section with more seats free than its books say yet. */
class FreedSection implements SectionMap {
  readonly #section: SectionState;
  readonly #freed: readonly number[];

  /** `freed` are positions, ascending. */
  constructor(section: SectionState, freed: readonly number[]) {
    this.#section = section;
    this.#freed = freed;
  }

  get isPool(): boolean {
    return this.#section.isPool;
  }

  get firstPosition(): number {
    return this.#section.firstPosition;
  }

  placesUpTo(): number {
    return this.#section.free + this.#freed.length;
  }

  nextFree(position: number): number {
    const free = this.#section.nextFree(position);
    const freed = this.#freed.find((at) => at >= position) ?? -1;
    if (free === -1 || freed === -1) return Math.max(free, freed);
    return Math.min(free, freed);
  }

  seatAt(position: number): number {
    return this.#section.seatAt(position);
  }
}
