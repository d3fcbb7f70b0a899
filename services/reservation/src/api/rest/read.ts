import type { EdgeReply, EdgeRequest, Refusal, Route } from '@traffic-tacos/kit';
import type { ReservationContext } from '../../application/context.ts';
import { listReservations, readReservation } from '../../application/read-reservations.ts';
import { reservationView } from '../views.ts';
import { ANSWERS } from './answers.ts';
import { LIST_QUERY, listFilterOf } from './list-query.ts';
import { STATUS_FIELD } from './status-field.ts';

const NOT_FOUND: Refusal = { refused: 'RESERVATION_NOT_FOUND' };

export function readRoute(context: ReservationContext, path: string): Route {
  return {
    method: 'GET',
    path,
    access: 'user',
    summary: 'One of your reservations',
    answers: { 200: ANSWERS.reservation },
    refusals: ['RESERVATION_NOT_FOUND'],
    handle: async ({ params, caller }): Promise<EdgeReply | Refusal> => {
      const found = await readReservation(context, params['id'] ?? '', caller?.userId);
      return found === undefined ? NOT_FOUND : { status: 200, body: reservationView(found, context.clock.nowMs()) };
    },
  };
}

export function listRoute(context: ReservationContext, path: string, pageSize: number): Route {
  return {
    method: 'GET',
    path,
    access: 'user',
    summary: 'Your reservations, newest first',
    query: { ...LIST_QUERY('rsv', pageSize), status: STATUS_FIELD },
    answers: { 200: ANSWERS.reservations },
    refusals: [],
    handle: async (request: EdgeRequest): Promise<EdgeReply> => {
      const page = await listReservations(context, listFilterOf(request, pageSize));
      const nowMs = context.clock.nowMs();
      return {
        status: 200,
        body: { reservations: page.items.map((item) => reservationView(item, nowMs)), ...(page.next === undefined ? {} : { nextCursor: page.next }) },
      };
    },
  };
}
