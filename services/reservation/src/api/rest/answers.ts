import { AMOUNT, count, CURRENCY, idText, INSTANT, listOf, optional, shape, text, word, type RouteAnswer, type Schema } from '@traffic-tacos/kit';

/** The shapes of answers, as `views.ts` fills them. */
const RESERVATION_ID = idText('rsv');
const ORDER_ID = idText('ord');

const PLACES = { eventId: text('evt_2025_1001'), quantity: count('Places.'), seatIds: listOf(text('A-12')) };
const PRICE = { totalAmount: AMOUNT, currency: CURRENCY };
/** Of an order: a refund of a part changes neither its price nor its tickets. */
const PAID = { totalAmount: { ...AMOUNT, description: 'What was paid. It stays when a part is given back: how much that is, the payment tells (`refundedAmount`).' }, currency: CURRENCY };

const RESERVATION: Schema = shape('Reservation', {
  reservationId: RESERVATION_ID,
  ...PLACES,
  section: optional(text('R')),
  status: word('HOLD', 'CONFIRMED', 'CANCELLED', 'EXPIRED', 'FAILED', 'REFUNDED'),
  holdExpiresAt: INSTANT,
  createdAt: INSTANT,
  updatedAt: INSTANT,
  ...PRICE,
  reason: optional(word('FAILED_PAYMENT', 'SEATS_GONE')),
  orderId: optional(ORDER_ID),
});

const ORDER: Schema = shape('Order', {
  orderId: ORDER_ID,
  reservationId: RESERVATION_ID,
  ...PLACES,
  status: word('CONFIRMED', 'REFUNDED'),
  ...PAID,
  paymentIntentId: idText('pay'),
  createdAt: INSTANT,
  tickets: listOf(shape('Ticket', { ticketId: text(), seatId: optional(text('A-12')), code: text(), status: word('VALID', 'VOID') })),
});

const NEXT = optional(text(undefined, 'The cursor of the next page, while there is more.'));

/** What tells a repetition from the first answer. */
const REPLAYED = { 'Idempotency-Replayed': '`true` where the key was seen before; the body is the same.' };

const HELD = shape('Held', {
  reservationId: RESERVATION_ID, status: word('HOLD'), holdExpiresAt: INSTANT, message: text(), ...PLACES, createdAt: INSTANT, updatedAt: INSTANT, ...PRICE,
});

const CONFIRMED = shape('Confirmed', { orderId: ORDER_ID, reservationId: RESERVATION_ID, status: word('CONFIRMED'), message: text() });
const CANCELLED = shape('Cancelled', { reservationId: RESERVATION_ID, status: word('CANCELLED'), message: text() });
const EXTENDED = shape('Extended', { reservationId: RESERVATION_ID, status: word('HOLD'), holdExpiresAt: INSTANT, extensionSeconds: count('Seconds added.') });

/** What each route grants. */
export const ANSWERS = {
  held: { description: 'Held. The same for every repetition with the key.', body: HELD, headers: REPLAYED },
  confirmed: { description: 'There is an order.', body: CONFIRMED, headers: REPLAYED },
  cancelled: { description: 'The seats are free again.', body: CANCELLED, headers: REPLAYED },
  extended: { description: 'The hold ends later.', body: EXTENDED, headers: REPLAYED },
  reservation: { description: 'The reservation.', body: RESERVATION },
  reservations: { description: 'A page.', body: shape('Reservations', { reservations: listOf(RESERVATION), nextCursor: NEXT }) },
  order: { description: 'The order.', body: ORDER },
  orders: { description: 'A page.', body: shape('Orders', { orders: listOf(ORDER), nextCursor: NEXT }) },
} as const satisfies Readonly<Record<string, RouteAnswer>>;

/** Where the seats are in another process, it may fail to answer. */
export const SEATS_APART = ['INVENTORY_SERVICE_ERROR', 'UPSTREAM_TIMEOUT'] as const;
