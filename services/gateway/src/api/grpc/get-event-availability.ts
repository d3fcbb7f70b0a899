import { timestampOf, type GatewayService, type RequestOf, type ResponseOf } from '@traffic-tacos/contracts';
import type { Timestamp } from '@traffic-tacos/contracts/google/protobuf/timestamp';
import type { Event } from '@traffic-tacos/contracts/proto/common/v1/types';
import type { SectionInventory } from '@traffic-tacos/contracts/proto/reservation/v1/inventory';
import type { CurrencyCode, EpochMs, Limits } from '@traffic-tacos/kernel';
import { invalidRequest, optionalText, requiredText, wholeNumber, type UnaryHandler } from '@traffic-tacos/kit';
import { REFUSALS } from '../../errors.ts';
import type { Catalogue, EventFacts, SectionFacts } from '../../ports/catalogue.ts';

type Rpc = typeof GatewayService.getEventAvailability;

const MOST_PLACES = 1_000_000_000;

/** What is left of an event, by section; only of sections with that many free places where a quantity is asked for. */
export const getEventAvailabilityRpc = (catalogue: Catalogue, { idChars }: Limits): UnaryHandler<RequestOf<Rpc>, ResponseOf<Rpc>> =>
  async ({ eventId, section, quantity }) => {
    const invalid = invalidRequest(requiredText('eventId', eventId, idChars), optionalText('section', section, idChars), wholeNumber('quantity', quantity, 0, MOST_PLACES));
    if (invalid !== undefined) return invalid;
    const event = await catalogue.read(eventId);
    if (event === undefined) return REFUSALS.eventNotFound;
    const named = event.sections.filter(({ id }) => section === '' || id === section);
    if (named.length === 0) return REFUSALS.sectionNotFound;
    const shown = named.filter(({ remaining }) => remaining >= quantity);
    return {
      event: eventMessage(event),
      sections: shown.map((one) => sectionMessage(one, event.currency)),
      totalAvailable: shown.reduce((sum, { remaining }) => sum + remaining, 0),
      error: undefined,
    };
  };

function eventMessage(event: EventFacts): Event {
  const capacity = event.sections.reduce((sum, section) => sum + section.capacity, 0);
  return {
    id: event.id,
    name: event.name,
    description: '',
    venue: event.venue === undefined ? undefined : { id: '', name: event.venue, address: undefined, totalCapacity: capacity },
    startTime: instant(event.startsAtMs),
    endTime: instant(event.endsAtMs),
    saleStartTime: instant(event.saleStartsAtMs),
    saleEndTime: instant(event.saleEndsAtMs),
    totalSeats: capacity,
    remainingSeats: event.sections.reduce((sum, { remaining }) => sum + remaining, 0),
  };
}

function sectionMessage({ id, name, kind, priceMinor, capacity, remaining, held, sold, blocked }: SectionFacts, currency: CurrencyCode): SectionInventory {
  const price = { amount: priceMinor, currency };
  return {
    sectionId: id, sectionName: name, totalSeats: capacity, availableSeats: remaining, reservedSeats: held, soldSeats: sold, blockedSeats: blocked,
    minPrice: price, maxPrice: price, isPool: kind === 'pool',
  };
}

const instant = (atMs: EpochMs | undefined): Timestamp | undefined => (atMs === undefined ? undefined : timestampOf(atMs));
