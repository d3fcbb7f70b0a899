import { SeatStatus, type Money, type Seat } from '@traffic-tacos/contracts/proto/common/v1/types';
import type { GetSeatMapRequest, GetSeatMapResponse } from '@traffic-tacos/contracts/proto/reservation/v1/inventory';
import { given, invalidRequest, optionalText, requiredText, type Refusal, type UnaryHandler } from '@traffic-tacos/kit';
import { invalid as invalidField } from '../../errors.ts';
import type { EventFacts, NamedSeats, RowSeats, SeatMapSection } from '../../ports/inventory-views.ts';
import { SEATS_WITHOUT_SECTION } from '../rest/seats.ts';
import { sectionMessage } from './event-messages.ts';
import { EVENT_NOT_FOUND, sectionNotFound } from './refusals.ts';
import type { RpcDependencies } from './rpc-dependencies.ts';

/** Seats of one section that one answer shows: some 60 bytes each, of 10 MB. */
const SEATS_IN_ONE_ANSWER = 100_000;

/** Every seat of an event or a section. */
export function getSeatMap({ store, limits }: RpcDependencies): UnaryHandler<GetSeatMapRequest, GetSeatMapResponse> {
  return async ({ eventId, section }) => {
    const invalid = invalidRequest(requiredText('eventId', eventId, limits.idChars), optionalText('section', section, limits.idChars));
    if (invalid !== undefined) return invalid;
    const event = await store.readEvent(eventId);
    if (event === undefined) return EVENT_NOT_FOUND;
    const tooMany = refuseSize(event, section);
    if (tooMany !== undefined) return tooMany;
    const outcome = await store.seatMap(eventId, given(section));
    if (outcome.kind === 'event_not_found') return EVENT_NOT_FOUND;
    if (outcome.kind === 'section_not_found') return sectionNotFound(section);
    const { currency } = event.terms;
    const seats: Seat[] = [];
    for (const one of outcome.sections) addSeats(seats, one, { amount: one.priceMinor, currency });
    const sections = outcome.figures.map((figures) => sectionMessage(figures, currency));
    return { eventId, seats, version: outcome.version, error: undefined, tag: outcome.tag, sections };
  };
}

function refuseSize({ sections }: EventFacts, section: string): Refusal | undefined {
  let seats = 0;
  for (const { id, kind, capacity } of sections) if (kind === 'seats' && (section === '' || id === section)) seats += capacity;
  if (section === '' && seats > SEATS_WITHOUT_SECTION) return invalidField('section', `name one: the event has ${seats} seats`);
  return seats > SEATS_IN_ONE_ANSWER ? invalidField('section', `has ${seats} seats, more than one message holds: GET /v1/events/{id}/seats shows them`) : undefined;
}

function addSeats(seats: Seat[], { id: section, seats: runs }: SeatMapSection, price: Money): void {
  for (const run of runs) {
    for (let i = 0; i < run.states.length; i++) seats.push({ ...namesOf(section, run, i), section, price, status: STATUSES[run.states[i] ?? ''] ?? UNKNOWN });
  }
}

function namesOf(section: string, run: RowSeats | NamedSeats, index: number): Pick<Seat, 'id' | 'row' | 'number'> {
  if ('seatIds' in run) {
    const id = run.seatIds[index] ?? '';
    return { id, row: '', number: id };
  }
  const number = String(run.from + index);
  return { id: `${section}-${run.row}-${number}`, row: run.row, number };
}

const UNKNOWN = SeatStatus.SEAT_STATUS_UNSPECIFIED;
const STATUSES: Readonly<Record<string, SeatStatus>> = {
  f: SeatStatus.SEAT_STATUS_AVAILABLE,
  h: SeatStatus.SEAT_STATUS_RESERVED,
  s: SeatStatus.SEAT_STATUS_SOLD,
  b: SeatStatus.SEAT_STATUS_BLOCKED,
};
