import type { Limits } from '@traffic-tacos/kernel';
import type { EdgeReply, EdgeRequest, Refusal, Route } from '@traffic-tacos/kit';
import { REFUSALS, invalid } from '../../errors.ts';
import type { Catalogue, EventFacts } from '../../ports/catalogue.ts';
import { EVENT_ANSWERS, INVENTORY_APART } from './event-answers.ts';
import { cacheableReply } from './etag.ts';
import { seatMapView } from './event-views.ts';
import type { SharedBodies } from './shared-bodies.ts';
import { idOf, optionalText } from './fields.ts';

/** The most seats that one answer shows without a section being named: beyond it the map is asked for section by section. */
export const SEATS_WITHOUT_SECTION = 20_000;

/** `GET /api/v1/events/{id}/seats?section=`. */
export function seatMapRoute(catalogue: Catalogue, bodies: SharedBodies, { idChars }: Pick<Limits, 'idChars'>): Route {
  return {
    method: 'GET',
    path: '/api/v1/events/:id/seats',
    access: 'anyone',
    summary: 'Every seat and its state, one letter each',
    query: { section: { schema: { type: 'string', minLength: 1, maxLength: idChars } } },
    answers: { 200: EVENT_ANSWERS.seatMap, 304: EVENT_ANSWERS.unchanged },
    refusals: ['EVENT_NOT_FOUND', 'NOT_FOUND', 'INVALID_REQUEST', ...INVENTORY_APART],
    handle: (request) => handle(catalogue, bodies, request),
  };
}

async function handle(catalogue: Catalogue, bodies: SharedBodies, request: EdgeRequest): Promise<EdgeReply | Refusal> {
  const eventId = idOf(request);
  const section = optionalText(request.query, 'section');
  const event = await catalogue.read(eventId);
  if (event === undefined) return REFUSALS.eventNotFound;
  const seats = section === undefined ? seatsOf(event) : 0;
  if (seats > SEATS_WITHOUT_SECTION) return invalid('section', `name one: the event has ${seats} seats`);
  const name = `seats ${event.id} ${section ?? ''}`;
  const known = bodies.find(name, event.tag);
  if (known !== undefined) return cacheableReply(request, event.tag, known);
  const answer = await catalogue.seatMap(eventId, section);
  switch (answer.kind) {
    case 'event_not_found':
      return REFUSALS.eventNotFound;
    case 'section_not_found':
      return REFUSALS.sectionNotFound;
    case 'found':
      return cacheableReply(request, answer.tag, bodies.keep(name, answer.tag, seatMapView(eventId, answer.version, answer.sections)));
  }
}

function seatsOf({ sections }: EventFacts): number {
  let seats = 0;
  for (const { kind, capacity } of sections) if (kind === 'seats') seats += capacity;
  return seats;
}
