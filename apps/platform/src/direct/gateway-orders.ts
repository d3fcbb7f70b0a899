import type { OrderFacts, Orders } from '@traffic-tacos/gateway';
import { listOrders, readOrder, ticketCode, ticketsOf, type OrderWithFacts, type ReservationContext } from '@traffic-tacos/reservation';

/** The gateway's way to orders in the same process. */
export const directOrders = (context: ReservationContext): Orders => ({
  read: async (orderId, userId) => {
    const found = await readOrder(context, orderId, userId);
    return found === undefined ? undefined : factsOf(found, context);
  },
  list: async (query) => {
    const page = await listOrders(context, { ...query, status: undefined });
    return { items: page.items.map((order) => factsOf(order, context)), next: page.next };
  },
});

const factsOf = ({ order, reservation }: OrderWithFacts, { tickets }: ReservationContext): OrderFacts => ({
  orderId: order.id,
  reservationId: reservation.id,
  eventId: reservation.eventId,
  status: order.status,
  seatIds: reservation.seatIds,
  quantity: reservation.quantity,
  totalAmountMinor: reservation.totalMinor,
  currency: reservation.currency,
  paymentIntentId: order.paymentIntentId,
  createdAtMs: order.createdAtMs,
  tickets: ticketsOf(order, reservation).map((ticket) => ({ ...ticket, code: ticketCode(order, reservation, ticket, tickets) })),
});
