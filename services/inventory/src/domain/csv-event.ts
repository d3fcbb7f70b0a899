import type { Problems } from './problems.ts';
import { parseSeatRanges } from './seat-ranges.ts';

/** The cells of one line by column. */
export type CsvCells = ReadonlyMap<string, string>;

const TEXTS = ['name', 'venue', 'starts_at', 'ends_at', 'sale_starts_at', 'sale_ends_at', 'currency', 'waiting_room', 'queue_identity'];
const NUMBERS = ['purchase_limit'];
const YES_OR_NO = ['listed'];
const ADMISSION = ['per_second', 'max_active', 'policy'];
/** Every column that a catalogue can have. */
export const CSV_COLUMNS: readonly string[] = ['id', ...TEXTS, ...NUMBERS, ...YES_OR_NO, ...ADMISSION, 'section', 'section_name', 'price', 'row', 'seat', 'seat_id', 'capacity', 'blocked'];
const YES = ['true', 'yes', '1'];
const NO = ['', 'false', 'no', '0'];

interface CsvRow {
  readonly id: string;
  readonly line: number;
  readonly seats: string[];
}

interface CsvSection {
  readonly id: string;
  /** Its place in the document. */
  readonly place: string;
  readonly facts: Facts;
  readonly rows: Map<string, CsvRow>;
  readonly seatIds: string[];
  readonly blocked: string[];
}

/** Gathers the lines of one event into a document as JSON has it, and remembers which line each part came from. */
export class CsvEvent {
  readonly #id: string;
  readonly #problems: Problems;
  readonly #facts: Facts;
  readonly #sections = new Map<string, CsvSection>();
  /** Lines by place in the document. */
  readonly #lines = new Map<string, number>();

  constructor(id: string, problems: Problems) {
    this.#id = id;
    this.#problems = problems;
    this.#facts = new Facts(problems);
  }

