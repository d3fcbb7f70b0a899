import type { EpochMs } from '@traffic-tacos/kernel';
import { bestApart, bestPosition, NO_POSITION, type FreePositions } from './best-seats.ts';
import type { SeatBlock } from './seat-blocks.ts';

/** A section as the choice of places sees it. */
export interface SectionMap extends FreePositions {
  readonly isPool: boolean;
  /** Places that can be had, exact below `enough`: holds that are over are looked for only when the free places do not suffice. */
  placesUpTo(enough: number, now: EpochMs): number;
  /** Which seats stand side by side; none for a pool. */
  readonly blocks: readonly SeatBlock[];
  seatAt(position: number): number;
}

/**
 * The seats that a quantity gets: the best ones side by side (`bestPosition`), or, where they may be apart and no block has them all,
 * the largest pieces. Undefined when there are none; no seats for a pool, where places are only counted.
 */
export function chooseSeats(section: SectionMap, quantity: number, mayBeApart: boolean): readonly number[] | undefined {
  if (section.isPool) return [];
  const first = bestPosition(section.blocks, section, quantity);
  if (first !== NO_POSITION) return Array.from({ length: quantity }, (_, i) => section.seatAt(first + i));
  return mayBeApart ? bestApart(section.blocks, section, quantity)?.map((position) => section.seatAt(position)) : undefined;
}
