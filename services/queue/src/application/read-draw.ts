import { formatId, type EpochMs, type EventId } from '@traffic-tacos/kernel';
import type { QueueStore } from '../ports/queue-store.ts';
import { seedHashOf } from './draw.ts';

/** What everybody may know of an event's draw. Root and seed are there once it was held. */
export interface DrawReading {
  readonly seedHash: string;
  readonly heldAtMs: EpochMs | undefined;
  readonly root: string | undefined;
  readonly seed: string | undefined;
  readonly lanes: readonly { readonly id: string; readonly entrants: number }[];
}

const ID_BYTES = 16;
/** Ids that one page of the list has. */
export const LIST_PAGE = 10_000;

/** Undefined where the event has no room yet, or draws nothing. What a crash could take back is not told: a draw that is held anew may be of others. */
export async function readDraw(store: QueueStore, eventId: EventId): Promise<DrawReading | undefined> {
  const reading = drawNow(store, eventId);
  await store.durable(eventId);
  return reading;
}

function drawNow(store: QueueStore, eventId: EventId): DrawReading | undefined {
  const room = store.room(eventId)?.room;
  if (room?.draw === undefined) return undefined;
  const { seed, heldAtMs, root } = room.draw;
  const held = store.heldDraw(eventId);
  const lanes = (held ?? []).map(({ slots }, number) => ({ id: room.lanes[number]?.id ?? '', entrants: slots.length }));
  if (held === undefined) return { seedHash: seedHashOf(seed), heldAtMs: undefined, root: undefined, seed: undefined, lanes };
  return { seedHash: seedHashOf(seed), heldAtMs, root, seed, lanes };
}

/** A page of those who took part in one lane, in the order in which they came: ids of places, which let nobody in. Undefined where no draw was held. */
export async function listEntrants(store: QueueStore, eventId: EventId, lane: number, from: number): Promise<readonly string[] | undefined> {
  const drawn = store.heldDraw(eventId)?.[lane];
  if (drawn === undefined) return undefined;
  await store.durable(eventId);
  const { ids } = drawn;
  const view = new DataView(ids.buffer, ids.byteOffset, ids.byteLength);
  const page: string[] = [];
  for (let person = from; person < Math.min(from + LIST_PAGE, drawn.slots.length); person++) {
    const at = person * ID_BYTES;
    page.push(formatId('wtk', { w0: view.getInt32(at, true), w1: view.getInt32(at + 4, true), w2: view.getInt32(at + 8, true), w3: view.getInt32(at + 12, true) }));
  }
  return page;
}
