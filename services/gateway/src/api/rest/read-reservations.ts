import type { Route } from '@traffic-tacos/kit';
import { REFUSALS } from '../../errors.ts';
import { RESERVATION_STATUSES, type Reservations } from '../../ports/reservations.ts';
import { ANSWERS, APART } from './answers.ts';
import { callerOf, idOf, optionalChoice } from './fields.ts';
import { isReservationId } from './ids.ts';
import { pageFields, pageOf, pageView, type PageLimits } from './page.ts';
import { reply } from './reply.ts';
import { reservationView } from './reservation-views.ts';

/** `GET /api/v1/reservations/{id}`. */
export function readReservationRoute(reservations: Reservations): Route {
  return {
    method: 'GET',
    path: '/api/v1/reservations/:id',
    access: 'user',
    summary: 'One of your reservations',
    answers: { 200: ANSWERS.reservation },
    refusals: ['RESERVATION_NOT_FOUND', ...APART],
    handle: async (request) => {
      const id = idOf(request);
      const found = isReservationId(id) ? await reservations.read(id, callerOf(request).userId) : undefined;
      return found === undefined ? REFUSALS.reservationNotFound : reply(200, reservationView(found));
    },
  };
}

/** `GET /api/v1/reservations?status=&event_id=&cursor=&limit=`, newest first. */
export function listReservationsRoute(reservations: Reservations, limits: PageLimits): Route {
  return {
    method: 'GET',
    path: '/api/v1/reservations',
    access: 'user',
    summary: 'Your reservations, newest first',
    answers: { 200: ANSWERS.reservations },
    refusals: APART,
    query: { ...pageFields(limits, 'rsv'), status: { schema: { type: 'string', enum: RESERVATION_STATUSES }, anyCase: true } },
    handle: async (request) => {
      const status = optionalChoice(request.query, 'status', RESERVATION_STATUSES);
      const page = await reservations.list({ ...pageOf(request, limits), status });
      return reply(200, pageView('reservations', page, reservationView));
    },
  };
}
