import type { EdgeReply, EdgeRequest, Refusal, Route } from '@traffic-tacos/kit';
import type { ReservationContext } from '../../application/context.ts';
import { listOrders, readOrder } from '../../application/read-reservations.ts';
import { orderView } from '../views.ts';
import { ANSWERS } from './answers.ts';
import { LIST_QUERY, listFilterOf } from './list-query.ts';

const NOT_FOUND: Refusal = { refused: 'ORDER_NOT_FOUND' };

export function readOrderRoute(context: ReservationContext, path: string): Route {
  return {
    method: 'GET',
    path,
    access: 'user',
    summary: 'One of your orders, with its tickets',
    answers: { 200: ANSWERS.order },
    refusals: ['ORDER_NOT_FOUND'],
    handle: async ({ params, caller }): Promise<EdgeReply | Refusal> => {
      const found = await readOrder(context, params['id'] ?? '', caller?.userId ?? '');
      return found === undefined ? NOT_FOUND : { status: 200, body: orderView(found, context.tickets) };
    },
  };
}

export function listOrdersRoute(context: ReservationContext, path: string, pageSize: number): Route {
  return {
    method: 'GET',
    path,
    access: 'user',
    summary: 'Your orders, newest first',
    query: LIST_QUERY('ord', pageSize),
    answers: { 200: ANSWERS.orders },
    refusals: [],
    handle: async (request: EdgeRequest): Promise<EdgeReply> => {
      const page = await listOrders(context, listFilterOf(request, pageSize));
      return { status: 200, body: { orders: page.items.map((order) => orderView(order, context.tickets)), ...(page.next === undefined ? {} : { nextCursor: page.next }) } };
    },
  };
}
