import type { Hold } from './hold.ts';
import type { SeatState } from './seat-state.ts';

/** The books of one section. */
export interface SectionCounts {
  readonly eventId: string;
  readonly sectionId: string;
  readonly capacity: number;
  readonly free: number;
  readonly held: number;
  readonly sold: number;
  readonly blocked: number;
}

export interface SeatFacts {
  readonly eventId: string;
  readonly sectionId: string;
  readonly seatId: string;
  readonly state: SeatState;
  /** The reservation that the seat is held for or sold to. */
  readonly ownerId: string | undefined;
}

/** Everything that inventory knows, as it is stored: a hold that is over but not ended is still held here. */
export interface InventoryView {
  sections(): Iterable<SectionCounts>;
  seats(): Iterable<SeatFacts>;
  holds(): Iterable<Hold>;
}

/** What can be wrong with the books, by name. */
export type InventoryDifference = 'places_do_not_add_up' | 'books_differ_from_holds' | 'seat_of_another' | 'hold_ended_early' | 'hold_committed_late';

/**
 * A guarantee that does not hold. I1: every place is free, held, sold or blocked, and the books say what the holds say. I2: a seat has
 * at most one live owner, a sold one exactly one order. I5: a hold never ends early, and is never committed late.
 */
export interface Breach {
  readonly kind: InventoryDifference;
  readonly invariant: 'I1' | 'I2' | 'I5';
  readonly subject: string;
  readonly detail: string;
}

/** Checks I1, I2 and I5 over the whole inventory; empty when all hold. */
export function auditInventory(view: InventoryView): readonly Breach[] {
  const breaches: Breach[] = [];
  const recount = new Recount();
  for (const hold of view.holds()) {
    breaches.push(...checkTimes(hold));
    recount.addHold(hold);
  }
  for (const seat of view.seats()) breaches.push(...recount.checkSeat(seat));
  for (const section of view.sections()) {
    breaches.push(...checkCounts(section), ...recount.checkSection(section));
  }
  return breaches;
}

/** I1 for one section: every place is in exactly one state. */
export function checkCounts({ eventId, sectionId, capacity, free, held, sold, blocked }: SectionCounts): readonly Breach[] {
  const subject = `${eventId}/${sectionId}`;
  const breaches: Breach[] = [];
  if (Math.min(free, held, sold, blocked) < 0) {
    breaches.push({ kind: 'places_do_not_add_up', invariant: 'I1', subject, detail: `a count is negative: free ${free}, held ${held}, sold ${sold}, blocked ${blocked}` });
  }
  if (free + held + sold + blocked !== capacity) {
    breaches.push({ kind: 'places_do_not_add_up', invariant: 'I1', subject, detail: `free ${free} + held ${held} + sold ${sold} + blocked ${blocked} is not ${capacity}` });
  }
  return breaches;
}

/** I5 for one hold: it never ends early, and is never committed late. */
export function checkTimes({ reservationId, state, changedAtMs, expiresAtMs, isReacquired }: Hold): readonly Breach[] {
  if (state === 'expired' && changedAtMs < expiresAtMs) {
    return [{ kind: 'hold_ended_early', invariant: 'I5', subject: reservationId, detail: `expired ${expiresAtMs - changedAtMs} ms early` }];
  }
  if (state === 'committed' && !isReacquired && changedAtMs >= expiresAtMs) {
    return [{ kind: 'hold_committed_late', invariant: 'I5', subject: reservationId, detail: `committed ${changedAtMs - expiresAtMs} ms after its expiry` }];
  }
  return [];
}

/** I2 for one seat: `owners` are the live holds that have it. */
export function checkSeat(seat: SeatFacts, owners: readonly Pick<Hold, 'reservationId' | 'state'>[]): readonly Breach[] {
  const [owner] = owners;
  if (seat.state === 'free' || seat.state === 'blocked') return owner === undefined ? [] : seatBreach(seat, `, but ${owner.reservationId} has it`);
  if (owners.length !== 1 || owner === undefined) return seatBreach(seat, ` and has ${owners.length} live owners`);
  const isItsState = owner.state === (seat.state === 'sold' ? 'committed' : 'held');
  if (owner.reservationId === seat.ownerId && isItsState) return [];
  return seatBreach(seat, ` for ${seat.ownerId ?? 'nobody'}; ${owner.reservationId} is ${owner.state}`);
}

const seatBreach = ({ eventId, seatId, state }: SeatFacts, detail: string): readonly Breach[] => [
  { kind: 'seat_of_another', invariant: 'I2', subject: `${eventId}/${seatId}`, detail: `is ${state}${detail}` },
];

/** I1 for one section: its counts are those of the places that its holds have. */
export function checkTaken({ eventId, sectionId, held, sold }: SectionCounts, byHolds: { readonly held: number; readonly sold: number }): readonly Breach[] {
  if (held === byHolds.held && sold === byHolds.sold) return [];
  const detail = `counts held ${held} and sold ${sold}; its holds make ${byHolds.held} and ${byHolds.sold}`;
  return [{ kind: 'books_differ_from_holds', invariant: 'I1', subject: `${eventId}/${sectionId}`, detail }];
}

/** What the holds say about seats and counts, to be compared with the books. */
class Recount {
  /** Live owners by event and seat. */
  readonly #owners = new Map<string, Hold[]>();
  /** Places in pools, by event, section and state. */
  readonly #places = new Map<string, number>();

  addHold(hold: Hold): void {
    if (hold.state !== 'held' && hold.state !== 'committed') return;
    for (const seatId of hold.seatIds) {
      const key = `${hold.eventId}/${seatId}`;
      const owners = this.#owners.get(key);
      if (owners === undefined) this.#owners.set(key, [hold]);
      else owners.push(hold);
    }
    if (hold.seatIds.length === 0) this.#count(hold.eventId, hold.sectionId ?? '', hold.state, hold.quantity);
  }

  /** I2 for one seat; it is counted for its section as well. */
  checkSeat(seat: SeatFacts): readonly Breach[] {
    if (seat.state === 'held' || seat.state === 'sold') this.#count(seat.eventId, seat.sectionId, seat.state === 'sold' ? 'committed' : 'held', 1);
    return checkSeat(seat, this.#owners.get(`${seat.eventId}/${seat.seatId}`) ?? []);
  }

  /** I1 for one section: the books say what the holds say. */
  checkSection(section: SectionCounts): readonly Breach[] {
    const { eventId, sectionId } = section;
    return checkTaken(section, { held: this.#placesOf(eventId, sectionId, 'held'), sold: this.#placesOf(eventId, sectionId, 'committed') });
  }

  #count(eventId: string, sectionId: string, state: string, places: number): void {
    const key = `${eventId}/${sectionId}/${state}`;
    this.#places.set(key, (this.#places.get(key) ?? 0) + places);
  }

  #placesOf(eventId: string, sectionId: string, state: string): number {
    return this.#places.get(`${eventId}/${sectionId}/${state}`) ?? 0;
  }
}
