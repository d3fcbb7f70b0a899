import { formatId, present, type EpochMs } from '@traffic-tacos/kernel';
import { stateAt, type Hold } from '../../domain/hold.ts';
import type { EventState } from './event-state.ts';
import { ASKED_FOR_SEATS, ASKED_FOR_SECTION, REACQUIRED, SEVERAL_SECTIONS, STANDS_ALONE, holdStateOf, type HoldRecord } from './hold-record.ts';
import type { InventoryMemory } from './memory.ts';

/** The facts of a hold, with the state that it has at `now`. */
export const holdFacts = (memory: InventoryMemory, row: number, now: EpochMs): Hold => factsAt(memory, memory.holds.recordOf(row), now);

export function factsAt(memory: InventoryMemory, record: HoldRecord, now: EpochMs): Hold {
  const hold = storedHold(memory, record);
  return { ...hold, state: stateAt(hold, now) };
}

/** The facts of a hold as they are stored: one that is over but that nobody has ended is still held. */
export function storedHold(memory: InventoryMemory, record: HoldRecord): Hold {
  const event = eventOf(memory, record);
  return factsOf(record, formatId('rsv', record.key), event, namesOf(event, record.seats));
}

export const eventOf = (memory: InventoryMemory, { eventNumber }: HoldRecord): EventState =>
  present(memory.events.byNumber(eventNumber), 'the event of a hold in memory');

/** The ids of seats. */
export const namesOf = (event: EventState, seats: readonly number[]): readonly string[] => seats.map((seat) => event.seating.nameOf(seat));

/** The facts that a record states. */
export function factsOf(record: HoldRecord, reservationId: string, event: EventState, seatIds: readonly string[]): Hold {
  return {
    reservationId,
    eventId: record.eventId,
    userId: record.userId,
    state: holdStateOf(record.state),
    sectionId: record.section === SEVERAL_SECTIONS ? undefined : event.section(record.section).plan.id,
    seatIds,
    quantity: record.quantity,
    askedFor: (record.flags & ASKED_FOR_SEATS) === 0 ? 'quantity' : 'seats',
    isSectionAsked: (record.flags & ASKED_FOR_SECTION) !== 0,
    createdAtMs: record.createdAtMs,
    expiresAtMs: record.expiresAtMs,
    extendedByMs: record.extendedByMs,
    changedAtMs: record.changedAtMs,
    isReacquired: (record.flags & REACQUIRED) !== 0,
    standsAlone: (record.flags & STANDS_ALONE) !== 0,
    totalMinor: record.totalMinor,
    currency: event.plan.terms.currency,
  };
}
