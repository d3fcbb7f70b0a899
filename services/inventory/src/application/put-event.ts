import type { Limits } from '@traffic-tacos/kernel';
import { parseEvent } from '../domain/catalogue.ts';
import type { PutEventOutcome } from '../domain/outcomes.ts';
import type { Problem } from '../domain/problems.ts';
import type { InventoryStore } from '../ports/inventory-store.ts';

/** Every problem of the document; nothing was changed. */
export interface DocumentRefused {
  readonly kind: 'document_refused';
  readonly problems: readonly Problem[];
}

/**
 * Creates or changes an event as the document says. The document is refused as a whole when anything in it is wrong. `eventId`: the event that
 * the address names; undefined where only the document does.
 */
export async function putEvent(
  store: InventoryStore,
  limits: Limits,
  eventId: string | undefined,
  document: unknown,
): Promise<DocumentRefused | PutEventOutcome> {
  const parsed = parseEvent(document, limits);
  if (parsed.kind === 'invalid') return { kind: 'document_refused', problems: parsed.problems };
  if (eventId !== undefined && parsed.event.id !== eventId) {
    return { kind: 'document_refused', problems: [{ place: 'id', reason: `is ${parsed.event.id}, but the address names ${eventId}` }] };
  }
  return store.putEvent(parsed.event);
}
