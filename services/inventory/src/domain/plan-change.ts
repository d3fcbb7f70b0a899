import type { EpochMs } from '@traffic-tacos/kernel';
import type { EventDocument } from './event-document.ts';
import { capacityOf, planEvent, sectionsOfSeats, type EventPlan, type PoolPlan, type SectionPlan } from './event-plan.ts';
import type { SeatState } from './seat-state.ts';
import { seatsInRun, type Seating, type SeatRun } from './seating.ts';

/** How places stand now; holds that are over count as free already. */
export interface Occupancy {
  seatState(seat: number): SeatState;
  /** Places held or sold in a section, by its number. */
  takenIn(section: number): number;
  /** Whether a hold was ever made: from then on amounts have been promised in the event's currency. */
  readonly hasHolds: boolean;
}

/** Why an event cannot change as asked: what is held, sold or numbered already would be lowered. */
export type Clash =
  | { readonly kind: 'currency_changed'; readonly from: string; readonly to: string }
  | { readonly kind: 'section_removed'; readonly sectionId: string }
  | { readonly kind: 'section_kind_changed'; readonly sectionId: string }
  | { readonly kind: 'capacity_below_taken'; readonly sectionId: string; readonly capacity: number; readonly taken: number }
  | { readonly kind: 'seat_removed'; readonly seatId: string; readonly state: SeatState }
  | { readonly kind: 'seat_moved'; readonly seatId: string; readonly from: string; readonly to: string }
  | { readonly kind: 'seat_blocked_while_taken'; readonly seatId: string; readonly state: 'held' | 'sold' };

/** So many clashes are listed; `omitted` counts the rest. */
const CLASHES_LISTED = 1000;

export type PlannedChange =
  | { readonly kind: 'plan'; readonly plan: EventPlan }
  | { readonly kind: 'unchanged' }
  | { readonly kind: 'event_conflict'; readonly clashes: readonly Clash[]; readonly omitted: number };

/**
 * Fits a new document over an event that may be on sale. Names, times, prices of future holds, the waiting room, the limit, more
 * sections, seats or capacity, and blocking or unblocking free seats are changes; seats and sections are never taken away.
 */
export function planChange(current: EventPlan, seating: Seating, document: EventDocument, now: EpochMs, occupancy: Occupancy): PlannedChange {
  const sections = new Map(current.sections.map(({ id, number }) => [id, number]));
  const plan = planEvent(document, current.createdAtMs, now, { seating, sections });
  const clashes = new Clashes();
  checkCurrency(current, plan, occupancy, clashes);
  const staying = checkSections(current, plan, occupancy, clashes);
  checkSeats({ current, seating, occupancy, clashes }, plan, staying);
  if (clashes.count > 0) return { kind: 'event_conflict', clashes: clashes.listed, omitted: clashes.count - clashes.listed.length };
  return isSame(current, plan) ? { kind: 'unchanged' } : { kind: 'plan', plan };
}

class Clashes {
  readonly listed: Clash[] = [];
  count = 0;

  add(clash: Clash): void {
    this.count++;
    if (this.listed.length < CLASHES_LISTED) this.listed.push(clash);
  }
}

function checkCurrency(current: EventPlan, next: EventPlan, occupancy: Occupancy, clashes: Clashes): void {
  const from = current.terms.currency;
  const to = next.terms.currency;
  if (from !== to && occupancy.hasHolds) clashes.add({ kind: 'currency_changed', from, to });
}

/** Answers the numbers of the sections that stay what they are: only their seats are looked at one by one. */
function checkSections(current: EventPlan, next: EventPlan, occupancy: Occupancy, clashes: Clashes): ReadonlySet<number> {
  const nextById = new Map(next.sections.map((section) => [section.id, section]));
  const staying = new Set<number>();
  for (const { id, kind, number } of current.sections) {
    const after = nextById.get(id);
    if (after === undefined) clashes.add({ kind: 'section_removed', sectionId: id });
    else if (after.kind !== kind) clashes.add({ kind: 'section_kind_changed', sectionId: id });
    else if (after.kind === 'pool') checkCapacity(after, occupancy, clashes);
    else staying.add(number);
  }
  return staying;
}

function checkCapacity({ id, number, capacity }: PoolPlan, occupancy: Occupancy, clashes: Clashes): void {
  const taken = occupancy.takenIn(number);
  if (capacity < taken) clashes.add({ kind: 'capacity_below_taken', sectionId: id, capacity, taken });
}

interface SeatCheck {
  readonly current: EventPlan;
  readonly seating: Seating;
  readonly occupancy: Occupancy;
  readonly clashes: Clashes;
}

function checkSeats(check: SeatCheck, next: EventPlan, staying: ReadonlySet<number>): void {
  const { current, seating, occupancy, clashes } = check;
  const sectionOf = sectionsOfSeats(current);
  const seen = new Uint8Array(current.seatCount);
  for (const section of next.sections) {
    if (section.kind === 'pool') continue;
    for (const run of section.runs) markSeen(check, run, section, sectionOf, seen);
    checkBlocked(check, section.blocked);
  }
  for (let seat = seen.indexOf(0); seat !== -1; seat = seen.indexOf(0, seat + 1)) {
    if (!staying.has(sectionOf[seat] ?? 0)) continue;
    clashes.add({ kind: 'seat_removed', seatId: seating.nameOf(seat), state: occupancy.seatState(seat) });
  }
}

function markSeen({ current, seating, clashes }: SeatCheck, run: SeatRun, to: SectionPlan, sectionOf: Uint16Array, seen: Uint8Array): void {
  const end = Math.min(run.firstSeat + seatsInRun(run), current.seatCount);
  for (let seat = run.firstSeat; seat < end; seat++) {
    seen[seat] = 1;
    if (sectionOf[seat] === to.number) continue;
    const from = current.sections.find(({ number }) => number === sectionOf[seat]);
    clashes.add({ kind: 'seat_moved', seatId: seating.nameOf(seat), from: from?.id ?? '', to: to.id });
  }
}

function checkBlocked({ current, seating, occupancy, clashes }: SeatCheck, blocked: readonly number[]): void {
  for (const seat of blocked) {
    const state = seat < current.seatCount ? occupancy.seatState(seat) : 'free';
    if (state === 'held' || state === 'sold') clashes.add({ kind: 'seat_blocked_while_taken', seatId: seating.nameOf(seat), state });
  }
}

/** Whether the plans say the same, whenever they were made. */
function isSame(current: EventPlan, next: EventPlan): boolean {
  const { seatCount } = next;
  if (seatCount !== current.seatCount || JSON.stringify(next.terms) !== JSON.stringify(current.terms)) return false;
  return next.sections.length === current.sections.length && next.sections.every((section, index) => sameSection(current.sections[index], section));
}

function sameSection(current: SectionPlan | undefined, next: SectionPlan): boolean {
  return current !== undefined && capacityOf(current) === capacityOf(next) && JSON.stringify(current) === JSON.stringify(next);
}
