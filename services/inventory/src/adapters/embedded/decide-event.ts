import { EventReliance } from './reliances.ts';
import type { Unit } from '@traffic-tacos/journal';
import { LimitReached, type EpochMs } from '@traffic-tacos/kernel';
import type { MoveSaleCommand } from '../../domain/commands.ts';
import type { EventDocument } from '../../domain/event-document.ts';
import { planEvent, type EventPlan } from '../../domain/event-plan.ts';
import type { MoveSaleOutcome, PutEventOutcome } from '../../domain/outcomes.ts';
import { planChange, type Occupancy } from '../../domain/plan-change.ts';
import { HELD, seatStateOf } from '../../domain/seat-state.ts';
import type { EventState } from './event-state.ts';
import { freeUp } from './find-places.ts';
import type { InventoryMemory } from './memory.ts';
import { OverHolds } from './over-holds.ts';

/** Decides whether an event can be as its organizer wants it; a new one always can. */
export class EventDecider {
  readonly #memory: InventoryMemory;

  constructor(memory: InventoryMemory) {
    this.#memory = memory;
  }

  put(unit: Unit, document: EventDocument, now: EpochMs): PutEventOutcome {
    const event = this.#memory.events.find(document.id);
    return event === undefined ? this.#create(unit, document, now) : this.#change(unit, event, document, now);
  }

  /** Only the record of the event's terms is looked at and written: its places stay as they are. */
  moveSale(unit: Unit, { eventId, saleStartsAtMs, saleEndsAtMs }: MoveSaleCommand, now: EpochMs): MoveSaleOutcome {
    const event = this.#memory.events.find(eventId);
    if (event === undefined) return { kind: 'event_not_found' };
    if (saleStartsAtMs !== undefined && saleEndsAtMs !== undefined && saleEndsAtMs <= saleStartsAtMs) return { kind: 'sale_ends_before_it_starts' };
    const { terms } = event.plan;
    if (terms.saleStartsAtMs === saleStartsAtMs && terms.saleEndsAtMs === saleEndsAtMs) return { kind: 'sale_unchanged' };
    unit.write(this.#memory.events, { plan: { ...event.plan, terms: { ...terms, saleStartsAtMs, saleEndsAtMs }, changedAtMs: now }, version: event.version + 1 });
    return { kind: 'sale_moved' };
  }

  #create(unit: Unit, document: EventDocument, now: EpochMs): PutEventOutcome {
    const { events } = this.#memory;
    if (events.isFull) throw new LimitReached('limits.events is reached: no more events');
    const plan = planEvent(document, now, now);
    unit.write(events, { plan, version: 1 });
    return { kind: 'event_created', plan };
  }

  #change(unit: Unit, event: EventState, document: EventDocument, now: EpochMs): PutEventOutcome {
    const over = new OverHolds(this.#memory, now);
    const planned = planChange(event.plan, event.seating, document, now, occupancyOf(event, over, now));
    if (planned.kind === 'event_conflict') return planned;
    if (planned.kind === 'unchanged') return { kind: 'event_unchanged', plan: event.plan };
    this.#makeRoom(event, planned.plan, over, now);
    unit.rely(new EventReliance(event));
    const expired = over.end(unit);
    unit.write(this.#memory.events, { plan: planned.plan, version: event.version + 1 });
    return { kind: 'event_changed', plan: planned.plan, expired };
  }

  /** Ends the holds that are over on seats to be blocked and in pools to become smaller. */
  #makeRoom(event: EventState, plan: EventPlan, over: OverHolds, now: EpochMs): void {
    for (const section of plan.sections) {
      if (section.kind === 'seats') {
        const known = section.blocked.filter((seat) => seat < event.seats.size);
        for (const seat of known) if (event.seats.stateOf(seat) === HELD) over.add(event.seats.ownerOf(seat));
        continue;
      }
      const books = event.plan.sections.some(({ number }) => number === section.number) ? event.section(section.number) : undefined;
      const excess = books === undefined ? 0 : books.held + books.sold - section.capacity;
      if (books !== undefined && excess > 0) freeUp(this.#memory.rows, books, excess, over, now);
    }
  }
}

/** How an event's places stand at `now`: holds that are over count as free. */
function occupancyOf(event: EventState, over: OverHolds, now: EpochMs): Occupancy {
  event.settle(now);
  return {
    seatState: (seat) => {
      const state = event.seats.stateOf(seat);
      return state === HELD && over.isOver(event.seats.ownerOf(seat)) ? 'free' : seatStateOf(state);
    },
    takenIn: (number) => {
      const section = event.section(number);
      return section.held + section.sold - section.due.places;
    },
    hasHolds: event.hasHolds,
  };
}
