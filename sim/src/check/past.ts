import type { HistoryShape } from '@traffic-tacos/journal';
import { parseId, withPrefix } from '@traffic-tacos/kernel';
import { HISTORY_SHAPES } from '@traffic-tacos/platform/testing';
import type { PlatformTables } from '@traffic-tacos/platform';
import type { SimHistoryFile } from '../machine/history-file.ts';
import type { Books } from './books.ts';
import { must } from './breach.ts';
import { holdId, type Records } from './records.ts';

/** What leaves memory for the history. */
export type PastKind = 'hold' | 'reservation' | 'order' | 'intent';

/** By the number of the record's type. */
export const HISTORY_KINDS: ReadonlyMap<number, PastKind> = new Map(HISTORY_SHAPES.map(({ recordType, name }) => [recordType, name.slice(0, -1) as PastKind]));

export const keyOf = (kind: PastKind, record: unknown): string => (kind === 'hold' ? holdId(record as Records['hold']) : (record as Records['order']).id);

/** Every record of a kind that the history has, by key. */
export function pastOf(file: SimHistoryFile, kind: PastKind): ReadonlyMap<string, Records[PastKind]> {
  const reader = file.read();
  const shape = HISTORY_SHAPES.find(({ recordType }) => HISTORY_KINDS.get(recordType) === kind) as HistoryShape<Records[PastKind]>;
  const found = new Map<string, Records[PastKind]>();
  for (const record of reader.of(shape).all()) found.set(keyOf(kind, record), record);
  return found;
}

/** An audit, and whoever else goes through everything, meets each record once, wherever it is. */
export function checkEverywhere(books: Books, { inventory, reservation, payment }: PlatformTables): void {
  meetOnce('hold', books, inventory.holds.everywhere());
  meetOnce('reservation', books, reservation.reservations.everywhere());
  meetOnce('order', books, reservation.orders.everywhere());
  meetOnce('intent', books, payment.intents.everywhere((recorded) => recorded));
}

/** Money that was taken, and nothing has followed from it; or that went back, and its order stands. */
export function isLeftBehind({ order }: Books, { id, status, reservationId }: Records['intent']): boolean {
  const its = order.get(withPrefix('ord', reservationId));
  const isOfIt = its?.paymentIntentId === id;
  return (status === 'COMPLETED' && !isOfIt) || (status === 'REFUNDED' && isOfIt && its?.status === 'CONFIRMED');
}

/** Payments of which something has still to follow are where the reconciler looks for them. */
export function checkLeftBehind(books: Books, { payment }: PlatformTables): void {
  for (const intent of books.intent.values()) {
    if (!isLeftBehind(books, intent)) continue;
    const words = parseId('pay', intent.id);
    must(words !== undefined && payment.intents.isInMemory(words), 'I3', intent.id, () => `is ${intent.status}, nothing has followed from it, and it is not in memory`);
  }
}

function meetOnce(kind: PastKind, books: Books, records: Iterable<Records[PastKind]>): void {
  const met = new Set<string>();
  for (const record of records) {
    const key = keyOf(kind, record);
    must(!met.has(key), 'I4', key, `a ${kind} is met twice by whoever goes through everything`);
    must(books[kind].get(key)?.version === record.version, 'I4', key, () => `a ${kind} is met in version ${record.version}`);
    met.add(key);
  }
  must(met.size === books[kind].size, 'I4', kind, () => `${met.size} of ${books[kind].size} are met by whoever goes through everything`);
}
