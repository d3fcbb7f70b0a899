import { AMOUNT, count, CURRENCY, INSTANT, listOf, optional, shape, text, word, type RouteAnswer } from '@traffic-tacos/kit';
import { NEXT } from './answers.ts';

/** The shapes of answers about events, as `event-views.ts` fills them. */
const VERSION = count('Grows with every change of the event or of one of its places.');

const EVENT = shape('Event', {
  id: text('evt_2025_1001'),
  name: text(),
  venue: optional(text()),
  startsAt: optional(INSTANT),
  endsAt: optional(INSTANT),
  saleStartsAt: optional(INSTANT),
  saleEndsAt: optional(INSTANT),
  currency: CURRENCY,
  purchaseLimit: count('Places for each buyer.'),
  waitingRoom: word('on', 'off'),
  queueIdentity: word('visitor', 'account'),
  remaining: count('Free places.'),
  version: VERSION,
  sections: listOf(
    shape('Section', { id: text('R'), name: text('R석'), kind: word('seats', 'pool'), price: AMOUNT, capacity: count('All places.'), remaining: count('Free places.') }),
  ),
});

const AVAILABILITY = shape('Availability', {
  eventId: text('evt_2025_1001'),
  currency: CURRENCY,
  remaining: count('Free places.'),
  version: VERSION,
  sections: listOf(shape('SectionAvailability', { id: text('R'), name: text('R석'), remaining: count(), minPrice: AMOUNT, maxPrice: AMOUNT })),
});

const STATES = text('ffhsb', 'One letter a seat, in order: free, held, sold, blocked.');
const SEATS = {
  oneOf: [
    shape('RowSeats', { row: text('A'), from: count('The first number.'), to: count('The last number.'), states: STATES }),
    shape('NamedSeats', { seatIds: listOf(text('VIP-1-1')), states: STATES }),
  ],
};

const SEAT_MAP = shape('SeatMap', {
  eventId: text('evt_2025_1001'),
  version: VERSION,
  legend: shape('Legend', { f: word('free'), h: word('held'), s: word('sold'), b: word('blocked') }),
  sections: listOf(shape('SeatMapSection', { id: text('R'), name: text('R석'), price: AMOUNT, seats: listOf(SEATS) })),
});

/** Of answers that many poll. */
const CACHED = { ETag: 'Names what is shown, for If-None-Match.', 'Cache-Control': 'Shared caches may keep it for a second.' };

/** What each route about events grants. */
export const EVENT_ANSWERS = {
  event: { description: 'The event as it is now.', body: EVENT },
  events: { description: 'A page.', body: shape('Events', { events: listOf(EVENT), nextCursor: NEXT }) },
  availability: { description: 'What is left.', body: AVAILABILITY, headers: CACHED },
  seatMap: { description: 'The seats.', body: SEAT_MAP, headers: CACHED },
  unchanged: { description: 'It is what the client has.', headers: CACHED },
} as const satisfies Readonly<Record<string, RouteAnswer>>;

/** Where the inventory is in another process, it may fail to answer. */
export const INVENTORY_APART = ['INVENTORY_SERVICE_ERROR', 'UPSTREAM_TIMEOUT'] as const;
