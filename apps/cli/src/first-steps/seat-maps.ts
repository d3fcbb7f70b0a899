import type { InventoryReads, NamedSeats, RowSeats } from '@traffic-tacos/inventory';
import { ask } from '../http/ask.ts';
import { listIn, numberIn, objectOf, textIn, type JsonObject } from '../http/json-fields.ts';

/** One section's seats, in catalogue order; none where it is a pool. */
export interface SectionSeats {
  readonly id: string;
  readonly seats: readonly (Pick<RowSeats, 'row' | 'from' | 'states'> | NamedSeats)[];
}

/** What a newcomer could buy. */
export interface SeatMaps {
  /** The first events that sell to whoever comes, without a waiting room. */
  openEvents(): Promise<readonly string[]>;
  /** Empty where there is no such event, or it is too large to be shown at once. */
  sectionsOf(eventId: string): Promise<readonly SectionSeats[]>;
}

const EVENTS_LOOKED_AT = 20;

/** Of the inventory in this process. */
export const ownSeatMaps = (catalogue: InventoryReads): SeatMaps => ({
  openEvents: async () =>
    catalogue.events({ after: undefined, limit: EVENTS_LOOKED_AT }).events.filter(({ terms }) => terms.waitingRoom === 'off').map(({ id }) => id),
  sectionsOf: async (eventId) => {
    const map = catalogue.seatMap(eventId, undefined);
    return map.kind === 'seat_map' ? map.sections : [];
  },
});

/** Of an inventory that is asked over REST. */
export const askedSeatMaps = (address: string): SeatMaps => ({
  openEvents: async () => {
    const { body } = await ask(`${address}/v1/events?limit=${EVENTS_LOOKED_AT}`);
    return listIn(body, 'events').map(objectOf).filter((event) => textIn(event, 'waiting_room') === 'off').map((event) => textIn(event, 'id'));
  },
  sectionsOf: async (eventId) => {
    const { body } = await ask(`${address}/v1/events/${encodeURIComponent(eventId)}/seats`);
    return listIn(body, 'sections').map(objectOf).map((section) => ({ id: textIn(section, 'id'), seats: listIn(section, 'seats').map(objectOf).map(blockIn) }));
  },
});

function blockIn(block: JsonObject): SectionSeats['seats'][number] {
  const states = textIn(block, 'states');
  if ('row' in block) return { row: textIn(block, 'row'), from: numberIn(block, 'from'), states };
  return { seatIds: listIn(block, 'seat_ids').map(String), states };
}
