import type { Catalogue, EventFacts } from '@traffic-tacos/gateway';
import type { EventFacts as InventoryFacts, InventoryReads } from '@traffic-tacos/inventory';

/** The gateway's way to events in the same process: the public views, which never wait. */
export const directCatalogue = (reads: InventoryReads): Catalogue => ({
  list: (query) => {
    const { events, next } = reads.events(query);
    return Promise.resolve({ items: events.map(factsOf), next });
  },
  read: (eventId) => {
    const event = reads.event(eventId);
    return Promise.resolve(event === undefined ? undefined : factsOf(event));
  },
  seatMap: (eventId, section) => {
    const outcome = reads.seatMap(eventId, section);
    return Promise.resolve(outcome.kind === 'seat_map' ? { ...outcome, kind: 'found' } : outcome);
  },
});

const factsOf = ({ id, terms, sections, version, tag }: InventoryFacts): EventFacts => ({ id, ...terms, sections, version, tag });
