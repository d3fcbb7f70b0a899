import { isoInstant, type EpochMs } from '@traffic-tacos/kernel';
import type { EdgeReply, EdgeRequest } from '@traffic-tacos/kit';
import type { EventFacts, SeatMapOutcome } from '../../ports/inventory-views.ts';

type View = Readonly<Record<string, unknown>>;

/** An event with its sections, their prices and what is left. What is undefined is left out of the answer. */
export function eventView({ id, terms, capacity, remaining, sections, version }: EventFacts): View {
  return {
    id,
    name: terms.name,
    venue: terms.venue,
    startsAt: instant(terms.startsAtMs),
    endsAt: instant(terms.endsAtMs),
    saleStartsAt: instant(terms.saleStartsAtMs),
    saleEndsAt: instant(terms.saleEndsAtMs),
    currency: terms.currency,
    purchaseLimit: terms.purchaseLimit,
    waitingRoom: terms.waitingRoom,
    queueIdentity: terms.queueIdentity,
    listed: terms.listed,
    admission: terms.admission,
    capacity,
    remaining,
    version,
    sections: sections.map(({ priceMinor, ...section }) => ({ ...section, price: priceMinor })),
  };
}

/** What is left of an event, in all and by section. A section has one price today; the two bounds leave room for several. */
export function availabilityView({ id, terms, remaining, sections, version }: EventFacts): View {
  return {
    eventId: id,
    currency: terms.currency,
    remaining,
    version,
    sections: sections.map(({ id: sectionId, name, remaining: left, priceMinor }) => ({
      id: sectionId,
      name,
      remaining: left,
      minPrice: priceMinor,
      maxPrice: priceMinor,
    })),
  };
}

/** The seats of an event, or of one of its sections. */
export function seatMapView({ eventId, version, sections }: Extract<SeatMapOutcome, { kind: 'seat_map' }>): View {
  return {
    eventId,
    version,
    legend: { f: 'free', h: 'held', s: 'sold', b: 'blocked' },
    sections: sections.map(({ priceMinor, ...section }) => ({ ...section, price: priceMinor })),
  };
}

/** An answer that many poll: shared caches may keep it for a second, and whoever has it already gets 304 without a body. */
export function cacheableReply(request: EdgeRequest, tag: string, body: View): EdgeReply {
  const headers = { 'cache-control': 'public, max-age=1', etag: `"${tag}"` };
  return hasAlready(request.header('if-none-match'), tag) ? { status: 304, headers } : { status: 200, body, headers };
}

/** Weak comparison (RFC 9110, 13.1.2): a cache that has compressed the body marks the tag with `W/`. */
function hasAlready(ifNoneMatch: string | undefined, tag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  return ifNoneMatch.split(',').some((given) => [`"${tag}"`, `W/"${tag}"`, '*'].includes(given.trim()));
}

const instant = (atMs: EpochMs | undefined): string | undefined => (atMs === undefined ? undefined : isoInstant(atMs));
