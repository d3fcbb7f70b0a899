import type { ModelSection } from './model-types.ts';

/** Whether the second seat stands right beside the first: the same text before a number, and the next number. */
export function areNeighbours(seat: string, next: string): boolean {
  const [, row, number] = /^(.*?)(\d+)$/.exec(seat) ?? [];
  const [, nextRow, nextNumber] = /^(.*?)(\d+)$/.exec(next) ?? [];
  return row === nextRow && Number(number) + 1 === Number(nextNumber);
}

/** The best seats side by side by trying all of them; undefined when there are none. Every section of the model is one row. */
export function bestTogether({ seats }: ModelSection, quantity: number, isFree: (seat: string) => boolean): readonly string[] | undefined {
  const rows = rowsOf(seats);
  let best: { readonly score: number; readonly chosen: readonly string[] } | undefined;
  for (const [rank, row] of rows.entries()) {
    for (let at = 0; at + quantity <= row.length; at++) {
      const chosen = row.slice(at, at + quantity);
      const isBlock = chosen.every((seat, i) => isFree(seat) && (i === 0 || areNeighbours(chosen[i - 1] ?? '', seat)));
      if (!isBlock) continue;
      const isBeside = (one: number, other: number): boolean => {
        const [a = '', b = ''] = one < other ? [row[one], row[other]] : [row[other], row[one]];
        return a !== '' && b !== '' && areNeighbours(a, b) && isFree(row[other] ?? '');
      };
      const before = isBeside(at, at - 1) && !isBeside(at - 1, at - 2) ? 1 : 0;
      const after = isBeside(at + quantity - 1, at + quantity) && !isBeside(at + quantity, at + quantity + 1) ? 1 : 0;
      const score = (before + after) * 1e9 + rank * 2 + Math.abs(at + (quantity - 1) / 2 - (row.length - 1) / 2);
      if (best === undefined || score < best.score) best = { score, chosen };
    }
  }
  return best?.chosen;
}

/** Seats whose ids differ in the number at the end alone, as long as they are listed one after the other. */
function rowsOf(seats: readonly string[]): readonly (readonly string[])[] {
  const rows: string[][] = [];
  for (const seat of seats) {
    const last = rows.at(-1);
    if (last !== undefined && last.at(-1)?.replace(/\d+$/, '') === seat.replace(/\d+$/, '')) last.push(seat);
    else rows.push([seat]);
  }
  return rows;
}
