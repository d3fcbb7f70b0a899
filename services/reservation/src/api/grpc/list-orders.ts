import type { RequestOf, ReservationService, ResponseOf } from '@traffic-tacos/contracts';
import type { Limits } from '@traffic-tacos/kernel';
import { forUser, given, invalidRequest, optionalText, readListPage, type UnaryHandler } from '@traffic-tacos/kit';
import type { ReservationContext } from '../../application/context.ts';
import { listOrders } from '../../application/read-reservations.ts';
import type { OrderWithFacts } from '../../ports/reservation-store.ts';
import { orderMessage } from './reservation-messages.ts';

type Rpc = typeof ReservationService.listOrders;

export const listOrdersRpc = (context: ReservationContext, limits: Limits): UnaryHandler<RequestOf<Rpc>, ResponseOf<Rpc>> =>
  forUser(limits, async ({ eventId, pagination }, userId) => {
    const invalid = invalidRequest(optionalText('eventId', eventId, limits.idChars));
    if (invalid !== undefined) return invalid;
    const page = await readListPage(pagination, {
      prefix: 'ord',
      pageSize: limits.listPage,
      idOf: ({ order }: OrderWithFacts) => order.id,
      read: (after, limit) => listOrders(context, { userId, status: undefined, eventId: given(eventId), after, limit }),
    });
    return 'refused' in page ? page : { orders: page.items.map((order) => orderMessage(order, context.tickets)), pageInfo: page.pageInfo, error: undefined };
  });
