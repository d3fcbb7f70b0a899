import type { Limits } from '@traffic-tacos/kernel';
import type { Route } from '@traffic-tacos/kit';
import { REFUSALS } from '../../errors.ts';
import type { Catalogue } from '../../ports/catalogue.ts';
import { EVENT_ANSWERS, INVENTORY_APART } from './event-answers.ts';
import { cacheableReply } from './etag.ts';
import { availabilityView, eventView } from './event-views.ts';
import { idOf, optionalNumber, optionalText } from './fields.ts';
import { pageView } from './page.ts';
import { reply } from './reply.ts';
import type { SharedBodies } from './shared-bodies.ts';

/** `GET /api/v1/events?cursor=&limit=`. */
export function listEventsRoute(catalogue: Catalogue, { idChars, listPage }: Pick<Limits, 'idChars' | 'listPage'>): Route {
  return {
    method: 'GET',
    path: '/api/v1/events',
    access: 'anyone',
    summary: 'Events by id',
    query: {
      cursor: { schema: { type: 'string', minLength: 1, maxLength: idChars } },
      limit: { schema: { type: 'integer', minimum: 1, maximum: listPage } },
    },
    answers: { 200: EVENT_ANSWERS.events },
    refusals: INVENTORY_APART,
    handle: async ({ query }) => {
      const limit = optionalNumber(query, 'limit') ?? listPage;
      const page = await catalogue.list({ after: optionalText(query, 'cursor'), limit });
      return reply(200, pageView('events', page, eventView));
    },
  };
}

/** `GET /api/v1/events/{id}`. */
export function readEventRoute(catalogue: Catalogue): Route {
  return {
    method: 'GET',
    path: '/api/v1/events/:id',
    access: 'anyone',
    summary: 'One event with its sections and prices',
    answers: { 200: EVENT_ANSWERS.event },
    refusals: ['EVENT_NOT_FOUND', ...INVENTORY_APART],
    handle: async (request) => {
      const event = await catalogue.read(idOf(request));
      return event === undefined ? REFUSALS.eventNotFound : reply(200, eventView(event));
    },
  };
}

/** `GET /api/v1/events/{id}/availability`. */
export function availabilityRoute(catalogue: Catalogue, bodies: SharedBodies): Route {
  return {
    method: 'GET',
    path: '/api/v1/events/:id/availability',
    access: 'anyone',
    summary: 'What is left of an event',
    answers: { 200: EVENT_ANSWERS.availability, 304: EVENT_ANSWERS.unchanged },
    refusals: ['EVENT_NOT_FOUND', ...INVENTORY_APART],
    handle: async (request) => {
      const event = await catalogue.read(idOf(request));
      if (event === undefined) return REFUSALS.eventNotFound;
      const name = `availability ${event.id}`;
      return cacheableReply(request, event.tag, bodies.find(name, event.tag) ?? bodies.keep(name, event.tag, availabilityView(event)));
    },
  };
}
