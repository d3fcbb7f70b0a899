import { isoInstant, type EpochMs } from '@traffic-tacos/kernel';
import type { EventFacts, SeatMapSection } from '../../ports/catalogue.ts';

type View = Readonly<Record<string, unknown>>;

/** An event with its sections, their prices and what is left. What is undefined is left out of the answer. */
export function eventView(event: EventFacts): View {
  return {
    id: event.id,
    name: event.name,
    venue: event.venue,
    startsAt: instant(event.startsAtMs),
    endsAt: instant(event.endsAtMs),
    saleStartsAt: instant(event.saleStartsAtMs),
    saleEndsAt: instant(event.saleEndsAtMs),
    currency: event.currency,
    purchaseLimit: event.purchaseLimit,
    waitingRoom: event.waitingRoom,
    queueIdentity: event.queueIdentity,
    remaining: remainingOf(event),
    version: event.version,
    sections: event.sections.map(({ id, name, kind, priceMinor, capacity, remaining }) => ({
      id, name, kind, price: priceMinor, capacity, remaining,
    })),
  };
}

/** What is left of an event, in all and by section. A section has one price today; the two bounds leave room for several. */
export function availabilityView(event: EventFacts): View {
  return {
    eventId: event.id,
    currency: event.currency,
    remaining: remainingOf(event),
    version: event.version,
    sections: event.sections.map(({ id, name, priceMinor, remaining }) => ({
      id, name, remaining, minPrice: priceMinor, maxPrice: priceMinor,
    })),
  };
}

/** The seats of an event, or of one section. */
export function seatMapView(eventId: string, version: number, sections: readonly SeatMapSection[]): View {
  return { eventId, version, legend: LEGEND, sections: sections.map(({ id, name, priceMinor, seats }) => ({ id, name, price: priceMinor, seats })) };
}

const LEGEND = { f: 'free', h: 'held', s: 'sold', b: 'blocked' };

function remainingOf({ sections }: EventFacts): number {
  let remaining = 0;
  for (const section of sections) remaining += section.remaining;
  return remaining;
}

const instant = (atMs: EpochMs | undefined): string | undefined => (atMs === undefined ? undefined : isoInstant(atMs));
