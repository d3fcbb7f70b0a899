import { invariant } from '@traffic-tacos/kernel';
import { FREE, type SeatCode } from '../../domain/seat-state.ts';
import type { EventState } from './event-state.ts';
import { NO_OWNER } from './seat-book.ts';

/** The places of one hold: seats by number, or a quantity of a pool. */
export interface Places {
  /** Empty for a pool. */
  readonly seats: readonly number[];
  /** The pool's section; not looked at where there are seats. */
  readonly section: number;
  readonly quantity: number;
}

/** Moves a hold's places from one state to another in the books of their event. */
export type MovePlaces = (event: EventState, row: number, places: Places, from: SeatCode, to: SeatCode) => void;

/** Seats leave their owner only, and come to a new one only when they are free: anything else is a bug and stops the process. */
export const movePlaces: MovePlaces = (event, row, places, from, to) => {
  event.changes++;
  if (places.seats.length === 0) movePool(event, places, from, to);
  else for (let i = 0; i < places.seats.length; i++) moveSeat(event, places.seats[i] ?? 0, row, from, to);
};

function moveSeat(event: EventState, seat: number, row: number, from: SeatCode, to: SeatCode): void {
  const { seats, publication } = event;
  const owner = from === FREE ? NO_OWNER : row;
  invariant(seats.stateOf(seat) === from && seats.ownerOf(seat) === owner, 'a seat moves only from where its hold has it');
  const section = event.section(seats.sectionOf(seat));
  section.add(from, -1);
  section.add(to, 1);
  seats.set(seat, to, to === FREE ? NO_OWNER : row);
  publication.sectionChanged(section);
  publication.seatChanged(seat);
}

function movePool(event: EventState, { section: number, quantity }: Places, from: SeatCode, to: SeatCode): void {
  const section = event.section(number);
  section.add(from, -quantity);
  section.add(to, quantity);
  invariant((section.counts[from] ?? 0) >= 0, 'a pool never gives more than it has');
  section.version++;
  event.publication.sectionChanged(section);
}
