import type { AmountMinor, EpochMs } from '@traffic-tacos/kernel';
import type { EventDocument, EventTerms, RowDocument, SectionDocument } from './event-document.ts';
import { NO_SEAT, Seating, seatsInRun, type SeatRun } from './seating.ts';

/**
 * An event with its sections and seats numbered: what is stored. Numbers are given in order of arrival and never given again, so
 * that holds can name a seat by its number for ever.
 */
export interface EventPlan {
  readonly id: string;
  readonly terms: EventTerms;
  /** In catalogue order; `number` says in which order they were added. */
  readonly sections: readonly SectionPlan[];
  readonly seatCount: number;
  readonly createdAtMs: EpochMs;
  readonly changedAtMs: EpochMs;
}

interface SectionPlanTerms {
  readonly number: number;
  readonly id: string;
  readonly name: string;
  readonly priceMinor: AmountMinor;
}

export interface SeatedSectionPlan extends SectionPlanTerms {
  readonly kind: 'seats';
  /** In catalogue order. */
  readonly runs: readonly SeatRun[];
  /** Seat numbers, ascending. */
  readonly blocked: readonly number[];
}

export interface PoolPlan extends SectionPlanTerms {
  readonly kind: 'pool';
  readonly capacity: number;
}

export type SectionPlan = SeatedSectionPlan | PoolPlan;

/** What an earlier plan of the same event gave numbers to. */
export interface Numbered {
  readonly seating: Seating;
  /** Section numbers by id. */
  readonly sections: ReadonlyMap<string, number>;
}

/** Numbers the sections and seats of a document; those of the earlier plan keep their numbers, new ones come after them. */
export function planEvent(document: EventDocument, createdAtMs: EpochMs, changedAtMs: EpochMs, earlier?: Numbered): EventPlan {
  const numbering = new Numbering(earlier);
  const sections = document.sections.map((section) => numbering.section(section));
  return { id: document.id, terms: document.terms, sections, seatCount: numbering.seatCount, createdAtMs, changedAtMs };
}

/** The names of a plan's seats. */
export function seatingOf(plan: EventPlan): Seating {
  const seating = new Seating();
  for (const section of plan.sections) {
    if (section.kind === 'pool') continue;
    for (const run of section.runs) seating.add(section.number, section.id, run);
  }
  return seating;
}

/** Places for sale or not: seats, or the pool's capacity. */
export function capacityOf(section: SectionPlan): number {
  if (section.kind === 'pool') return section.capacity;
  let seats = 0;
  for (const run of section.runs) seats += seatsInRun(run);
  return seats;
}

/** The section number of every seat. */
export function sectionsOfSeats(plan: EventPlan): Uint16Array {
  const sections = new Uint16Array(plan.seatCount);
  for (const section of plan.sections) {
    if (section.kind === 'pool') continue;
    for (const run of section.runs) sections.fill(section.number, run.firstSeat, run.firstSeat + seatsInRun(run));
  }
  return sections;
}

class Numbering {
  readonly #earlier: Numbered | undefined;
  /** Names of this document's seats, so that what it blocks is found. */
  readonly #seating = new Seating();
  #nextSection: number;
  #nextSeat: number;

  constructor(earlier: Numbered | undefined) {
    this.#earlier = earlier;
    this.#nextSection = earlier?.sections.size ?? 0;
    this.#nextSeat = earlier?.seating.seatCount ?? 0;
  }

  get seatCount(): number {
    return this.#nextSeat;
  }

  section(document: SectionDocument): SectionPlan {
    const number = this.#earlier?.sections.get(document.id) ?? this.#nextSection++;
    const terms = { number, id: document.id, name: document.name, priceMinor: document.priceMinor };
    if (document.kind === 'pool') return { kind: 'pool', ...terms, capacity: document.capacity };
    const runs = [...document.rows.flatMap((row) => this.#rowRuns(document.id, row)), ...this.#idRuns(document.seatIds)];
    for (const run of runs) this.#seating.add(number, document.id, run);
    const blocked = document.blocked.map((id) => this.#seating.numberOf(id)).sort((a, b) => a - b);
    return { kind: 'seats', ...terms, runs, blocked };
  }

  #rowRuns(sectionId: string, row: RowDocument): SeatRun[] {
    const runs: SeatRun[] = [];
    const prefix = `${sectionId}-${row.id}`;
    for (const { from, to } of row.ranges) {
      for (let label = from; label <= to; ) {
        const firstSeat = this.#numberInRow(prefix, label);
        let end = label;
        while (end < to && this.#follows(firstSeat, prefix, label, end + 1)) end++;
        if (firstSeat === NO_SEAT) runs.push({ kind: 'row', row: row.id, from: label, to: end, firstSeat: this.#claim(end - label + 1) });
        else runs.push({ kind: 'row', row: row.id, from: label, to: end, firstSeat });
        label = end + 1;
      }
    }
    return runs;
  }

  /** Whether the seat of label `next` continues the run that began at `label` with `firstSeat`. */
  #follows(firstSeat: number, prefix: string, label: number, next: number): boolean {
    if (this.#earlier === undefined) return true;
    const seat = this.#numberInRow(prefix, next);
    return firstSeat === NO_SEAT ? seat === NO_SEAT : seat === firstSeat + next - label;
  }

  #numberInRow(prefix: string, label: number): number {
    if (this.#earlier === undefined) return NO_SEAT;
    const { seating } = this.#earlier;
    const seat = seating.numberInRow(prefix, label);
    return seat === NO_SEAT && seating.hasExplicitIds ? seating.numberOf(`${prefix}-${label}`) : seat;
  }

  #idRuns(ids: readonly string[]): SeatRun[] {
    if (this.#earlier === undefined) return ids.length === 0 ? [] : [{ kind: 'ids', ids, firstSeat: this.#claim(ids.length) }];
    const runs: { kind: 'ids'; ids: string[]; firstSeat: number }[] = [];
    for (const id of ids) {
      const known = this.#earlier.seating.numberOf(id);
      const seat = known === NO_SEAT ? this.#claim(1) : known;
      const last = runs.at(-1);
      if (last !== undefined && seat === last.firstSeat + last.ids.length) last.ids.push(id);
      else runs.push({ kind: 'ids', ids: [id], firstSeat: seat });
    }
    return runs;
  }

  #claim(seats: number): number {
    const first = this.#nextSeat;
    this.#nextSeat += seats;
    return first;
  }
}
