import type { EpochMs } from '@traffic-tacos/kernel';
import { seatsInRun, type SeatRun } from '../../domain/seating.ts';
import type { EventPlan, SectionPlan } from '../../domain/event-plan.ts';
import { FREE, HELD } from '../../domain/seat-state.ts';
import type {
  EventFacts,
  EventPage,
  EventQuery,
  NamedSeats,
  RowSeats,
  SeatMapOutcome,
  SeatMapSection,
  SectionFacts,
} from '../../ports/inventory-views.ts';
import type { EventState } from './event-state.ts';
import type { InventoryMemory } from './memory.ts';
import type { SectionState } from './section-state.ts';

const LETTERS = Buffer.from('fhsb', 'latin1');

/** What strangers see: counted at the flush, with holds that are over counted as free. Nothing here waits. */
export class PublicViews {
  readonly #memory: InventoryMemory;

  constructor(memory: InventoryMemory) {
    this.#memory = memory;
  }

  event(eventId: string, now: EpochMs): EventFacts | undefined {
    const event = this.#memory.events.find(eventId);
    const plan = event?.publication.plan;
    return event === undefined || plan === undefined ? undefined : eventFacts(event, plan, this.#memory.time.advance(now));
  }

  events({ after, limit }: EventQuery, now: EpochMs): EventPage {
    const events: EventFacts[] = [];
    for (const eventId of this.#memory.events.idsAfter(after)) {
      if (events.length === limit) return { events, next: events.at(-1)?.id };
      const facts = this.event(eventId, now);
      if (facts !== undefined) events.push(facts);
    }
    return { events, next: undefined };
  }

  seatMap(eventId: string, sectionId: string | undefined, at: EpochMs): SeatMapOutcome {
    const now = this.#memory.time.advance(at);
    const event = this.#memory.events.find(eventId);
    const plan = event?.publication.plan;
    if (event === undefined || plan === undefined) return { kind: 'event_not_found' };
    const sections = plan.sections.filter(({ id }) => sectionId === undefined || id === sectionId);
    if (sections.length === 0) return { kind: 'section_not_found' };
    const { version, tag } = stamp(event, now);
    return { kind: 'seat_map', eventId, version, tag, sections: sections.map((section) => this.#section(event, section, now)) };
  }

  #section(event: EventState, plan: SectionPlan, now: EpochMs): SeatMapSection {
    const { id, name, priceMinor } = plan;
    const runs = plan.kind === 'pool' ? [] : plan.runs;
    return { id, name, priceMinor, seats: joined(runs.map((run) => this.#run(event, run, now))) };
  }

  #run(event: EventState, run: SeatRun, now: EpochMs): RowSeats | NamedSeats {
    const letters = Buffer.allocUnsafe(seatsInRun(run));
    for (let i = 0; i < letters.length; i++) letters[i] = LETTERS[this.#stateOf(event, run.firstSeat + i, now)] ?? 0;
    const states = letters.toString('latin1');
    return run.kind === 'row' ? { row: run.row, from: run.from, to: run.to, states } : { seatIds: run.ids, states };
  }

  /** A seat that was shown as held is free once its hold is over, with nobody having said so. */
  #stateOf({ seats, publication }: EventState, seat: number, now: EpochMs): number {
    const shown = publication.seatState(seat);
    if (shown !== HELD || seats.stateOf(seat) !== HELD) return shown;
    return this.#memory.rows.expiresAtMs(seats.ownerOf(seat)) <= now ? FREE : HELD;
  }
}

/** Seats of a row that were added later stand in a run of their own; in the map a row goes on where it did. */
function joined(runs: readonly (RowSeats | NamedSeats)[]): readonly (RowSeats | NamedSeats)[] {
  const all: (RowSeats | NamedSeats)[] = [];
  for (const run of runs) {
    const last = all.at(-1);
    const goesOn = last !== undefined && 'row' in last && 'row' in run && last.row === run.row && last.to + 1 === run.from;
    if (goesOn) all[all.length - 1] = { ...last, to: run.to, states: last.states + run.states };
    else all.push(run);
  }
  return all;
}

function eventFacts(event: EventState, plan: EventPlan, now: EpochMs): EventFacts {
  const { version, tag } = stamp(event, now);
  const sections = event.publication.sections.map((section, index) => sectionFacts(section, plan.sections[index] ?? section.plan));
  let capacity = 0;
  let remaining = 0;
  for (const section of sections) {
    capacity += section.capacity;
    remaining += section.remaining;
  }
  return { id: plan.id, terms: plan.terms, capacity, remaining, sections, version, tag };
}

function sectionFacts({ publication }: SectionState, { id, name, kind, priceMinor }: SectionPlan): SectionFacts {
  const { capacity, free, held, sold, blocked } = publication;
  return { id, name, kind, priceMinor, capacity, remaining: free, held, sold, blocked };
}

/** The version of what is on disk, and a tag that changes as well when holds come to their end by the clock alone. */
function stamp(event: EventState, now: EpochMs): { readonly version: number; readonly tag: string } {
  event.settle(now);
  const { version } = event.publication;
  let due = 0;
  for (const section of event.publication.sections) due += section.publication.due;
  return { version, tag: `${version}-${due}` };
}
