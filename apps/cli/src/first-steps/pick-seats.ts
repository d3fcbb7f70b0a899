import type { InventoryReads, NamedSeats, RowSeats } from '@traffic-tacos/inventory';

/** Two free seats side by side, and the event that has them. */
export interface SeatPair {
  readonly eventId: string;
  readonly seatIds: readonly [string, string];
}

const FAVOURITE_EVENT = 'evt_2025_1001';
const EVENTS_LOOKED_AT = 20;

/** Two seats that can be bought now: of the sample event if it has any left, else of another; undefined where nothing is. */
export function pickSeats(catalogue: InventoryReads): SeatPair | undefined {
  const others = catalogue.events({ after: undefined, limit: EVENTS_LOOKED_AT }).events.filter(({ terms }) => terms.waitingRoom === 'off');
  for (const eventId of [FAVOURITE_EVENT, ...others.map(({ id }) => id)]) {
    const map = catalogue.seatMap(eventId, undefined);
    if (map.kind !== 'seat_map') continue;
    for (const { id: sectionId, seats } of map.sections) {
      const seatIds = firstPair(sectionId, seats);
      if (seatIds !== undefined) return { eventId, seatIds };
    }
  }
  return undefined;
}

function firstPair(sectionId: string, blocks: readonly (RowSeats | NamedSeats)[]): SeatPair['seatIds'] | undefined {
  for (const block of blocks) {
    const at = block.states.indexOf('ff');
    if (at === -1) continue;
    const nameAt = (index: number): string => ('seatIds' in block ? (block.seatIds[index] ?? '') : `${sectionId}-${block.row}-${block.from + index}`);
    return [nameAt(at), nameAt(at + 1)];
  }
  return undefined;
}
