import type { Limits } from '@traffic-tacos/kernel';
import type { EdgeReply, EdgeRequest, Refusal, Route } from '@traffic-tacos/kit';
import { REFUSALS, invalid } from '../../errors.ts';
import type { InventoryStore } from '../../ports/inventory-store.ts';
import type { EventFacts } from '../../ports/inventory-views.ts';
import { ANSWERS } from './answers.ts';
import { cacheableReply, seatMapView } from './views.ts';

/** The most seats that one answer shows without a section being named: beyond it the map is asked for section by section. */
export const SEATS_WITHOUT_SECTION = 20_000;

/** `GET /v1/events/{id}/seats?section=`. */
export function seatsRoute(store: InventoryStore, { idChars }: Limits): Route {
  return {
    method: 'GET',
    path: '/v1/events/:id/seats',
    access: 'anyone',
    summary: 'Every seat and its state, one letter each',
    query: { section: { schema: { type: 'string', minLength: 1, maxLength: idChars } } },
    answers: { 200: ANSWERS.seatMap, 304: ANSWERS.unchanged },
    refusals: ['EVENT_NOT_FOUND', 'NOT_FOUND', 'INVALID_REQUEST'],
    handle: (request) => handle(store, request),
  };
}

async function handle(store: InventoryStore, request: EdgeRequest): Promise<EdgeReply | Refusal> {
  const eventId = request.params['id'] ?? '';
  const section = typeof request.query['section'] === 'string' ? request.query['section'] : undefined;
  if (section === undefined) {
    const event = await store.readEvent(eventId);
    if (event === undefined) return REFUSALS.eventNotFound;
    const seats = seatsOf(event);
    if (seats > SEATS_WITHOUT_SECTION) return invalid('section', `name one: the event has ${seats} seats`);
  }
  const outcome = await store.seatMap(eventId, section);
  switch (outcome.kind) {
    case 'event_not_found':
      return REFUSALS.eventNotFound;
    case 'section_not_found':
      return REFUSALS.sectionNotFound;
    case 'seat_map':
      return cacheableReply(request, outcome.tag, seatMapView(outcome));
  }
}

function seatsOf({ sections }: EventFacts): number {
  let seats = 0;
  for (const { kind, capacity } of sections) if (kind === 'seats') seats += capacity;
  return seats;
}
