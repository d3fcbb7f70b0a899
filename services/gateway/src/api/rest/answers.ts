import { AMOUNT, count, CURRENCY, idText, INSTANT, listOf, optional, shape, text, word, type RouteAnswer } from '@traffic-tacos/kit';
import { RESERVATION_STATUSES } from '../../ports/reservations.ts';

/** The shapes of answers about what is reserved, paid and ordered. Events have theirs in `event-answers.ts`, sign-in in `sign-in-answers.ts`. */
const RESERVATION_ID = idText('rsv');
const ORDER_ID = idText('ord');
const PAYMENT_ID = idText('pay');

const PLACES = { eventId: text('evt_2025_1001'), seatIds: listOf(text('A-12')), quantity: count('Places.') };
const PRICE = { totalAmount: AMOUNT, currency: CURRENCY };
/** Of an order: a refund of a part changes neither its price nor its tickets. */
const PAID = { totalAmount: { ...AMOUNT, description: 'What was paid. It stays when a part is given back: how much that is, the payment tells (`refunded_amount`).' }, currency: CURRENCY };

const RESERVATION = shape('Reservation', {
  reservationId: RESERVATION_ID,
  status: word(...RESERVATION_STATUSES),
  reason: optional(text('SEATS_GONE', 'Why it failed.')),
  holdExpiresAt: INSTANT,
  ...PLACES,
  section: optional(text('R')),
  ...PRICE,
  createdAt: INSTANT,
  updatedAt: INSTANT,
  orderId: optional(ORDER_ID),
});

const ORDER = shape('Order', {
  orderId: ORDER_ID,
  reservationId: RESERVATION_ID,
  status: word('CONFIRMED', 'REFUNDED'),
  ...PLACES,
  ...PAID,
  paymentIntentId: PAYMENT_ID,
  createdAt: INSTANT,
  tickets: listOf(shape('Ticket', { ticketId: text(), seatId: optional(text('A-12')), code: text(), status: word('VALID', 'VOID') })),
});

const INTENT = {
  paymentIntentId: PAYMENT_ID,
  status: word('PENDING', 'PROCESSING', 'COMPLETED', 'FAILED', 'CANCELLED', 'EXPIRED', 'REFUNDED'),
  amount: AMOUNT,
  currency: CURRENCY,
  reservationId: RESERVATION_ID,
  expiresAt: INSTANT,
};

const PAYMENT = shape('Payment', { ...INTENT, refundedAmount: AMOUNT, createdAt: INSTANT, updatedAt: INSTANT, processedAt: optional(INSTANT) });

const HELD = shape('Held', { reservationId: RESERVATION_ID, status: word('HOLD'), holdExpiresAt: INSTANT, ...PLACES, ...PRICE });
const CONFIRMED = shape('Confirmed', { orderId: ORDER_ID, reservationId: RESERVATION_ID, status: word('CONFIRMED') });
const CANCELLED = shape('Cancelled', { reservationId: RESERVATION_ID, status: word('CANCELLED') });
const EXTENDED = shape('Extended', { reservationId: RESERVATION_ID, status: word('HOLD'), holdExpiresAt: INSTANT });

export const NEXT = optional(text(undefined, 'The cursor of the next page, while there is more.'));

/** What tells a repetition from the first answer. */
const REPLAYED = { 'Idempotency-Replayed': '`true` where the key was seen before.' };

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
  intent: { description: 'The payment intent.', body: shape('PaymentIntent', INTENT), headers: REPLAYED },
  payment: { description: 'The payment as it is now.', body: PAYMENT },
} as const satisfies Readonly<Record<string, RouteAnswer>>;

/** A service in another process may be too slow to answer; one that does not answer at all is `SERVICE_UNAVAILABLE`, as everywhere. */
export const APART = ['UPSTREAM_TIMEOUT'] as const;
