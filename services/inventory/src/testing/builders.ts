import { DEFAULT_LIMITS, formatId, type Limits } from '@traffic-tacos/kernel';
import { parseEvent } from '../domain/catalogue.ts';
import type { HoldCommand } from '../domain/commands.ts';
import type { EventDocument } from '../domain/event-document.ts';

/** The n-th reservation id of a test; a number has one id, and two have different ones. */
export function reservationId(n: number): `rsv_${string}` {
  const mixed = Math.imul(n + 1, 0x9e3779b1);
  return formatId('rsv', { w0: 0x0195, w1: n | 0, w2: mixed, w3: Math.imul(mixed ^ (mixed >>> 15), 0x85ebca6b) });
}

/** An event as its organizer would send it: row A of section R, seats 1 to 3; seats S1 and S2; a pool of 5. */
export const SMALL_EVENT = {
  id: 'evt_small',
  name: 'A small event',
  currency: 'KRW',
  purchase_limit: 4,
  sections: [
    { id: 'R', name: 'R석', price: 150_000, rows: [{ id: 'A', seats: '1-3' }] },
    { id: 'S', price: 120_000, seat_ids: ['S1', 'S2'] },
    { id: 'FLOOR', name: 'Standing', price: 99_000, capacity: 5 },
  ],
};

/** A document that is known to be valid. Throws with its problems when it is not. */
export function eventDocument(document: unknown, limits: Limits = DEFAULT_LIMITS): EventDocument {
  const parsed = parseEvent(document, limits);
  if (parsed.kind === 'invalid') throw new InvalidTestDocument(JSON.stringify(parsed.problems));
  return parsed.event;
}

/** A hold of one minute in the small event, of seat R-A-1 unless said otherwise. */
export function holdCommand(n: number, changes: Partial<HoldCommand> = {}): HoldCommand {
  const places = changes.quantity === undefined ? { seatIds: ['R-A-1'] } : {};
  return { reservationId: reservationId(n), eventId: SMALL_EVENT.id, userId: 'alice', holdForMs: 60_000, admission: 'none', ...places, ...changes };
}

/** A test handed over a document that its own parser refuses. */
class InvalidTestDocument extends Error {
  override readonly name = 'InvalidTestDocument';
}
