import type { PutEventRequest, PutEventResponse } from '@traffic-tacos/contracts/proto/reservation/v1/inventory';
import { present } from '@traffic-tacos/kernel';
import { decodeJson, type UnaryHandler } from '@traffic-tacos/kit';
import { putEvent as put } from '../../application/put-event.ts';
import { invalid, refuseChange, refuseDocument } from '../../errors.ts';
import { eventMessage } from './event-messages.ts';
import type { RpcDependencies } from './rpc-dependencies.ts';

/** Deeper than any catalogue, as over REST. */
const JSON_DEPTH = 32;

/** Creates or changes an event, as `PUT /v1/events/{id}` does. */
export function putEvent({ store, limits }: RpcDependencies): UnaryHandler<PutEventRequest, PutEventResponse> {
  return async ({ catalogueJson }) => {
    const decoded = decodeJson(Buffer.from(catalogueJson, 'utf8'), JSON_DEPTH);
    if (decoded.kind === 'malformed') return invalid('catalogueJson', decoded.reason);
    const outcome = await put(store, limits, undefined, decoded.document);
    if (outcome.kind === 'document_refused') return refuseDocument(outcome);
    if (outcome.kind === 'event_conflict') return refuseChange(outcome);
    const event = present(await store.readEvent(outcome.plan.id), 'an event that was put can be read');
    return { event: eventMessage(event), error: undefined };
  };
}
