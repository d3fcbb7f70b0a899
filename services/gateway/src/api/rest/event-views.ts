import { isoInstant, type EpochMs } from '@traffic-tacos/kernel';
import type { EventFacts, SeatMapSection, SectionFacts } from '../../ports/catalogue.ts';

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
    sections: event.sections.map(({ id, name, priceMinor, remaining }: SectionFacts) => ({
      id, name, remaining, minPrice: priceMinor, maxPrice: priceMinor,
    })),
  };
}

/** The seats of an event, or of one section. `version` differs whenever any state in it differs. */
export function seatMapView(eventId: string, version: string, sections: readonly SeatMapSection[]): View {
  return { eventId, version, legend: LEGEND, sections };
}

const LEGEND = { f: 'free', h: 'held', s: 'sold', b: 'blocked' };

function remainingOf({ sections }: EventFacts): number {
  let remaining = 0;
  for (const section of sections) remaining += section.remaining;
  return remaining;
}

const instant = (atMs: EpochMs | undefined): string | undefined => (atMs === undefined ? undefined : isoInstant(atMs));
