import { present } from '@traffic-tacos/kernel';
import type { Hold } from '../../domain/hold.ts';
import { checkCounts, checkSeat, checkTaken, checkTimes, type Breach } from '../../domain/invariants.ts';
import { HELD, SOLD } from '../../domain/seat-state.ts';
import { sectionCounts, seatFacts } from './audit-view.ts';
import type { EventState } from './event-state.ts';
import { storedHold } from './hold-facts.ts';
import { COMMITTED_HOLD, HELD_HOLD } from './hold-record.ts';
import type { InventoryMemory } from './memory.ts';
import { NO_OWNER } from './seat-book.ts';

/** Seats whose owners are looked at in one piece. */
const OWNERS_AT_ONCE = 128;
/** Seats that are counted in one piece: typed arrays only, some 10 ns a seat. */
const COUNTED_AT_ONCE = 8_192;
/** States of a place, by which counts are kept. */
const STATES = 4;

type Found = (breach: Breach) => void;

/** What the holds of a walk make of a pool: held and sold. */
interface PoolSum {
  readonly event: EventState;
  readonly section: number;
  held: number;
  sold: number;
}

/**
 * The checks of `auditInventory` over what is in memory, a piece at a time beside traffic. What one record shows is judged at once. Sums over
 * many records are compared only where nothing of their event has changed between the first record and the last, so that traffic can
 * never make them look wrong; a busy event is compared when it comes to rest.
 */
export class BooksWalk {
  readonly #memory: InventoryMemory;
  readonly #found: Found;
  /** `changes` of each event with a pool, as the walk through the holds began. */
  readonly #before = new Map<number, number>();
  readonly #pools = new Map<string, PoolSum>();
  #tally = new Int32Array(0);
  #seat = 0;
  #changesBefore = -1;
  #isCounted = false;

  constructor(memory: InventoryMemory, found: Found) {
    this.#memory = memory;
    this.#found = found;
    for (const event of memory.events.all()) if (event.sections.some(({ isPool }) => isPool)) this.#before.set(event.number, event.changes);
  }

  /** Looks at up to `budget` rows from `cursor` on, and hands each hold over; answers the next cursor, or -1 when all have been seen. */
  holds(cursor: number, budget: number, visit: (hold: Hold) => void): number {
    const { rows, holds } = this.#memory;
    const end = Math.min(cursor + budget, rows.highWater);
    for (let row = cursor; row < end; row++) {
      if (rows.versionOf(row) === 0) continue;
      const hold = storedHold(this.#memory, holds.recordOf(row));
      this.#tellAll(checkTimes(hold));
      this.#lookAtPlaces(row, hold);
      visit(hold);
    }
    if (end < rows.highWater) return end;
    this.#comparePools();
    return -1;
  }

  /** Looks at one piece of the event with that number; answers the number to go on with, or -1 when all have been seen. */
  events(number: number): number {
    const event = this.#memory.events.byNumber(number);
    const next = number + 1 < this.#memory.events.numbers ? number + 1 : -1;
    if (event === undefined) return next;
    if (!this.#isCounted) {
      this.#count(event);
      return number;
    }
    this.#lookAtOwners(event);
    if (this.#seat < event.seats.size) return number;
    this.#seat = 0;
    this.#isCounted = false;
    return next;
  }

  #tellAll(breaches: readonly Breach[]): void {
    for (const breach of breaches) this.#found(breach);
  }

  #lookAtPlaces(row: number, hold: Hold): void {
    if (hold.state !== 'held' && hold.state !== 'committed') return;
    const { rows, events } = this.#memory;
    const event = present(events.byNumber(rows.eventOf(row)), 'a hold is of a known event');
    if (hold.seatIds.length === 0) this.#add(event, rows.sectionOf(row), hold);
    else for (const seat of rows.seatsOf(row)) this.#tellAll(checkSeat(seatFacts(this.#memory, event, seat), [hold]));
  }

  #add(event: EventState, section: number, { state, quantity }: Hold): void {
    const key = `${event.number}/${section}`;
    let sum = this.#pools.get(key);
    if (sum === undefined) this.#pools.set(key, (sum = { event, section, held: 0, sold: 0 }));
    if (state === 'held') sum.held += quantity;
    else sum.sold += quantity;
  }

  /** Of the pools of events that have been at rest since the first hold. */
  #comparePools(): void {
    for (const [number, changes] of this.#before) {
      const event = this.#memory.events.byNumber(number);
      if (event === undefined || event.changes !== changes) continue;
      for (const section of event.sections) {
        if (!section.isPool) continue;
        const sum = this.#pools.get(`${number}/${section.plan.number}`) ?? { held: 0, sold: 0 };
        this.#tellAll(checkTaken(sectionCounts(event.plan.id, section), sum));
      }
    }
  }

  /** Counts some more seats of the event; at the end compares, where nothing has changed since the first of them. */
  #count(event: EventState): void {
    const { seats, sections } = event;
    if (this.#seat === 0) {
      this.#tally = new Int32Array(sections.length * STATES);
      this.#changesBefore = event.changes;
      for (const section of sections) this.#tellAll(checkCounts(sectionCounts(event.plan.id, section)));
    }
    if (event.changes !== this.#changesBefore) this.#seat = seats.size;
    const end = Math.min(this.#seat + COUNTED_AT_ONCE, seats.size);
    for (; this.#seat < end; this.#seat++) {
      const at = seats.sectionOf(this.#seat) * STATES + (seats.states[this.#seat] ?? 0);
      this.#tally[at] = (this.#tally[at] ?? 0) + 1;
    }
    if (this.#seat < seats.size) return;
    if (event.changes === this.#changesBefore) this.#compareSections(event);
    this.#seat = 0;
    this.#isCounted = true;
  }

  #compareSections({ plan, sections }: EventState): void {
    for (const section of sections) {
      if (section.isPool) continue;
      const at = section.plan.number * STATES;
      this.#tellAll(checkTaken(sectionCounts(plan.id, section), { held: this.#tally[at + HELD] ?? 0, sold: this.#tally[at + SOLD] ?? 0 }));
    }
  }

  #lookAtOwners(event: EventState): void {
    const { seats } = event;
    const end = Math.min(this.#seat + OWNERS_AT_ONCE, seats.size);
    for (; this.#seat < end; this.#seat++) {
      const state = seats.stateOf(this.#seat);
      if (state !== HELD && state !== SOLD && seats.ownerOf(this.#seat) === NO_OWNER) continue;
      if (!this.#isOwned(event, this.#seat, state)) this.#tellAll(checkSeat(seatFacts(this.#memory, event, this.#seat), []));
    }
  }

  /** Whether the row that the seat names has it, in the state that the seat is in. */
  #isOwned(event: EventState, seat: number, state: number): boolean {
    const { rows } = this.#memory;
    const row = event.seats.ownerOf(seat);
    if (row === NO_OWNER || rows.versionOf(row) === 0) return false;
    return rows.stateOf(row) === (state === SOLD ? COMMITTED_HOLD : HELD_HOLD) && rows.eventOf(row) === event.number && rows.seatsOf(row).includes(seat);
  }
}
