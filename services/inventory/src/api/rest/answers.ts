import { AMOUNT, count, CURRENCY, INSTANT, listOf, optional, shape, text, word, type RouteAnswer } from '@traffic-tacos/kit';

/** The shapes of answers, as `views.ts` fills them. */
const ADMISSION = shape('Admission', {
  perSecond: optional({ type: 'number', minimum: 0 }), maxActive: optional(count('People who may be inside at one time.')), policy: word('arrival', 'draw'),
});

const VERSION = count('Grows with every change of the event or of a hold.');

const SECTION = shape('Section', {
  id: text('R'), name: text('R석'), kind: word('seats', 'pool'), price: AMOUNT,
  capacity: count('All places.'), remaining: count('Free places.'), held: count(), sold: count(), blocked: count(),
});

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
  listed: { type: 'boolean', description: 'Whether public lists show it.' },
  admission: ADMISSION,
  capacity: count('All places.'),
  remaining: count('Free places.'),
  version: VERSION,
  sections: listOf(SECTION),
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
const UNCHANGED = { description: 'It is what the client has.', headers: CACHED };

/** What each route grants. */
export const ANSWERS = {
  created: { description: 'There is a new event.', body: EVENT },
  event: { description: 'The event as it is now.', body: EVENT },
  events: {
    description: 'A page.',
    body: shape('Events', { events: listOf(EVENT), nextCursor: optional(text(undefined, 'The cursor of the next page, while there is more.')) }),
  },
  availability: { description: 'What is left.', body: AVAILABILITY, headers: CACHED },
  seatMap: { description: 'The seats.', body: SEAT_MAP, headers: CACHED },
  unchanged: UNCHANGED,
} as const satisfies Readonly<Record<string, RouteAnswer>>;
