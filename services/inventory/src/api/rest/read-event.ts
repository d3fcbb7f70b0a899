import type { Route } from '@traffic-tacos/kit';
import { REFUSALS } from '../../errors.ts';
import type { InventoryStore } from '../../ports/inventory-store.ts';
import { ANSWERS } from './answers.ts';
import { eventView } from './views.ts';

/** `GET /v1/events/{id}`. */
export function readEventRoute(store: InventoryStore): Route {
  return {
    method: 'GET',
    path: '/v1/events/:id',
    access: 'anyone',
    summary: 'One event with its sections and prices',
    answers: { 200: ANSWERS.event },
    refusals: ['EVENT_NOT_FOUND'],
    handle: async ({ params }) => {
      const event = await store.readEvent(params['id'] ?? '');
      return event === undefined ? REFUSALS.eventNotFound : { status: 200, body: eventView(event) };
    },
  };
}
