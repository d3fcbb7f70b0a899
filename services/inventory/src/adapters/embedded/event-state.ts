import { invariant, present, type EpochMs } from '@traffic-tacos/kernel';
import { capacityOf, seatingOf, type EventPlan, type SectionPlan } from '../../domain/event-plan.ts';
import { seatBlocksOf } from '../../domain/seat-blocks.ts';
import { FREE } from '../../domain/seat-state.ts';
import type { Seating } from '../../domain/seating.ts';
import type { LiveHolds } from './due-holds.ts';
import { EventPublication, type Publisher } from './event-publication.ts';
import { SeatBook } from './seat-book.ts';
import { SectionState } from './section-state.ts';

/** One event in memory: its plan, its seats, the books of its sections. The same object through all its versions. */
export class EventState {
  /** What holds name it by in their rows. */
  readonly number: number;
  readonly seats = new SeatBook();
  readonly publication: EventPublication;
  readonly #holds: LiveHolds;
  #plan: EventPlan;
  #version = 0;
  #seating: Seating;
  /** By section number. */
  readonly #sections: SectionState[] = [];
  #byId: ReadonlyMap<string, SectionState> = new Map();
  #inOrder: readonly SectionState[] = [];
  /** One more with each change of a place; what was counted over the whole event relies on it. */
  changes = 0;
  /** The sum of the versions of its holds and its own: the same after a restart, so that clients can compare what they saw. */
  publicVersion = 0;

  constructor(number: number, plan: EventPlan, version: number, holds: LiveHolds, publisher: Publisher) {
    this.number = number;
    this.#holds = holds;
    this.#plan = plan;
    this.#seating = seatingOf(plan);
    this.publication = new EventPublication(this, publisher);
    this.reshape(plan, version);
  }

  get plan(): EventPlan {
    return this.#plan;
  }

  get version(): number {
    return this.#version;
  }

  get seating(): Seating {
    return this.#seating;
  }

  /** Whether a hold of it was ever made. */
  get hasHolds(): boolean {
    return this.publicVersion > this.#version;
  }

  /** In catalogue order. */
  get sections(): readonly SectionState[] {
    return this.#inOrder;
  }

  section(number: number): SectionState {
    return present(this.#sections[number], 'no such section');
  }

  sectionById(id: string): SectionState | undefined {
    return this.#byId.get(id);
  }

  /** Finds the holds of all sections that are over. */
  settle(now: EpochMs): void {
    for (const section of this.#inOrder) section.settle(now);
  }

  /** Takes a newer plan in: more seats and sections, other capacities, terms and blocked seats. */
  reshape(plan: EventPlan, version: number): void {
    this.#plan = plan;
    this.publicVersion += version - this.#version;
    this.#version = version;
    this.#seating = seatingOf(plan);
    this.seats.reshape(plan);
    this.#inOrder = plan.sections.map((section) => this.#shapeSection(section));
    this.#byId = new Map(this.#inOrder.map((section) => [section.plan.id, section]));
    this.#countSeats();
    this.changes++;
    this.publication.reshaped();
  }

  #shapeSection(plan: SectionPlan): SectionState {
    const section = (this.#sections[plan.number] ??= new SectionState(plan, this.seats, this.#holds));
    section.plan = plan;
    if (plan.kind === 'seats') return section;
    const taken = section.held + section.sold;
    invariant(plan.capacity >= taken, 'a pool never shrinks below what is taken');
    section.counts[FREE] = plan.capacity - taken;
    section.capacity = plan.capacity;
    section.version++;
    return section;
  }

  /** Counts every seated section anew, and says which of its seats stand side by side. */
  #countSeats(): void {
    let position = 0;
    for (const section of this.#inOrder) {
      if (section.plan.kind === 'pool') continue;
      section.counts.fill(0);
      section.capacity = capacityOf(section.plan);
      section.blocks = seatBlocksOf(section.plan, position);
      const end = position + section.capacity;
      for (; position < end; position++) section.add(this.seats.stateOf(this.seats.seatAt(position)), 1);
    }
  }
}
