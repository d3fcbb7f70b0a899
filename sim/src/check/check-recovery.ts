import { ByteWriter, type RecordTable } from '@traffic-tacos/journal';
import type { Clock } from '@traffic-tacos/kernel';
import type { PlatformTables } from '@traffic-tacos/platform';
import type { SimHistoryFile } from '../machine/history-file.ts';
import { LIMITS } from '../machine/settings.ts';
import type { Books } from './books.ts';
import { GuaranteeBroken, must } from './breach.ts';
import { HISTORY_KINDS, pastOf, type PastKind } from './past.ts';
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

/** I4: memory and history say, record by record and byte by byte, what the entries have said; no more, no less. */
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
  check(books: Books, tables: PlatformTables, clock: Clock, history: SimHistoryFile | undefined): void {
    const byKind = tablesByKind(tables);
    for (const kind of KINDS) {
      const table = byKind[kind];
      const past = history !== undefined && isPast(kind) ? this.#checkPast(kind, books[kind], table, history) : NOTHING_PAST;
      this.#checkKind(kind, books[kind], table, goneAt(kind, clock.nowMs()), past);
    }
  }

  /** What the history has is as it was written, or an earlier version of it. Answers the keys of those that it has as they are now. */
  #checkPast(kind: PastKind, written: ReadonlyMap<string, unknown>, table: RecordTable<unknown>, history: SimHistoryFile): ReadonlySet<string> {
    const present = new Set<string>();
    for (const [key, record] of pastOf(history, kind)) {
      const expected = written.get(key) as Records[PastKind] | undefined;
      must(expected !== undefined && record.version <= expected.version, 'I4', key, () => `a ${kind} that was never written, or did not survive, is in the history`);
      if (expected === undefined || record.version < expected.version) continue;
      this.#stored.truncate(0);
      table.encode(record, this.#stored);
      must(this.#stored.bytes().equals(this.#imageOf(kind, key, expected, table)), 'I4', key, `a ${kind} is not in the history as it was written`);
      present.add(key);
    }
    return present;
  }

  #checkKind(kind: Kind, written: ReadonlyMap<string, unknown>, table: RecordTable<unknown>, isGone: (record: unknown) => boolean, past: ReadonlySet<string>): void {
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
    if (met.length !== due) this.#checkMissing(kind, met, written, (key, record) => isGone(record) || past.has(key));
    if (!this.#stored.bytes().equals(this.#written.bytes())) this.#nameChanged(kind, new Set(met), written, table);
  }

  /** What is in memory no more must have a reason for that. */
  #checkMissing(kind: Kind, met: readonly string[], written: ReadonlyMap<string, unknown>, mayMiss: (key: string, record: unknown) => boolean): void {
    const there = new Set(met);
    must(there.size === met.length, 'I4', kind, 'a record stands twice in memory');
    for (const [key, record] of written) must(there.has(key) || mayMiss(key, record), 'I4', key, `a ${kind} that was written is neither in memory nor, as it is now, in the history`);
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

const NOTHING_PAST: ReadonlySet<string> = new Set();

const isPast = (kind: Kind): kind is PastKind => PAST_KINDS.has(kind);
const PAST_KINDS: ReadonlySet<Kind> = new Set(HISTORY_KINDS.values());

/** Keys leave memory once they have run out, messages once they are let go, places some time after they are over; nothing else does. */
function goneAt(kind: Kind, nowMs: number): (record: unknown) => boolean {
  if (kind === 'key') return (record) => (record as Records['key']).rememberedAtMs + LIMITS.idempotencyTtlMs <= nowMs;
  // A finished place is kept for a while, to say why it is over.
  if (kind === 'place') return (record) => (record as Records['place']).state >= LEASE_ENDED;
  if (kind === 'message') return (record) => (record as Records['message']).state === 'done';
  if (kind === 'paymentKey') return (record) => (record as Records['paymentKey']).expiresAtMs <= nowMs;
  return () => false;
}
