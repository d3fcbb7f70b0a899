import { isoInstant, type EpochMs } from '@traffic-tacos/kernel';
import type { EventDocument, SectionDocument } from '@traffic-tacos/inventory';

/** An event as `PUT /v1/events/{id}` takes it. What is undefined is left out when it is written as JSON. */
export function eventJson({ id, terms, sections }: EventDocument): Readonly<Record<string, unknown>> {
  const { perSecond, maxActive, policy } = terms.admission;
  return {
    id,
    name: terms.name,
    venue: terms.venue,
    starts_at: instant(terms.startsAtMs),
    ends_at: instant(terms.endsAtMs),
    sale_starts_at: instant(terms.saleStartsAtMs),
    sale_ends_at: instant(terms.saleEndsAtMs),
    currency: terms.currency,
    purchase_limit: terms.purchaseLimit,
    waiting_room: terms.waitingRoom,
    queue_identity: terms.queueIdentity,
    ...(terms.listed ? {} : { listed: false }),
    admission: { per_second: perSecond, max_active: maxActive, policy },
    sections: sections.map(sectionJson),
  };
}

function sectionJson(section: SectionDocument): Readonly<Record<string, unknown>> {
  const { id, name, priceMinor: price } = section;
  if (section.kind === 'pool') return { id, name, price, capacity: section.capacity };
  const rows = section.rows.map((row) => ({ id: row.id, seats: row.ranges.map(({ from, to }) => (from === to ? `${from}` : `${from}-${to}`)).join(',') }));
  return {
    id, name, price,
    ...(rows.length === 0 ? {} : { rows }),
    ...(section.seatIds.length === 0 ? {} : { seat_ids: section.seatIds }),
    ...(section.blocked.length === 0 ? {} : { blocked: section.blocked }),
  };
}

const instant = (atMs: EpochMs | undefined): string | undefined => (atMs === undefined ? undefined : isoInstant(atMs));
