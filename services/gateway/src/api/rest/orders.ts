import { isoInstant } from '@traffic-tacos/kernel';
import type { Route } from '@traffic-tacos/kit';
import { REFUSALS } from '../../errors.ts';
import type { OrderFacts, Orders } from '../../ports/orders.ts';
import { ANSWERS, APART } from './answers.ts';
import { callerOf, idOf } from './fields.ts';
import { isOrderId } from './ids.ts';
import { pageFields, pageOf, pageView, type PageLimits } from './page.ts';
import { reply } from './reply.ts';

/** `GET /api/v1/orders/{id}`. */
export function readOrderRoute(orders: Orders): Route {
  return {
    method: 'GET',
    path: '/api/v1/orders/:id',
    access: 'user',
    summary: 'One of your orders, with its tickets',
    answers: { 200: ANSWERS.order },
    refusals: ['ORDER_NOT_FOUND', ...APART],
    handle: async (request) => {
      const id = idOf(request);
      const found = isOrderId(id) ? await orders.read(id, callerOf(request).userId) : undefined;
      return found === undefined ? REFUSALS.orderNotFound : reply(200, orderView(found));
    },
  };
}

/** `GET /api/v1/orders?event_id=&cursor=&limit=`, newest first. */
export function listOrdersRoute(orders: Orders, limits: PageLimits): Route {
  return {
    method: 'GET',
    path: '/api/v1/orders',
    access: 'user',
    summary: 'Your orders with their tickets, newest first',
    query: pageFields(limits, 'ord'),
    answers: { 200: ANSWERS.orders },
    refusals: APART,
    handle: async (request) => reply(200, pageView('orders', await orders.list(pageOf(request, limits)), orderView)),
  };
}

function orderView(order: OrderFacts): Readonly<Record<string, unknown>> {
  return {
    orderId: order.orderId,
    reservationId: order.reservationId,
    status: order.status,
    eventId: order.eventId,
    seatIds: order.seatIds,
    quantity: order.quantity,
    totalAmount: order.totalAmountMinor,
    currency: order.currency,
    paymentIntentId: order.paymentIntentId,
    createdAt: isoInstant(order.createdAtMs),
    tickets: order.tickets.map(({ ticketId, seatId, code, status }) => ({ ticketId, seatId, code, status })),
  };
}
