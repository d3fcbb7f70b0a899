import { formatId } from '@traffic-tacos/kernel';
import type { Hold } from '../../domain/hold.ts';
import type { InventoryView, SeatFacts, SectionCounts } from '../../domain/invariants.ts';
import { seatStateOf } from '../../domain/seat-state.ts';
import { storedHold } from './hold-facts.ts';
import type { InventoryMemory } from './memory.ts';
import { NO_OWNER } from './seat-book.ts';

/** The memory as the audit reads it: what is stored, with nothing concluded from the clock. */
export class AuditView implements InventoryView {
  readonly #memory: InventoryMemory;

  constructor(memory: InventoryMemory) {
    this.#memory = memory;
  }

  *sections(): Iterable<SectionCounts> {
    for (const { plan, sections } of this.#memory.events.all()) {
      for (const { plan: section, capacity, free, held, sold, blocked } of sections) {
        yield { eventId: plan.id, sectionId: section.id, capacity, free, held, sold, blocked };
      }
    }
  }

  *seats(): Iterable<SeatFacts> {
    for (const event of this.#memory.events.all()) {
      const eventId = event.plan.id;
      for (let seat = 0; seat < event.seats.size; seat++) {
        const sectionId = event.section(event.seats.sectionOf(seat)).plan.id;
        const state = seatStateOf(event.seats.stateOf(seat));
        yield { eventId, sectionId, seatId: event.seating.nameOf(seat), state, ownerId: this.#nameOf(event.seats.ownerOf(seat)) };
      }
    }
  }

  *holds(): Iterable<Hold> {
    for (const record of this.#memory.holds.everywhere()) yield storedHold(this.#memory, record);
  }

  #nameOf(owner: number): string | undefined {
    return owner === NO_OWNER ? undefined : formatId('rsv', this.#memory.rows.keyOf(owner));
  }
}