  add(line: number, cells: CsvCells): void {
    if (!this.#lines.has('')) this.#lines.set('', line);
    for (const column of [...TEXTS, ...NUMBERS, ...YES_OR_NO, ...ADMISSION]) this.#facts.say(line, column, cells.get(column));
    const id = cells.get('section') ?? '';
    if (id === '') return this.#problems.add(`line ${line}, column section`, 'is required');
    const section = this.#sectionOf(id, line);
    section.facts.say(line, 'section_name', cells.get('section_name'));
    section.facts.say(line, 'price', cells.get('price'));
    this.#addPlace(section, line, cells);
  }

  /** The event as JSON has it, for the one reader of events. */
  document(): unknown {
    const admission = Object.fromEntries(ADMISSION.map((column) => [column, valueOf(this.#facts, column, column !== 'policy')]));
    return {
      id: this.#id,
      ...Object.fromEntries(TEXTS.map((column) => [column, this.#facts.get(column)])),
      ...Object.fromEntries(NUMBERS.map((column) => [column, valueOf(this.#facts, column, true)])),
      ...Object.fromEntries(YES_OR_NO.map((column) => [column, yesOrNoOf(this.#facts.get(column))])),
      admission,
      sections: [...this.#sections.values()].map(sectionDocument),
    };
  }

  /** Where a place of the document came from: the line of the smallest part around it. */
  placeOf(place: string): string {
    for (let part = place; ; part = part.slice(0, Math.max(part.lastIndexOf('.'), part.lastIndexOf('['), 0))) {
      const line = this.#lines.get(part);
      if (line !== undefined) return place === '' ? `line ${line}` : `line ${line}: ${place}`;
    }
  }

  #sectionOf(id: string, line: number): CsvSection {
    const known = this.#sections.get(id);
    if (known !== undefined) return known;
    const place = `sections[${this.#sections.size}]`;
    this.#lines.set(place, line);
    const section = { id, place, facts: new Facts(this.#problems), rows: new Map<string, CsvRow>(), seatIds: [], blocked: [] };
    this.#sections.set(id, section);
    return section;
  }

  #addPlace(section: CsvSection, line: number, cells: CsvCells): void {
    const [row, seat, seatId, capacity] = ['row', 'seat', 'seat_id', 'capacity'].map((column) => cells.get(column) ?? '');
    const given = [row !== '' || seat !== '', seatId !== '', capacity !== ''].filter(Boolean).length;
    const isBlocked = this.#isBlocked(line, cells.get('blocked') ?? '');
    if (given !== 1) this.#problems.add(`line ${line}`, 'must have either row and seat, or seat_id, or capacity');
    else if (capacity !== '') this.#addCapacity(section, line, capacity ?? '', isBlocked);
    else if (seatId !== '') this.#addSeatId(section, line, seatId ?? '', isBlocked);
    else this.#addSeat(section, line, row ?? '', seat ?? '', isBlocked);
  }

  #addCapacity(section: CsvSection, line: number, capacity: string, isBlocked: boolean): void {
    if (section.facts.get('capacity') !== undefined) this.#problems.add(`line ${line}, column capacity`, 'is given for this section twice');
    if (isBlocked) this.#problems.add(`line ${line}, column blocked`, 'a pool cannot be blocked');
    section.facts.say(line, 'capacity', capacity);
  }

  #addSeatId(section: CsvSection, line: number, seatId: string, isBlocked: boolean): void {
    this.#lines.set(`${section.place}.seat_ids[${section.seatIds.length}]`, line);
    section.seatIds.push(seatId);
    if (isBlocked) this.#block(section, line, seatId);
  }

  #addSeat(section: CsvSection, line: number, id: string, seat: string, isBlocked: boolean): void {
    const parsed = parseSeatRanges(seat);
    if (id === '' || seat === '') return this.#problems.add(`line ${line}`, 'row and seat go together');
    if (parsed.kind === 'invalid') return this.#problems.add(`line ${line}, column seat`, parsed.reason);
    const row = section.rows.get(id) ?? { id, line, seats: [] };
    if (!section.rows.has(id)) this.#lines.set(`${section.place}.rows[${section.rows.size}]`, line);
    section.rows.set(id, row);
    row.seats.push(seat);
    if (!isBlocked) return;
    for (const { from, to } of parsed.ranges) {
      for (let label = from; label <= to; label++) this.#block(section, line, `${section.id}-${id}-${label}`);
    }
  }

  #block(section: CsvSection, line: number, seatId: string): void {
    this.#lines.set(`${section.place}.blocked[${section.blocked.length}]`, line);
    section.blocked.push(seatId);
  }

  #isBlocked(line: number, text: string): boolean {
    const lower = text.toLowerCase();
    if (!YES.includes(lower) && !NO.includes(lower)) this.#problems.add(`line ${line}, column blocked`, 'must be true or false');
    return YES.includes(lower);
  }
}

/** What several lines say about the same thing: an empty cell says nothing, two lines must not contradict each other. */
class Facts {
  readonly #values = new Map<string, { readonly value: string; readonly line: number }>();
  readonly #problems: Problems;

  constructor(problems: Problems) {
    this.#problems = problems;
  }

  get(column: string): string | undefined {
    return this.#values.get(column)?.value;
  }

  say(line: number, column: string, value: string | undefined): void {
    if (value === undefined || value === '') return;
    const known = this.#values.get(column);
    if (known === undefined) this.#values.set(column, { value, line });
    else if (known.value !== value) this.#problems.add(`line ${line}, column ${column}`, `differs from line ${known.line}`);
  }
}

function sectionDocument({ id, facts, rows, seatIds, blocked }: CsvSection): unknown {
  const capacity = valueOf(facts, 'capacity', true);
  return {
    id,
    name: facts.get('section_name'),
    price: valueOf(facts, 'price', true),
    ...(capacity === undefined ? {} : { capacity }),
    ...(rows.size === 0 ? {} : { rows: [...rows.values()].map((row) => ({ id: row.id, seats: row.seats.join(',') })) }),
    ...(seatIds.length === 0 ? {} : { seat_ids: seatIds }),
    ...(blocked.length === 0 ? {} : { blocked }),
  };
}

/** Text that is neither stays text, for the reader to refuse. */
function yesOrNoOf(text: string | undefined): string | boolean | undefined {
  const lower = text?.toLowerCase() ?? '';
  return YES.includes(lower) ? true : lower !== '' && NO.includes(lower) ? false : text;
}

/** A cell as JSON would have it: text that is no number stays text, for the reader to refuse. */
function valueOf(facts: Facts, column: string, isNumber: boolean): string | number | undefined {
  const text = facts.get(column);
  return isNumber && text !== undefined && /^\d{1,16}$/.test(text) ? Number(text) : text;
}
