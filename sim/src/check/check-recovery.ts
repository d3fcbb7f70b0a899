import { ByteWriter, type RecordTable } from '@traffic-tacos/journal';
import type { Clock } from '@traffic-tacos/kernel';
import type { PlatformTables } from '@traffic-tacos/platform';
import { LIMITS } from '../machine/settings.ts';
import type { Books } from './books.ts';
import { must } from './breach.ts';
import { digestText, holdId, LEASE_ENDED, placeId, tablesByKind, type Kind, type Records } from './records.ts';

const KEY_OF: { readonly [K in Kind]: (record: Records[K]) => string } = {
  event: ({ plan }) => plan.id,
  hold: holdId,
  reservation: ({ id }) => id,
  order: ({ id }) => id,
  key: ({ digest }) => digestText(digest),
  intent: ({ id }) => id,
  paymentKey: ({ digest }) => digestText(digest),
  place: placeId,
  room: ({ room }) => room.eventId,
  draw: ({ eventId }) => eventId,
  message: ({ id }) => id,
  applied: ({ id }) => id,
};

const KINDS = Object.keys(KEY_OF) as readonly Kind[];
const ROWS_AT_A_TIME = 1_000;

/** I4: memory says, record by record and byte by byte, what the entries have said; no more, no less. */
export function checkTables(books: Books, tables: PlatformTables, clock: Clock): void {
  const byKind = tablesByKind(tables);
  const writer = new ByteWriter();
  for (const kind of KINDS) {
    const isGone = goneAt(kind, clock.nowMs());
    const expected = books[kind] as ReadonlyMap<string, unknown>;
    const found = recordsIn(byKind[kind], KEY_OF[kind] as (record: unknown) => string);
    for (const [key, record] of expected) {
      if (isGone(record)) continue;
      const stored = found.get(key);
      must(stored !== undefined, 'I4', key, `a ${kind} that was written is not in memory`);
      must(isSame(writer, byKind[kind], stored, record), 'I4', key, `a ${kind} is not as it was written`);
    }
    for (const [key, record] of found) must(expected.has(key) || isGone(record), 'I4', key, `a ${kind} that was never written, or did not survive, is in memory`);
  }
}

/** Keys leave memory once they have run out, messages once they are let go, places some time after they are over; nothing else does. */
function goneAt(kind: Kind, nowMs: number): (record: unknown) => boolean {
  if (kind === 'key') return (record) => (record as Records['key']).rememberedAtMs + LIMITS.idempotencyTtlMs <= nowMs;
  // A finished place is kept for a while, to say why it is over.
  if (kind === 'place') return (record) => (record as Records['place']).state >= LEASE_ENDED;
  if (kind === 'message') return (record) => (record as Records['message']).state === 'done';
  if (kind === 'paymentKey') return (record) => (record as Records['paymentKey']).expiresAtMs <= nowMs;
  return () => false;
}

function recordsIn(table: RecordTable<unknown>, keyOf: (record: unknown) => string): ReadonlyMap<string, unknown> {
  const found = new Map<string, unknown>();
  for (let cursor = 0; cursor !== -1; ) cursor = table.scan(cursor, ROWS_AT_A_TIME, (record) => found.set(keyOf(record), record));
  return found;
}

/** Two records side by side in one buffer: whether they are the same bytes. */
function isSame(writer: ByteWriter, table: RecordTable<unknown>, one: unknown, other: unknown): boolean {
  writer.truncate(0);
  table.encode(one, writer);
  const middle = writer.length;
  table.encode(other, writer);
  const bytes = writer.bytes();
  return bytes.compare(bytes, 0, middle, middle) === 0;
}
