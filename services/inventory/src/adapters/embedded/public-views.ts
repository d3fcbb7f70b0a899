import type { EpochMs } from '@traffic-tacos/kernel';
import { seatsInRun, type SeatRun } from '../../domain/seating.ts';
import type { EventPlan, SectionPlan } from '../../domain/event-plan.ts';
import { FREE, HELD } from '../../domain/seat-state.ts';
import type {
  EventFacts,
  EventPage,
  EventQuery,
  NamedSeats,
  PageStart,
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

  events({ after, limit, skip = 0, all = false }: EventQuery, now: EpochMs): EventPage {
    const { events: table } = this.#memory;
    const isShown = (at: number): boolean => all || table.find(table.idAt(at) ?? '')?.publication.plan?.terms.listed !== false;
    const start = this.#pastShown(table.positionAfter(after), skip, isShown);
    const previous = this.#previousOf(start, limit, isShown);
    const events: EventFacts[] = [];
    for (let at = start; at < table.count; at++) {
      if (!isShown(at)) continue;
      if (events.length === limit) return { events, next: events.at(-1)?.id, previous };
      const facts = this.event(table.idAt(at) ?? '', now);
      if (facts !== undefined) events.push(facts);
    }
    return { events, next: undefined, previous };
  }

  /** The position behind so many events that are shown, from that one on. */
  #pastShown(from: number, count: number, isShown: (at: number) => boolean): number {
    const { events: table } = this.#memory;
    let at = from;
    for (let left = count; left > 0 && at < table.count; at++) if (isShown(at)) left--;
    return at;
  }

  /** Where the page before a position begins; undefined where nothing is shown before it. */
  #previousOf(start: number, limit: number, isShown: (at: number) => boolean): PageStart | undefined {
    let seen = 0;
    for (let at = start - 1; at >= 0; at--) {
      if (isShown(at) && ++seen > limit) return { after: this.#memory.events.idAt(at) };
    }
    return seen === 0 ? undefined : { after: undefined };
  }

  seatMap(eventId: string, sectionId: string | undefined, at: EpochMs): SeatMapOutcome {
    const now = this.#memory.time.advance(at);
    const event = this.#memory.events.find(eventId);
    const plan = event?.publication.plan;
    if (event === undefined || plan === undefined) return { kind: 'event_not_found' };
    const isAsked = ({ id }: { readonly id: string }): boolean => sectionId === undefined || id === sectionId;
    const sections = plan.sections.filter(isAsked);
    if (sections.length === 0) return { kind: 'section_not_found' };
    const { version, tag } = stamp(event, now);
    const figures = figuresOf(event, plan).filter(isAsked);
    return { kind: 'seat_map', eventId, version, tag, sections: sections.map((section) => this.#section(event, section, now)), figures };
  }

  #section(event: EventState, plan: SectionPlan, now: EpochMs): SeatMapSection {
    const { id, name, priceMinor } = plan;
    const runs = plan.kind === 'pool' ? [] : plan.runs;
    return { id, name, priceMinor, seats: joined(runs.map((run) => this.#run(event, run, now))) };
  }

  #run(event: EventState, run: SeatRun, now: EpochMs): RowSeats | NamedSeats {
    const letters = Buffer.allocUnsafe(seatsInRun(run));
    for (let i = 0; i < letters.length; i++) letters[i] = LETTERS[shownState(this.#memory, event, run.firstSeat + i, now)] ?? 0;
    const states = letters.toString('latin1');
    return run.kind === 'row' ? { row: run.row, from: run.from, to: run.to, states } : { seatIds: run.ids, states };
  }
}

/** A seat that was shown as held is free once its hold is over, with nobody having said so. */
export function shownState({ rows }: InventoryMemory, { seats, publication }: EventState, seat: number, now: EpochMs): number {
  const shown = publication.seatState(seat);
  if (shown !== HELD || seats.stateOf(seat) !== HELD) return shown;
  return rows.expiresAtMs(seats.ownerOf(seat)) <= now ? FREE : HELD;
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
  const sections = figuresOf(event, plan);
  let capacity = 0;
  let remaining = 0;
  for (const section of sections) {
    capacity += section.capacity;
    remaining += section.remaining;
  }
  return { id: plan.id, terms: plan.terms, capacity, remaining, sections, version, tag };
}

const figuresOf = ({ publication }: EventState, plan: EventPlan): readonly SectionFacts[] =>
  publication.sections.map((section, index) => sectionFacts(section, plan.sections[index] ?? section.plan));

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
