import type { SeatRange } from './event-document.ts';

/** The greatest seat number, so that every number has at most six digits. */
export const SEAT_NUMBER_MAX = 999_999;

const PART = /^(0|[1-9]\d*)(?:-(0|[1-9]\d*))?$/;

export type ParsedRanges =
  | { readonly kind: 'ranges'; readonly ranges: readonly SeatRange[] }
  | { readonly kind: 'invalid'; readonly reason: string };

/** Reads `"1-28,30,31"`: numbers and ascending ranges, in any order, none twice. Neighbouring ranges come out joined. */
export function parseSeatRanges(text: string): ParsedRanges {
  const found: SeatRange[] = [];
  for (const part of text.split(',')) {
    const range = rangeOf(part.trim());
    if (typeof range === 'string') return { kind: 'invalid', reason: range };
    found.push(range);
  }
  found.sort((a, b) => a.from - b.from);
  return joined(found);
}

/** How many seats the ranges have. */
export function seatsInRanges(ranges: readonly SeatRange[]): number {
  let seats = 0;
  for (const { from, to } of ranges) seats += to - from + 1;
  return seats;
}

function rangeOf(part: string): SeatRange | string {
  const match = PART.exec(part);
  if (match === null) return `"${part.slice(0, 40)}" is neither a seat number nor a range such as 1-28`;
  const from = Number(match[1]);
  const to = Number(match[2] ?? match[1]);
  if (to < from) return `the range ${part.slice(0, 40)} runs backwards`;
  if (to > SEAT_NUMBER_MAX) return `seat numbers end at ${SEAT_NUMBER_MAX}`;
  return { from, to };
}

function joined(sorted: readonly SeatRange[]): ParsedRanges {
  const ranges: SeatRange[] = [];
  for (const range of sorted) {
    const last = ranges.at(-1);
    if (last !== undefined && range.from <= last.to) return { kind: 'invalid', reason: `seat number ${range.from} is listed twice` };
    if (last !== undefined && range.from === last.to + 1) ranges[ranges.length - 1] = { from: last.from, to: range.to };
    else ranges.push(range);
  }
  return { kind: 'ranges', ranges };
}
