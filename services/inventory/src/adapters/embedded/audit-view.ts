import { formatId } from '@traffic-tacos/kernel';
import type { Hold } from '../../domain/hold.ts';
import type { InventoryView, SeatFacts, SectionCounts } from '../../domain/invariants.ts';
import { seatStateOf } from '../../domain/seat-state.ts';
import type { EventState } from './event-state.ts';
import { storedHold } from './hold-facts.ts';
import type { InventoryMemory } from './memory.ts';
import { NO_OWNER } from './seat-book.ts';
import type { SectionState } from './section-state.ts';

/** The memory as the audit reads it: what is stored, with nothing concluded from the clock. */
export class AuditView implements InventoryView {
  readonly #memory: InventoryMemory;

  constructor(memory: InventoryMemory) {
    this.#memory = memory;
  }

  *sections(): Iterable<SectionCounts> {
    for (const { plan, sections } of this.#memory.events.all()) {
      for (const section of sections) yield sectionCounts(plan.id, section);
    }
  }

  *seats(): Iterable<SeatFacts> {
    for (const event of this.#memory.events.all()) {
      for (let seat = 0; seat < event.seats.size; seat++) yield seatFacts(this.#memory, event, seat);
    }
  }

  *holds(): Iterable<Hold> {
    for (const record of this.#memory.holds.everywhere()) yield storedHold(this.#memory, record);
  }
}

/** One seat as it is stored. */
export function seatFacts({ rows }: InventoryMemory, event: EventState, seat: number): SeatFacts {
  const owner = event.seats.ownerOf(seat);
  return {
    eventId: event.plan.id,
    sectionId: event.section(event.seats.sectionOf(seat)).plan.id,
    seatId: event.seating.nameOf(seat),
    state: seatStateOf(event.seats.stateOf(seat)),
    ownerId: owner === NO_OWNER ? undefined : formatId('rsv', rows.keyOf(owner)),
  };
}

/** The books of one section as they are stored. */
export const sectionCounts = (eventId: string, { plan, capacity, free, held, sold, blocked }: SectionState): SectionCounts => ({ eventId, sectionId: plan.id, capacity, free, held, sold, blocked });
