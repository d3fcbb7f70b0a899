import type { GetInventoryStatusRequest, GetInventoryStatusResponse } from '@traffic-tacos/contracts/proto/reservation/v1/inventory';
import { invalidRequest, optionalText, requiredText, type UnaryHandler } from '@traffic-tacos/kit';
import { statusMessage } from './event-messages.ts';
import { EVENT_NOT_FOUND, sectionNotFound } from './refusals.ts';
import type { RpcDependencies } from './rpc-dependencies.ts';

/** An event and what is left of it. */
export function getInventoryStatus({ store, limits, clock }: RpcDependencies): UnaryHandler<GetInventoryStatusRequest, GetInventoryStatusResponse> {
  return async ({ eventId, section }) => {
    const invalid = invalidRequest(requiredText('eventId', eventId, limits.idChars), optionalText('section', section, limits.idChars));
    if (invalid !== undefined) return invalid;
    const event = await store.readEvent(eventId);
    if (event === undefined) return EVENT_NOT_FOUND;
    const sections = section === '' ? event.sections : event.sections.filter(({ id }) => id === section);
    return sections.length === 0 && section !== '' ? sectionNotFound(section) : statusMessage(event, sections, clock.nowMs());
  };
}
