import { present, type Limits } from '@traffic-tacos/kernel';
import type { EdgeReply, EdgeRequest, Refusal, Route } from '@traffic-tacos/kit';
import { putEvent } from '../../application/put-event.ts';
import { refuseChange, refuseDocument } from '../../errors.ts';
import type { InventoryStore } from '../../ports/inventory-store.ts';
import { ANSWERS } from './answers.ts';
import { eventView } from './views.ts';

/** `PUT /v1/events/{id}`: 201 when the event is new, 200 when it is changed or already so. */
export function putEventRoute(store: InventoryStore, limits: Limits): Route {
  return {
    method: 'PUT',
    path: '/v1/events/:id',
    access: 'organizer',
    summary: 'Create an event, or change it where nothing that is held or sold is lowered',
    bodyMode: 'raw',
    bodyLimit: limits.catalogueBodyBytes,
    answers: { 200: ANSWERS.event, 201: ANSWERS.created },
    refusals: ['INVALID_REQUEST', 'EVENT_CONFLICT'],
    handle: (request) => handle(store, limits, request),
  };
}

async function handle(store: InventoryStore, limits: Limits, { params, body }: EdgeRequest): Promise<EdgeReply | Refusal> {
  const eventId = params['id'] ?? '';
  const outcome = await putEvent(store, limits, eventId, body['document']);
  if (outcome.kind === 'document_refused') return refuseDocument(outcome);
  if (outcome.kind === 'event_conflict') return refuseChange(outcome);
  const event = present(await store.readEvent(eventId), 'an event that was put can be read');
  return { status: outcome.kind === 'event_created' ? 201 : 200, body: eventView(event) };
}
