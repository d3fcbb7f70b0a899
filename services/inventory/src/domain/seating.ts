import { present } from '@traffic-tacos/kernel';
import { SEAT_NUMBER_MAX } from './seat-ranges.ts';

/** No seat has this number. */
export const NO_SEAT = -1;

/** Seats of one row with consecutive labels and consecutive numbers: label `from` is seat `firstSeat`. */
export interface RowRun {
  readonly kind: 'row';
  readonly row: string;
  readonly from: number;
  readonly to: number;
  readonly firstSeat: number;
}

/** Seats with ids of their own and consecutive numbers. */
export interface IdRun {
  readonly kind: 'ids';
  readonly ids: readonly string[];
  readonly firstSeat: number;
}

export type SeatRun = RowRun | IdRun;

export const seatsInRun = (run: SeatRun): number => (run.kind === 'row' ? run.to - run.from + 1 : run.ids.length);

interface PlacedRun {
  readonly section: number;
  /** `<section>-<row>`; empty for explicit ids. */
  readonly prefix: string;
  readonly run: SeatRun;
}

interface PlacedRow extends PlacedRun {
  readonly run: RowRun;
}

/**
 * The names of an event's seats. Inside, a seat is a number from 0 in the order in which seats were added, never given to another
 * seat. Seats of rows are found by taking their id apart, so that a million of them cost nothing; only explicit ids stand in a map.
 */
export class Seating {
  readonly #rows = new Map<string, PlacedRow[]>();
  readonly #ids = new Map<string, number>();
  readonly #runs: PlacedRun[] = [];
  #isSorted = true;
  #seatCount = 0;

  /** Seats added so far. */
  get seatCount(): number {
    return this.#seatCount;
  }

  /** Adds the seats of a run, or answers the first name that is taken already: the document is refused then. */
  add(section: number, sectionId: string, run: SeatRun): string | undefined {
    const placed = { section, prefix: run.kind === 'row' ? `${sectionId}-${run.row}` : '', run };
    const taken = run.kind === 'row' ? this.#addRow({ ...placed, run }) : this.#addIds(run);
    if (taken !== undefined) return taken;
    const last = this.#runs.at(-1);
    if (last !== undefined && last.run.firstSeat > run.firstSeat) this.#isSorted = false;
    this.#runs.push(placed);
    this.#seatCount += seatsInRun(run);
    return undefined;
  }

  /** The seat of that id, or `NO_SEAT`. */
  numberOf(id: string): number {
    const dash = id.lastIndexOf('-');
    if (dash > 0) {
      const label = labelIn(id, dash + 1);
      if (label >= 0) {
        const seat = this.numberInRow(id.slice(0, dash), label);
        if (seat !== NO_SEAT) return seat;
      }
    }
    return this.#ids.get(id) ?? NO_SEAT;
  }

  /** The seat of a row by `<section>-<row>` and its label, or `NO_SEAT`. */
  numberInRow(prefix: string, label: number): number {
    const rows = this.#rows.get(prefix);
    if (rows === undefined) return NO_SEAT;
    const { run } = present(rows[lastAtOrBefore(rows, label)] ?? rows[0], 'a prefix has a run');
    return label >= run.from && label <= run.to ? run.firstSeat + label - run.from : NO_SEAT;
  }

  /** Whether any seat has an id of its own, rather than by its row. */
  get hasExplicitIds(): boolean {
    return this.#ids.size > 0;
  }

  /** The id of a seat that exists. */
  nameOf(seat: number): string {
    const { prefix, run } = this.#runOf(seat);
    return run.kind === 'row' ? `${prefix}-${run.from + seat - run.firstSeat}` : present(run.ids[seat - run.firstSeat], 'seat in run');
  }

  /** The row and the number in it of a seat that exists; `row` is empty where the seat has an id of its own. */
  labelOf(seat: number): { readonly row: string; readonly number: string } {
    const { run } = this.#runOf(seat);
    return run.kind === 'row' ? { row: run.row, number: String(run.from + seat - run.firstSeat) } : { row: '', number: this.nameOf(seat) };
  }

  /** The section number of a seat that exists. */
  sectionOf(seat: number): number {
    return this.#runOf(seat).section;
  }

  #runOf(seat: number): PlacedRun {
    if (!this.#isSorted) this.#sort();
    let low = 0;
    let high = this.#runs.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if (present(this.#runs[middle], 'run').run.firstSeat <= seat) low = middle;
      else high = middle - 1;
    }
    return present(this.#runs[low], 'no such seat');
  }

  #sort(): void {
    this.#runs.sort((a, b) => a.run.firstSeat - b.run.firstSeat);
    this.#isSorted = true;
  }

  #addRow(placed: PlacedRow): string | undefined {
    const { prefix, run } = placed;
    const rows = this.#rows.get(prefix);
    if (this.#ids.size > 0) {
      for (let label = run.from; label <= run.to; label++) {
        const id = `${prefix}-${label}`;
        if (this.#ids.has(id)) return id;
      }
    }
    if (rows === undefined) {
      this.#rows.set(prefix, [placed]);
      return undefined;
    }
    const before = lastAtOrBefore(rows, run.from);
    const earlier = rows[before];
    const later = rows[before + 1];
    if (earlier !== undefined && earlier.run.to >= run.from) return `${prefix}-${run.from}`;
    if (later !== undefined && later.run.from <= run.to) return `${prefix}-${later.run.from}`;
    rows.splice(before + 1, 0, placed);
    return undefined;
  }

  #addIds(run: IdRun): string | undefined {
    for (const [index, id] of run.ids.entries()) {
      if (this.numberOf(id) !== NO_SEAT) return id;
      this.#ids.set(id, run.firstSeat + index);
    }
    return undefined;
  }
}

/** The index of the last run that begins at or before the label, or -1. */
function lastAtOrBefore(rows: readonly PlacedRow[], label: number): number {
  let low = -1;
  let high = rows.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if (present(rows[middle], 'run').run.from <= label) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** The number that the text ends with, from `start`, written as the platform writes it (no leading zero), or -1. */
function labelIn(text: string, start: number): number {
  const first = text.charCodeAt(start);
  if (Number.isNaN(first) || (first === 48 && text.length > start + 1)) return -1;
  let label = 0;
  for (let i = start; i < text.length; i++) {
    const digit = text.charCodeAt(i) - 48;
    if (digit < 0 || digit > 9) return -1;
    label = label * 10 + digit;
    if (label > SEAT_NUMBER_MAX) return -1;
  }
  return label;
}
