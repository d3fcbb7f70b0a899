import { amountMinor, type Limits } from '@traffic-tacos/kernel';
import { idProblem, readerOf, type DocumentReader } from './document-reader.ts';
import type { PoolDocument, RowDocument, SectionDocument, SeatedSectionDocument } from './event-document.ts';
import type { Problems } from './problems.ts';
import { parseSeatRanges, seatsInRanges } from './seat-ranges.ts';
import { NO_SEAT, Seating } from './seating.ts';

/** Seats remember their section in 16 bits. */
const SECTIONS_MAX = 65_535;

/** What is known of the event so far: which names are taken, how many seats there are. */
interface Progress {
  readonly limits: Limits;
  readonly problems: Problems;
  readonly seating: Seating;
  readonly sectionIds: Set<string>;
  seats: number;
}

/** The sections of an event; undefined when the list itself is missing or unusable. */
export function readSections(event: DocumentReader, limits: Limits, problems: Problems): readonly SectionDocument[] | undefined {
  const list = event.list('sections', event.required('sections'));
  if (list === undefined) return undefined;
  const most = Math.min(limits.sectionsPerEvent, SECTIONS_MAX);
  if (list.length === 0 || list.length > most) return event.problem('sections', `must have 1 to ${most} sections`);
  const progress: Progress = { limits, problems, seating: new Seating(), sectionIds: new Set(), seats: 0 };
  const sections: SectionDocument[] = [];
  for (const [index, value] of list.entries()) {
    const section = readSection(value, `${event.at('sections')}[${index}]`, index, progress);
    if (section !== undefined) sections.push(section);
  }
  if (progress.seats > limits.seatsPerEvent) event.problem('sections', `must have at most ${limits.seatsPerEvent} seats together`);
  return sections;
}

function readSection(value: unknown, place: string, number: number, progress: Progress): SectionDocument | undefined {
  const { limits } = progress;
  const reader = readerOf(value, place, progress.problems);
  if (reader === undefined) return undefined;
  const id = reader.id('id', limits.idChars);
  if (id !== undefined && progress.sectionIds.has(id)) reader.problem('id', `section ${id} is in this event twice`);
  const price = reader.integer('price', 0, limits.priceMinor, reader.required('price'));
  const name = reader.name('name', limits.nameChars) ?? id ?? '';
  const terms = { id: id ?? '', name, priceMinor: amountMinor(price ?? 0) };
  if (id !== undefined) progress.sectionIds.add(id);
  return reader.has('capacity') ? readPool(reader, terms, limits) : readSeated(reader, terms, number, progress);
}

type Terms = Pick<SectionDocument, 'id' | 'name' | 'priceMinor'>;

function readPool(reader: DocumentReader, terms: Terms, limits: Limits): PoolDocument {
  for (const field of ['rows', 'seatIds', 'blocked']) {
    if (reader.has(field)) reader.problem(field, 'cannot stand beside capacity: a section has numbered seats or a capacity');
  }
  return { kind: 'pool', ...terms, capacity: reader.integer('capacity', 1, limits.capacityPerPool) ?? 1 };
}

function readSeated(reader: DocumentReader, terms: Terms, number: number, progress: Progress): SeatedSectionDocument {
  const before = progress.problems.count;
  const firstSeat = progress.seating.seatCount;
  if (!reader.has('rows') && !reader.has('seatIds')) reader.problem('rows', 'is required: a section has rows, seat_ids or a capacity');
  const rows = readRows(reader, terms.id, number, progress);
  const seatIds = readSeatIds(reader, terms.id, number, progress);
  const seats = progress.seating.seatCount - firstSeat;
  const isEmpty = seats === 0 && progress.seats <= progress.limits.seatsPerEvent;
  if (isEmpty && progress.problems.count === before) reader.problem('rows', 'must have at least one seat');
  return { kind: 'seats', ...terms, rows, seatIds, blocked: readBlocked(reader, firstSeat, progress) };
}

function readRows(reader: DocumentReader, sectionId: string, number: number, progress: Progress): readonly RowDocument[] {
  const rows: RowDocument[] = [];
  const ids = new Set<string>();
  for (const [index, value] of (reader.list('rows') ?? []).entries()) {
    const rowReader = readerOf(value, `${reader.at('rows')}[${index}]`, progress.problems);
    const row = rowReader && readRow(rowReader, progress.limits);
    if (rowReader === undefined || row === undefined) continue;
    if (ids.has(row.id)) rowReader.problem('id', `row ${row.id} is in this section twice`);
    else if (countSeats(seatsInRanges(row.ranges), progress)) addRow(rowReader, sectionId, number, row, progress);
    ids.add(row.id);
    rows.push(row);
  }
  return rows;
}

function readRow(reader: DocumentReader, limits: Limits): RowDocument | undefined {
  const id = reader.id('id', limits.idChars);
  const seats = reader.required('seats');
  if (seats === undefined) return undefined;
  if (typeof seats !== 'string') return reader.problem('seats', 'must be text such as "1-28,30,31"');
  const parsed = parseSeatRanges(seats);
  if (parsed.kind === 'invalid') return reader.problem('seats', parsed.reason);
  return id === undefined ? undefined : { id, ranges: parsed.ranges };
}

function addRow(reader: DocumentReader, sectionId: string, number: number, row: RowDocument, { seating, limits }: Progress): void {
  const longest = `${sectionId}-${row.id}-${row.ranges.at(-1)?.to ?? ''}`;
  if (longest.length > limits.idChars) return reader.problem('id', `makes seat ids of more than ${limits.idChars} characters`);
  for (const { from, to } of row.ranges) {
    const taken = seating.add(number, sectionId, { kind: 'row', row: row.id, from, to, firstSeat: seating.seatCount });
    if (taken !== undefined) reader.problem('seats', `seat ${taken} is in this event twice`);
  }
}

function readSeatIds(reader: DocumentReader, sectionId: string, number: number, progress: Progress): readonly string[] {
  const list = reader.list('seatIds');
  if (list === undefined || !countSeats(list.length, progress)) return [];
  const ids = new Set<string>();
  for (const [index, value] of list.entries()) {
    const wrong = idProblem(value, progress.limits.idChars);
    const id = String(typeof value === 'string' ? value : '');
    if (wrong !== undefined) progress.problems.add(`${reader.at('seatIds')}[${index}]`, wrong);
    else if (ids.has(id) || progress.seating.numberOf(id) !== NO_SEAT) {
      progress.problems.add(`${reader.at('seatIds')}[${index}]`, `seat ${id} is in this event twice`);
    } else ids.add(id);
  }
  const run = { kind: 'ids', ids: [...ids], firstSeat: progress.seating.seatCount } as const;
  if (run.ids.length > 0) progress.seating.add(number, sectionId, run);
  return run.ids;
}

function readBlocked(reader: DocumentReader, firstSeat: number, { seating, problems }: Progress): readonly string[] {
  const ids = new Set<string>();
  for (const [index, value] of (reader.list('blocked') ?? []).entries()) {
    const place = `${reader.at('blocked')}[${index}]`;
    const seat = typeof value === 'string' ? seating.numberOf(value) : NO_SEAT;
    if (typeof value !== 'string' || seat < firstSeat) problems.add(place, 'must be the id of a seat of this section');
    else if (ids.has(value)) problems.add(place, `seat ${value} is blocked twice`);
    else ids.add(value);
  }
  return [...ids];
}

/** Counts seats in; answers whether the event is still within its limit, so that names beyond it are not even looked at. */
function countSeats(seats: number, progress: Progress): boolean {
  progress.seats += seats;
  return progress.seats <= progress.limits.seatsPerEvent;
}
