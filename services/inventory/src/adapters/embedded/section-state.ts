import type { EpochMs } from '@traffic-tacos/kernel';
import type { SectionMap } from '../../domain/choose-seats.ts';
import { capacityOf, type SectionPlan } from '../../domain/event-plan.ts';
import type { SeatBlock } from '../../domain/seat-blocks.ts';
import { BLOCKED, FREE, HELD, SOLD } from '../../domain/seat-state.ts';
import { DueHolds, type LiveHolds } from './due-holds.ts';
import { SectionPublication } from './section-publication.ts';
import type { SeatBook } from './seat-book.ts';

/** The books of one section or pool. */
export class SectionState implements SectionMap {
  plan: SectionPlan;
  capacity: number;
  /** Places by state, at the codes of `seat-state.ts`. */
  readonly counts = new Int32Array(4);
  /** Of a pool: one more with each change of its counts. Seats have versions of their own. */
  version = 0;
  readonly due: DueHolds;
  readonly publication = new SectionPublication();
  /** Kept by `Wakes`. */
  readonly wake = { index: -1, atMs: Number.POSITIVE_INFINITY, isListed: false };
  /** Which of its seats stand side by side, by position in catalogue order. */
  blocks: readonly SeatBlock[] = [];
  /** The seats of the whole event. */
  readonly seats: SeatBook;

  constructor(plan: SectionPlan, seats: SeatBook, holds: LiveHolds) {
    this.plan = plan;
    this.capacity = capacityOf(plan);
    this.due = new DueHolds(plan.number, seats, holds);
    this.seats = seats;
  }

  get isPool(): boolean {
    return this.plan.kind === 'pool';
  }

  get free(): number {
    return this.counts[FREE] ?? 0;
  }

  get held(): number {
    return this.counts[HELD] ?? 0;
  }

  get sold(): number {
    return this.counts[SOLD] ?? 0;
  }

  get blocked(): number {
    return this.counts[BLOCKED] ?? 0;
  }

  add(state: number, places: number): void {
    this.counts[state] = (this.counts[state] ?? 0) + places;
  }

  /** Finds the holds that are over; they are public at once, since time is. */
  settle(now: EpochMs): void {
    const places = this.due.settle(now);
    if (places > 0) this.publication.addDue(places);
  }

  placesUpTo(enough: number, now: EpochMs): number {
    if (this.free >= enough) return this.free;
    this.settle(now);
    return this.free + this.due.places;
  }

  freeBits(position: number): number {
    return this.seats.free.bits(position);
  }

  seatAt(position: number): number {
    return this.seats.seatAt(position);
  }
}
