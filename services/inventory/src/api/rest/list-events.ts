import type { Limits } from '@traffic-tacos/kernel';
import type { EdgeReply, EdgeRequest, Route } from '@traffic-tacos/kit';
import type { InventoryStore } from '../../ports/inventory-store.ts';
import { ANSWERS } from './answers.ts';
import { eventView } from './views.ts';

/** `GET /v1/events?cursor=&limit=&all=`: events by id, page by page; with `all` those too that are not listed. */
export function listEventsRoute(store: InventoryStore, { idChars, listPage }: Limits): Route {
  return {
    method: 'GET',
    path: '/v1/events',
    access: 'anyone',
    summary: 'Events by id',
    query: {
      cursor: { schema: { type: 'string', minLength: 1, maxLength: idChars } },
      limit: { schema: { type: 'integer', minimum: 1, maximum: listPage } },
      all: { schema: { type: 'string', enum: ['true', 'false'] } },
    },
    answers: { 200: ANSWERS.events },
    refusals: [],
    handle: (request) => handle(store, listPage, request),
  };
}

async function handle(store: InventoryStore, listPage: number, { query }: EdgeRequest): Promise<EdgeReply> {
  const { cursor, limit, all } = query;
  const page = await store.readEvents({
    after: typeof cursor === 'string' ? cursor : undefined,
    limit: typeof limit === 'number' ? limit : listPage,
    all: all === 'true',
  });
  return { status: 200, body: { events: page.events.map(eventView), nextCursor: page.next } };
}
