import { InventoryService } from '@traffic-tacos/contracts';
import {
  GetInventoryStatusRequest, GetSeatMapRequest, ListEventsRequest, type GetInventoryStatusResponse, type SectionInventory,
} from '@traffic-tacos/contracts/proto/reservation/v1/inventory';
import { createUnaryClient, type GrpcChannel } from '@traffic-tacos/kit';
import type { Catalogue, EventFacts, SectionFacts } from '../../ports/catalogue.ts';
import { seatsOfSections } from './seat-rows.ts';
import { found, responseOf, UnexpectedAnswer } from './upstream-refusals.ts';
import { amountOf, currencyOf, given, nextOf, optionalInstant, paginationOf, wordOf } from './wire-values.ts';

/** The gateway's way to events in another process. The channel asks for outcomes as statuses. */
export function grpcCatalogue(channel: GrpcChannel): Catalogue {
  const client = createUnaryClient(channel, InventoryService, { idempotent: ['listEvents', 'getInventoryStatus', 'getSeatMap'] });
  return {
    list: async (query) => {
      const request = ListEventsRequest.create({ pagination: paginationOf(query), withInventory: true });
      const { inventories, pageInfo } = responseOf(await client.listEvents(request));
      return { items: inventories.map(factsOf), next: nextOf(pageInfo) };
    },
    read: async (eventId) => {
      const answer = await client.getInventoryStatus(GetInventoryStatusRequest.create({ eventId }));
      // An id that is empty or too long for one is of no event, and stands in a path all the same.
      if (answer.kind === 'refused' && answer.refusal.status === 'INVALID_ARGUMENT') return undefined;
      const response = found(answer);
      return response === undefined ? undefined : factsOf(response);
    },
    seatMap: async (eventId, section) => {
      const answer = await client.getSeatMap(GetSeatMapRequest.create({ eventId, section: section ?? '' }));
      if (answer.kind === 'refused' && answer.refusal.status === 'NOT_FOUND') {
        return { kind: answer.refusal.reason === 'EVENT_NOT_FOUND' ? 'event_not_found' : 'section_not_found' };
      }
      const { version, tag, sections, seats } = responseOf(answer);
      return { kind: 'found', version, tag, sections: seatsOfSections(sections, seats) };
    },
  };
}

function factsOf({ event, sections, currency, purchaseLimit, waitingRoom, queueIdentity, version, tag }: GetInventoryStatusResponse): EventFacts {
  if (event === undefined) throw new UnexpectedAnswer('an answer without its event');
  return {
    id: event.id,
    name: event.name,
    venue: given(event.venue?.name ?? ''),
    startsAtMs: optionalInstant(event.startTime),
    endsAtMs: optionalInstant(event.endTime),
    saleStartsAtMs: optionalInstant(event.saleStartTime),
    saleEndsAtMs: optionalInstant(event.saleEndTime),
    currency: currencyOf(currency),
    purchaseLimit,
    waitingRoom: wordOf(['on', 'off'], waitingRoom),
    queueIdentity: wordOf(['visitor', 'account'], queueIdentity),
    sections: sections.map(sectionOf),
    version,
    tag,
  };
}

const sectionOf = (section: SectionInventory): SectionFacts => ({
  id: section.sectionId,
  name: section.sectionName,
  kind: section.isPool ? 'pool' : 'seats',
  priceMinor: amountOf(section.minPrice),
  capacity: section.totalSeats,
  remaining: section.availableSeats,
  held: section.reservedSeats,
  sold: section.soldSeats,
  blocked: section.blockedSeats,
});
