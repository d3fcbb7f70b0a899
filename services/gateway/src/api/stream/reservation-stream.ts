import type { Route } from '@traffic-tacos/kit';
import type { Updates } from '../../application/updates/updates.ts';
import { REFUSALS } from '../../errors.ts';
import { APART } from '../rest/answers.ts';
import { callerOf, idOf } from '../rest/fields.ts';
import { EVENT_STREAM, pushed, reservationEvent, seenIn } from './update-events.ts';

/** `GET /api/v1/reservations/{id}/stream`: what becomes of it, and a warning before its hold ends. */
export function reservationStreamRoute(updates: Updates): Route {
  return {
    method: 'GET',
    path: '/api/v1/reservations/:id/stream',
    access: 'user',
    summary: 'Follow one of your reservations, as server-sent events: `status` now and at each change, `expiring` ten seconds before the hold ends, `closed` with the reason',
    answers: EVENT_STREAM,
    refusals: ['RESERVATION_NOT_FOUND', 'RATE_LIMITED', ...APART],
    handle: async (request) => {
      const opened = await updates.reservation(idOf(request), callerOf(request).userId, seenIn(request));
      if (opened.kind === 'not_found') return REFUSALS.reservationNotFound;
      if (opened.kind === 'nothing_more') return { status: 204 };
      return { status: 200, events: (stream) => opened.follow(pushed(stream, reservationEvent)) };
    },
  };
}
