import type { InventoryMemory } from '@traffic-tacos/inventory';
import type { Clock } from '@traffic-tacos/kernel';
import type { HoldCommand, HoldOutcome, SeatHolder } from '@traffic-tacos/reservation';
import { purchaseLimitOf } from '../play/catalogue.ts';
import { must } from './breach.ts';
import type { EntryWatch } from './entry-watch.ts';
import { COMMITTED, HELD, type HoldRecord } from './records.ts';

type EventState = NonNullable<ReturnType<InventoryMemory['events']['find']>>;

export interface SeatsWatch {
  readonly watch: EntryWatch;
  /** Undefined while a process begins. */
  readonly memory: () => InventoryMemory | undefined;
  readonly attempt: (check: () => void) => void;
}

/** Whoever is refused is told the truth, and whoever is granted a hold has got it for the key that they came with. */
export const watchSeats = (right: SeatHolder, clock: Clock, { watch, memory, attempt }: SeatsWatch): SeatHolder => ({
  ...right,
  hold: async (command) => {
    const step = await right.hold(command);
    return (unit) => {
      const outcome = step(unit);
      const known = memory();
      if (known !== undefined) attempt(() => checkRefusal(watch, known, command, outcome, clock.nowMs()));
      if (outcome.kind === 'held') watch.asked(command.reservationId, `${command.userId}/${command.eventId}/${String(command.idempotencyKey)}`);
      return outcome;
    };
  },
});

/** A refusal is given for a reason that is there at that instant: no place that is free, by the record or by the clock, is called taken. */
function checkRefusal(watch: EntryWatch, memory: InventoryMemory, command: HoldCommand, outcome: HoldOutcome, nowMs: number): void {
  const { eventId, userId, quantity, section } = command;
  const event = memory.events.find(eventId);
  switch (outcome.kind) {
    case 'event_not_found':
      must(event === undefined, 'I2', eventId, 'is there and was not found');
      return;
    case 'seat_unavailable':
      if (event !== undefined) for (const { seatId, state } of outcome.seats) checkClash(watch, event, seatId, state, nowMs);
      return;
    case 'sold_out':
      for (const state of event?.sections ?? []) {
        if (section !== undefined && state.plan.id !== section) continue;
        const left = placesLeft(watch, state, eventId, nowMs);
        must(left < quantity, 'I5', `${eventId}/${state.plan.id}`, () => `${quantity} places were refused as sold out, and ${left} are left`);
      }
      return;
    case 'purchase_limit_exceeded': {
      const places = watch.seats.placesOf(userId, eventId, nowMs);
      must(places + quantity > purchaseLimitOf(eventId), 'purchase limit', userId, () => `was refused ${quantity} places beside ${places}`);
      return;
    }
    default:
      return;
  }
}

function checkClash(watch: EntryWatch, event: EventState, seatId: string, state: 'held' | 'sold' | 'blocked', nowMs: number): void {
  const seat = seatNumber(event, seatId);
  const owner = watch.seats.ownerOf(event.plan.id, seat);
  const hold = owner === undefined ? undefined : watch.books.hold.get(owner);
  const said = (): string => `was refused as ${state}, and is ${hold === undefined ? 'nobody’s' : `${String(owner)}’s until ${hold.expiresAtMs}`}, now ${nowMs}`;
  if (state === 'sold') must(hold?.state === COMMITTED, 'I2', seatId, said);
  else if (state === 'held') must(hold?.state === HELD && hold.expiresAtMs > nowMs, 'I5', seatId, said);
  else must(hold === undefined, 'I2', seatId, said);
}

function seatNumber(event: EventState, seatId: string): number {
  for (let seat = 0; seat < event.plan.seatCount; seat++) if (event.seating.nameOf(seat) === seatId) return seat;
  return -1;
}

/** Places of a section that nobody has at that instant, whoever has noticed. */
function placesLeft(watch: EntryWatch, section: EventState['sections'][number], eventId: string, nowMs: number): number {
  let left = section.capacity - section.blocked;
  for (const hold of watch.seats.liveOf(eventId)) {
    if (hold.state === HELD && hold.expiresAtMs <= nowMs) continue;
    left -= placesIn(hold, section);
  }
  return left;
}

function placesIn(hold: HoldRecord, section: EventState['sections'][number]): number {
  if (hold.seats.length === 0) return hold.section === section.plan.number ? hold.quantity : 0;
  let places = 0;
  for (const seat of hold.seats) if (section.seats.sectionOf(seat) === section.plan.number) places++;
  return places;
}
