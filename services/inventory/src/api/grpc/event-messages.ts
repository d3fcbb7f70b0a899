import { timestampOf } from '@traffic-tacos/contracts';
import type { Timestamp } from '@traffic-tacos/contracts/google/protobuf/timestamp';
import type { Event } from '@traffic-tacos/contracts/proto/common/v1/types';
import type { GetInventoryStatusResponse, InventoryStats, SectionInventory } from '@traffic-tacos/contracts/proto/reservation/v1/inventory';
import type { CurrencyCode, EpochMs } from '@traffic-tacos/kernel';
import type { EventFacts, SectionFacts } from '../../ports/inventory-views.ts';

/** An event as `common.v1` has it. */
export function eventMessage({ id, terms, capacity, remaining }: EventFacts): Event {
  return {
    id,
    name: terms.name,
    description: '',
    venue: terms.venue === undefined ? undefined : { id: '', name: terms.venue, address: undefined, totalCapacity: capacity },
    startTime: instant(terms.startsAtMs),
    endTime: instant(terms.endsAtMs),
    saleStartTime: instant(terms.saleStartsAtMs),
    saleEndTime: instant(terms.saleEndsAtMs),
    totalSeats: capacity,
    remainingSeats: remaining,
  };
}

/** The event with the figures of these of its sections. */
export function statusMessage(event: EventFacts, sections: readonly SectionFacts[], now: EpochMs): GetInventoryStatusResponse {
  const { terms, version, tag } = event;
  return {
    event: eventMessage(event),
    sections: sections.map((section) => sectionMessage(section, terms.currency)),
    stats: statsOf(sections, now),
    error: undefined,
    currency: terms.currency,
    purchaseLimit: terms.purchaseLimit,
    waitingRoom: terms.waitingRoom,
    queueIdentity: terms.queueIdentity,
    version,
    tag,
    admissionPolicy: terms.admission.policy,
    admissionPerSecond: terms.admission.perSecond,
    admissionMaxActive: terms.admission.maxActive,
  };
}

/** A section has one price today; the two bounds leave room for several. */
export function sectionMessage({ id, name, kind, priceMinor, capacity, remaining, held, sold, blocked }: SectionFacts, currency: CurrencyCode): SectionInventory {
  const price = { amount: priceMinor, currency };
  return {
    sectionId: id,
    sectionName: name,
    totalSeats: capacity,
    availableSeats: remaining,
    reservedSeats: held,
    soldSeats: sold,
    blockedSeats: blocked,
    minPrice: price,
    maxPrice: price,
    isPool: kind === 'pool',
  };
}

function statsOf(sections: readonly SectionFacts[], now: EpochMs): InventoryStats {
  const sum = { totalSeats: 0, availableSeats: 0, reservedSeats: 0, soldSeats: 0, blockedSeats: 0 };
  for (const { capacity, remaining, held, sold, blocked } of sections) {
    sum.totalSeats += capacity;
    sum.availableSeats += remaining;
    sum.reservedSeats += held;
    sum.soldSeats += sold;
    sum.blockedSeats += blocked;
  }
  const availabilityPercentage = sum.totalSeats === 0 ? 0 : (100 * sum.availableSeats) / sum.totalSeats;
  return { ...sum, availabilityPercentage, lastUpdated: timestampOf(now) };
}

const instant = (atMs: EpochMs | undefined): Timestamp | undefined => (atMs === undefined ? undefined : timestampOf(atMs));
