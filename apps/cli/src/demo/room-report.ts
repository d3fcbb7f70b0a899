import { grouped } from '../terminal/say.ts';
import type { Ledger } from './ledger.ts';
import type { LineBook, Waits } from './line-book.ts';
import type { RoomSeen } from './watch-room.ts';

/** What became of the line in front of the sale. */
export interface RoomReport extends RoomSeen {
  /** People who saw their place at least once. */
  readonly joined: number;
  /** Of those, whose turn came. */
  readonly admitted: number;
  readonly toldSoldOut: number;
  readonly toldSaleEnded: number;
  readonly vanished: number;
  readonly waitsSec: Waits | undefined;
  readonly positions: { readonly shown: number; readonly grown: number };
  /** `held` of the `judged` intervals held what came true; `ratio` is undefined where none was judged. */
  readonly etas: { readonly shown: number; readonly judged: number; readonly held: number; readonly ratio: number | undefined };
  readonly jumps: { readonly tried: number; readonly gotIn: number };
}

export function roomReportOf(room: RoomSeen, line: LineBook, ledger: Ledger): RoomReport {
  const { etas } = line;
  return {
    ...room, joined: line.joined, admitted: line.turns, toldSoldOut: ledger.count('told_sold_out'), toldSaleEnded: ledger.count('told_sale_ended'), vanished: ledger.count('vanished_in_line'),
    waitsSec: line.waitsSec, positions: line.positions, jumps: line.jumps,
    etas: { ...etas, ratio: etas.judged === 0 ? undefined : Math.round((etas.held / etas.judged) * 1_000) / 1_000 },
  };
}

/** One line for each thing that the room did. */
export function roomReportText(room: RoomReport): readonly string[] {
  const { joined, admitted, toldSoldOut, toldSaleEnded, vanished, waitsSec, positions, etas, perSecond, ceiling, mostInside, turns, noShows, overtakes } = room;
  const waits = waitsSec === undefined ? 'nobody\'s turn came' : `p50 ${waitsSec.p50} s, p90 ${waitsSec.p90} s, p99 ${waitsSec.p99} s, longest ${waitsSec.max} s`;
  const held = etas.ratio === undefined ? 'nobody with one had a turn' : `of ${grouped(etas.judged)} to people whose turn came, ${Math.round(etas.ratio * 100)} % held what came true`;
  return [
    `  in line   ${grouped(joined)} waited: ${grouped(admitted)} let in, ${grouped(toldSoldOut)} told that all is sold, ${grouped(toldSaleEnded)} that the sale has ended; ${grouped(vanished)} more closed the page`,
    `  waits     ${waits}`,
    `  positions ${grouped(positions.shown)} shown, ${positions.grown === 0 ? 'none' : grouped(positions.grown)} grew`,
    `  etas      ${grouped(etas.shown)} shown as intervals; ${held}`,
    `  admission ${grouped(turns)} turns at ${grouped(perSecond)} a second, ${grouped(noShows)} not claimed, ${grouped(overtakes)} past somebody silent; at most ${grouped(mostInside)} of ${grouped(ceiling)} inside`,
  ];
}
