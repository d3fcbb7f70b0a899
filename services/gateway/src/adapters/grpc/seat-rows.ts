import { SeatStatus, type Seat } from '@traffic-tacos/contracts/proto/common/v1/types';
import type { SectionInventory } from '@traffic-tacos/contracts/proto/reservation/v1/inventory';
import type { NamedSeats, RowSeats, SeatMapSection } from '../../ports/catalogue.ts';
import { amountOf } from './wire-values.ts';

const LETTERS: Readonly<Partial<Record<SeatStatus, string>>> = {
  [SeatStatus.SEAT_STATUS_AVAILABLE]: 'f',
  [SeatStatus.SEAT_STATUS_RESERVED]: 'h',
  [SeatStatus.SEAT_STATUS_SOLD]: 's',
};
/** What nothing is known of is not offered. */
const BLOCKED = 'b';

/** Seats as they come over the wire, one by one, put together by section and row. Their order is kept. */
export function seatsOfSections(sections: readonly SectionInventory[], seats: readonly Seat[]): readonly SeatMapSection[] {
  const bySection = new Map<string, Run[]>(sections.map(({ sectionId }) => [sectionId, []]));
  for (const seat of seats) addTo(bySection.get(seat.section) ?? [], seat);
  return sections.map(({ sectionId, sectionName, minPrice }) => ({
    id: sectionId,
    name: sectionName,
    priceMinor: amountOf(minPrice),
    seats: (bySection.get(sectionId) ?? []).map(shown),
  }));
}

/** Seats that go on from one to the next. Without a row they are those with names of their own. */
interface Run {
  readonly row: string;
  readonly from: number;
  readonly ids: string[];
  letters: string;
}

function addTo(runs: Run[], seat: Seat): void {
  const last = runs.at(-1);
  const place = placeOf(seat);
  const goesOn = last !== undefined && last.row === place.row && (place.row === '' || place.number === last.from + last.ids.length);
  const run = goesOn ? last : { row: place.row, from: place.number, ids: [], letters: '' };
  if (!goesOn) runs.push(run);
  run.ids.push(seat.id);
  run.letters += LETTERS[seat.status] ?? BLOCKED;
}

/** Where a seat stands, if its id follows from that. */
function placeOf({ id, section, row, number }: Seat): { readonly row: string; readonly number: number } {
  return row !== '' && id === `${section}-${row}-${number}` && /^\d{1,9}$/.test(number) ? { row, number: Number(number) } : { row: '', number: 0 };
}

const shown = ({ row, from, ids, letters }: Run): RowSeats | NamedSeats =>
  row === '' ? { seatIds: ids, states: letters } : { row, from, to: from + ids.length - 1, states: letters };
