import type { SeatMaps, SectionSeats } from './seat-maps.ts';

/** Two free seats side by side, and the event that has them. */
export interface SeatPair {
  readonly eventId: string;
  readonly seatIds: readonly [string, string];
}

const FAVOURITE_EVENT = 'evt_2025_1001';

/** Two seats that can be bought now: of the sample event if it has any left, else of another; undefined where nothing is. */
export async function pickSeats(maps: SeatMaps): Promise<SeatPair | undefined> {
  for (const eventId of new Set([FAVOURITE_EVENT, ...(await maps.openEvents())])) {
    for (const { id: sectionId, seats } of await maps.sectionsOf(eventId)) {
      const seatIds = firstPair(sectionId, seats);
      if (seatIds !== undefined) return { eventId, seatIds };
    }
  }
  return undefined;
}

function firstPair(sectionId: string, blocks: SectionSeats['seats']): SeatPair['seatIds'] | undefined {
  for (const block of blocks) {
    const at = block.states.indexOf('ff');
    if (at === -1) continue;
    const nameAt = (index: number): string => ('seatIds' in block ? (block.seatIds[index] ?? '') : `${sectionId}-${block.row}-${block.from + index}`);
    return [nameAt(at), nameAt(at + 1)];
  }
  return undefined;
}
