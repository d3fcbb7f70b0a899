import type { Route } from '@traffic-tacos/kit';
import { REFUSALS } from '../../errors.ts';
import type { InventoryStore } from '../../ports/inventory-store.ts';
import { ANSWERS } from './answers.ts';
import { availabilityView, cacheableReply } from './views.ts';

/** `GET /v1/events/{id}/availability`. */
export function availabilityRoute(store: InventoryStore): Route {
  return {
    method: 'GET',
    path: '/v1/events/:id/availability',
    access: 'anyone',
    summary: 'What is left of an event',
    answers: { 200: ANSWERS.availability, 304: ANSWERS.unchanged },
    refusals: ['EVENT_NOT_FOUND'],
    handle: async (request) => {
      const event = await store.readEvent(request.params['id'] ?? '');
      return event === undefined ? REFUSALS.eventNotFound : cacheableReply(request, event.tag, availabilityView(event));
    },
  };
}
