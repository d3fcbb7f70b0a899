import type { SeatedSectionPlan } from './event-plan.ts';
import { seatsInRun, type SeatRun } from './seating.ts';

/** Seats side by side, with nothing between them: positions in catalogue order from `from` up to, not including, `to`. */
export interface SeatBlock {
  readonly from: number;
  readonly to: number;
  /** The row it stands in: 0 is the first one listed, which is the front. */
  readonly row: number;
  /** The middle of the whole row, aisles included, as a position; between two seats it ends in a half. */
  readonly middle: number;
}

/** Seats of one row with consecutive labels. */
interface RowPart {
  readonly row: string;
  readonly label: number;
  seats: number;
}

/**
 * The blocks of a section whose seats begin at `firstPosition`, front row first. Neighbours are seats of one row with consecutive
 * numbers; a number that is left out is an aisle. Seats with ids of their own stand in a row where their ids differ in the number at the
 * end alone (`A-12`, `A-13`); an id without one is a row by itself.
 */
export function seatBlocksOf(section: SeatedSectionPlan, firstPosition: number): readonly SeatBlock[] {
  const blocks: SeatBlock[] = [];
  let row = -1;
  let position = firstPosition;
  for (const parts of rowsOf(section.runs.flatMap(partsOf))) {
    row++;
    const seats = parts.reduce((sum, part) => sum + part.seats, 0);
    const middle = position + (seats - 1) / 2;
    for (const part of parts) {
      blocks.push({ from: position, to: position + part.seats, row, middle });
      position += part.seats;
    }
  }
  return blocks;
}

/** Parts that stand one after the other in the same row, as one list each; those without an aisle between them are one part. */
function rowsOf(parts: readonly RowPart[]): readonly (readonly RowPart[])[] {
  const rows: RowPart[][] = [];
  for (const part of parts) {
    const row = rows.at(-1);
    const last = row?.at(-1);
    if (row === undefined || last === undefined || last.row !== part.row) rows.push([{ ...part }]);
    else if (last.label + last.seats === part.label) last.seats += part.seats;
    else row.push({ ...part });
  }
  return rows;
}

function partsOf(run: SeatRun): readonly RowPart[] {
  if (run.kind === 'row') return [{ row: run.row, label: run.from, seats: seatsInRun(run) }];
  return run.ids.map((id) => {
    const [, row = id, digits] = /^(.*?)(\d{1,9})$/.exec(id) ?? [];
    return { row: `${row}#`, label: Number(digits ?? 0), seats: 1 };
  });
}
