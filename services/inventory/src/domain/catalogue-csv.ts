import type { Limits } from '@traffic-tacos/kernel';
import { parseEvent, type ParsedCatalogue } from './catalogue.ts';
import { CSV_COLUMNS, CsvEvent, type CsvCells } from './csv-event.ts';
import type { EventDocument } from './event-document.ts';
import { Problems } from './problems.ts';
import type { UnknownField } from './unknown-fields.ts';

/** One line of a CSV file, split already. */
export interface CsvLine {
  /** From 1, as editors count. */
  readonly line: number;
  readonly cells: readonly string[];
}

const REQUIRED = ['id', 'name', 'currency', 'section', 'price'];

/**
 * Reads a catalogue from CSV: one seat or pool a line, under the names that JSON uses for the event (`id, name, venue, starts_at, …,
 * per_second, max_active, policy`), and `section, section_name, price`, then `row` and `seat`, or `seat_id`, or `capacity`, and
 * `blocked`. What an event or a section says once holds for its later lines. Problems name the line.
 */
export function parseCsvCatalogue(lines: readonly CsvLine[], limits: Limits): ParsedCatalogue {
  const problems = new Problems();
  const [header, ...rest] = lines;
  const columns = header === undefined ? undefined : readHeader(header, problems);
  if (columns === undefined) problems.add('line 1', 'must name the columns');
  if (columns === undefined || problems.count > 0) return { kind: 'invalid', problems: problems.list() };
  const events = gather(rest, columns, problems);
  const documents = [...events.values()].flatMap((event) => documentOf(event, limits, problems));
  return problems.count === 0 ? { kind: 'valid', events: documents } : { kind: 'invalid', problems: problems.list() };
}

/** Columns that no catalogue has, which are ignored like unknown fields of JSON. */
export function unknownColumns([header]: readonly CsvLine[]): readonly UnknownField[] {
  const columns = header?.cells.map((cell) => cell.trim()) ?? [];
  return columns
    .filter((name) => name !== '' && !CSV_COLUMNS.includes(snakeCase(name)))
    .map((name) => ({ place: `line ${header?.line ?? 1}, column ${name}`, name, known: CSV_COLUMNS }));
}

function readHeader({ line, cells }: CsvLine, problems: Problems): readonly string[] {
  const columns = cells.map((cell) => snakeCase(cell.trim()));
  for (const [index, column] of columns.entries()) {
    if (column !== '' && columns.indexOf(column) < index) problems.add(`line ${line}`, `column ${column} is there twice`);
  }
  for (const column of REQUIRED) if (!columns.includes(column)) problems.add(`line ${line}`, `column ${column} is missing`);
  return columns;
}

function gather(lines: readonly CsvLine[], columns: readonly string[], problems: Problems): ReadonlyMap<string, CsvEvent> {
  const events = new Map<string, CsvEvent>();
  for (const { line, cells } of lines) {
    if (cells.length !== columns.length) {
      problems.add(`line ${line}`, `has ${cells.length} cells under ${columns.length} columns`);
      continue;
    }
    const byColumn: CsvCells = new Map(columns.map((column, index) => [column, (cells[index] ?? '').trim()]));
    const id = byColumn.get('id') ?? '';
    if (id === '') {
      problems.add(`line ${line}, column id`, 'is required');
      continue;
    }
    const event = events.get(id) ?? new CsvEvent(id, problems);
    events.set(id, event);
    event.add(line, byColumn);
  }
  return events;
}

function documentOf(event: CsvEvent, limits: Limits, problems: Problems): readonly EventDocument[] {
  const parsed = parseEvent(event.document(), limits);
  if (parsed.kind === 'valid') return [parsed.event];
  for (const { place, reason } of parsed.problems) problems.add(event.placeOf(place), reason);
  return [];
}

const snakeCase = (name: string): string => name.replace(/[A-Z]/g, (capital, at: number) => `${at === 0 ? '' : '_'}${capital.toLowerCase()}`);
