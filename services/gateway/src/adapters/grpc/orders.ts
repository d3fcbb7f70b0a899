import { ReservationService } from '@traffic-tacos/contracts';
import { GetOrderRequest, ListOrdersRequest, type Order } from '@traffic-tacos/contracts/proto/reservation/v1/reservation';
import { createUnaryClient, type GrpcChannel } from '@traffic-tacos/kit';
import type { OrderFacts, Orders } from '../../ports/orders.ts';
import { found, responseOf } from './upstream-refusals.ts';
import { amountOf, currencyOf, given, idOf, instantOf, nextOf, paginationOf, wordOf } from './wire-values.ts';

/** The gateway's way to orders in another process. The channel asks for outcomes as statuses. */
export function grpcOrders(channel: GrpcChannel): Orders {
  const client = createUnaryClient(channel, ReservationService, { idempotent: ['getOrder', 'listOrders'] });
  return {
    read: async (orderId, userId) => {
      const response = found(await client.getOrder(GetOrderRequest.create({ orderId, userId })));
      return response?.order === undefined ? undefined : factsOf(response.order);
    },
    list: async (query) => {
      const { userId, eventId = '' } = query;
      const { orders, pageInfo } = responseOf(await client.listOrders(ListOrdersRequest.create({ userId, eventId, pagination: paginationOf(query) })));
      return { items: orders.map(factsOf), next: nextOf(pageInfo) };
    },
  };
}

const factsOf = (order: Order): OrderFacts => ({
  orderId: idOf('ord', order.orderId),
  reservationId: idOf('rsv', order.reservationId),
  eventId: order.eventId,
  status: wordOf(['CONFIRMED', 'REFUNDED'], order.status),
  seatIds: order.seats.map(({ id }) => id).filter((id) => id !== ''),
  quantity: order.quantity,
  totalAmountMinor: amountOf(order.totalAmount),
  currency: currencyOf(order.totalAmount?.currency),
  paymentIntentId: idOf('pay', order.paymentIntentId),
  createdAtMs: instantOf(order.createdAt),
  tickets: order.tickets.map(({ ticketId, seatId, code, status }) => ({ ticketId, seatId: given(seatId), code, status: wordOf(['VALID', 'VOID'], status) })),
});
