import type { EpochMs } from '@traffic-tacos/kernel';
import type { EventPlan } from '../../domain/event-plan.ts';
import { FREE } from '../../domain/seat-state.ts';
import { NO_SEAT } from '../../domain/seating.ts';
import type { AvailabilityOutcome, AvailabilityQuery, SeatFacts } from '../../ports/inventory-views.ts';
import type { EventState } from './event-state.ts';
import type { InventoryMemory } from './memory.ts';
import { shownState } from './public-views.ts';
import type { SectionState } from './section-state.ts';

/** An event with the plan that strangers see of it. */
interface Shown {
  readonly event: EventState;
  readonly plan: EventPlan;
}

/** What strangers see of single places: as of the last group on disk, from counts that stand there already. Nothing here waits. */
export class PlaceViews {
  readonly #memory: InventoryMemory;

  constructor(memory: InventoryMemory) {
    this.#memory = memory;
  }

  describeSeats(eventId: string, seatIds: readonly string[]): readonly SeatFacts[] {
    const shown = this.#shown(eventId);
    if (shown === undefined) return [];
    const facts: SeatFacts[] = [];
    for (const id of seatIds) {
      const seat = numberOf(shown, id);
      if (seat !== NO_SEAT) facts.push(seatFacts(shown, id, seat));
    }
    return facts;
  }

  availability(query: AvailabilityQuery, at: EpochMs): AvailabilityOutcome {
    const now = this.#memory.time.advance(at);
    const shown = this.#shown(query.eventId);
    if (shown === undefined) return { kind: 'event_not_found' };
    const { event } = shown;
    const section = query.section === undefined ? undefined : event.sectionById(query.section);
    if (query.section !== undefined && (section === undefined || !event.publication.sections.includes(section))) return { kind: 'section_not_found' };
    const counted = countFree(section === undefined ? event.publication.sections : [section], now);
    if (query.seatIds !== undefined) return this.#ofSeats(shown, query.seatIds, section, counted.remaining, now);
    const isAvailable = counted.mostInOne >= query.quantity;
    return { kind: 'availability', isAvailable, currency: shown.plan.terms.currency, remaining: counted.remaining, free: [], taken: [] };
  }

  #ofSeats(shown: Shown, seatIds: readonly string[], section: SectionState | undefined, remaining: number, now: EpochMs): AvailabilityOutcome {
    const seats = seatIds.map((id) => numberOf(shown, id));
    if (seats.includes(NO_SEAT)) return { kind: 'seat_not_found', seatIds: seatIds.filter((_, i) => seats[i] === NO_SEAT) };
    const isOutside = (seat: number): boolean => section !== undefined && shown.event.seats.sectionOf(seat) !== section.plan.number;
    if (seats.some(isOutside)) return { kind: 'seats_not_in_section', seatIds: seatIds.filter((_, i) => isOutside(seats[i] ?? NO_SEAT)) };
    const free: SeatFacts[] = [];
    const taken: string[] = [];
    for (const [i, id] of seatIds.entries()) {
      const seat = seats[i] ?? NO_SEAT;
      if (shownState(this.#memory, shown.event, seat, now) === FREE) free.push(seatFacts(shown, id, seat));
      else taken.push(id);
    }
    return { kind: 'availability', isAvailable: taken.length === 0, currency: shown.plan.terms.currency, remaining, free, taken };
  }

  #shown(eventId: string): Shown | undefined {
    const event = this.#memory.events.find(eventId);
    const plan = event?.publication.plan;
    return event === undefined || plan === undefined ? undefined : { event, plan };
  }
}

/** Seats of a plan that is not on disk yet have numbers above those of the plan that is. */
function numberOf({ event, plan }: Shown, id: string): number {
  const seat = event.seating.numberOf(id);
  return seat < plan.seatCount ? seat : NO_SEAT;
}

function seatFacts({ event, plan }: Shown, id: string, seat: number): SeatFacts {
  const number = event.seats.sectionOf(seat);
  const section = plan.sections.find((one) => one.number === number) ?? event.section(number).plan;
  return { id, sectionId: section.id, ...event.seating.labelOf(seat), priceMinor: section.priceMinor };
}

function countFree(sections: readonly SectionState[], now: EpochMs): { readonly remaining: number; readonly mostInOne: number } {
  let remaining = 0;
  let mostInOne = 0;
  for (const section of sections) {
    section.settle(now);
    const { free } = section.publication;
    remaining += free;
    if (free > mostInOne) mostInOne = free;
  }
  return { remaining, mostInOne };
}
