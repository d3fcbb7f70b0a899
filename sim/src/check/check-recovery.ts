import { ByteWriter, type RecordTable } from '@traffic-tacos/journal';
import type { Clock } from '@traffic-tacos/kernel';
import type { PlatformTables } from '@traffic-tacos/platform';
import { LIMITS } from '../machine/settings.ts';
import type { Books } from './books.ts';
import { GuaranteeBroken, must } from './breach.ts';
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

/** A record that was written, and its bytes. */
interface Image {
  readonly record: unknown;
  readonly bytes: Uint8Array;
}

/** I4: memory says, record by record and byte by byte, what the entries have said; no more, no less. */
export class TableCheck {
  /** What memory says of one kind, and what the entries have said, in the same order. */
  readonly #stored = new ByteWriter();
  readonly #written = new ByteWriter();
  /** Most records are compared many times, and written once. */
  readonly #images: Readonly<Record<Kind, Map<string, Image>>> = {
    event: new Map(), hold: new Map(), reservation: new Map(), order: new Map(), key: new Map(), intent: new Map(), paymentKey: new Map(), place: new Map(), room: new Map(), draw: new Map(),
    message: new Map(), applied: new Map(),
  };

  /** Throws `GuaranteeBroken`. */
  check(books: Books, tables: PlatformTables, clock: Clock): void {
    const byKind = tablesByKind(tables);
    for (const kind of KINDS) this.#checkKind(kind, books[kind], byKind[kind], goneAt(kind, clock.nowMs()));
  }

  #checkKind(kind: Kind, written: ReadonlyMap<string, unknown>, table: RecordTable<unknown>, isGone: (record: unknown) => boolean): void {
    const keyOf = KEY_OF[kind] as (record: unknown) => string;
    this.#stored.truncate(0);
    this.#written.truncate(0);
    const met: string[] = [];
    const meet = (record: unknown): void => {
      const key = keyOf(record);
      const expected = written.get(key);
      must(expected !== undefined || isGone(record), 'I4', key, () => `a ${kind} that was never written, or did not survive, is in memory`);
      if (expected === undefined || isGone(expected)) return;
      met.push(key);
      table.encode(record, this.#stored);
      this.#written.raw(this.#imageOf(kind, key, expected, table));
    };
    for (let cursor = 0; cursor !== -1; ) cursor = table.scan(cursor, ROWS_AT_A_TIME, meet);
    let due = 0;
    for (const record of written.values()) if (!isGone(record)) due++;
    if (met.length !== due) nameMissing(kind, met, written, isGone);
    if (!this.#stored.bytes().equals(this.#written.bytes())) this.#nameChanged(kind, new Set(met), written, table);
  }

  /** As the table writes what stands in the books. */
  #imageOf(kind: Kind, key: string, record: unknown, table: RecordTable<unknown>): Uint8Array {
    const known = this.#images[kind].get(key);
    if (known !== undefined && known.record === record) return known.bytes;
    const begin = this.#written.length;
    table.encode(record, this.#written);
    const bytes = Buffer.from(this.#written.bytes().subarray(begin));
    this.#written.truncate(begin);
    this.#images[kind].set(key, { record, bytes });
    return bytes;
  }

  /** All are there, and one is not as it was written: which one, is looked for only now. */
  #nameChanged(kind: Kind, met: ReadonlySet<string>, written: ReadonlyMap<string, unknown>, table: RecordTable<unknown>): void {
    const compare = (record: unknown): void => {
      const key = (KEY_OF[kind] as (record: unknown) => string)(record);
      if (!met.has(key)) return;
      this.#stored.truncate(0);
      table.encode(record, this.#stored);
      must(this.#stored.bytes().equals(this.#imageOf(kind, key, written.get(key), table)), 'I4', key, `a ${kind} is not as it was written`);
    };
    for (let cursor = 0; cursor !== -1; ) cursor = table.scan(cursor, ROWS_AT_A_TIME, compare);
    throw new GuaranteeBroken('I4', kind, 'memory says other bytes than the entries, and each record the same');
  }
}

function nameMissing(kind: Kind, met: readonly string[], written: ReadonlyMap<string, unknown>, isGone: (record: unknown) => boolean): void {
  const there = new Set(met);
  for (const [key, record] of written) must(there.has(key) || isGone(record), 'I4', key, `a ${kind} that was written is not in memory`);
  throw new GuaranteeBroken('I4', kind, 'a record stands twice in memory');
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
