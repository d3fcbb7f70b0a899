import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ByteReader, ByteWriter, type RecordTable, type StagedRecord } from '@traffic-tacos/journal';
import {
  amountMinor, count, DEFAULT_LIMITS, epochMs, LimitReached, newId, SeededRandom, shardOf, type CurrencyCode, type IdWords, type ReservationId,
} from '@traffic-tacos/kernel';
import { createReservationTables, type ReservationTables } from '@traffic-tacos/reservation';
import { begin, enter, extended } from '../src/domain/change.ts';
import { orderIdOf } from '../src/domain/order.ts';
import type { Reservation } from '../src/domain/reservation.ts';

const START = 1_700_000_000_000;
const USERS = ['alice', 'bob', '한글 사용자'];

test('I4: what recovery builds from the records is what the live tables hold', () => {
  for (let seed = 1; seed <= 20; seed++) {
    const live = createReservationTables(DEFAULT_LIMITS);
    const records = randomRun(live, new SeededRandom(seed));
    const replayed = createReservationTables(DEFAULT_LIMITS);
    for (const { table, record } of records) twinOf(replayed, table).restore(roundTrip(table, record));
    for (const { table, record } of records) twinOf(replayed, table).restore(roundTrip(table, record));
    for (const table of replayed.all) table.rebuild();
    assertSame(live, replayed);
  }
});

test('I4: a snapshot walked in slices while records change, and the records since, give the same tables', () => {
  for (let seed = 1; seed <= 20; seed++) {
    const random = new SeededRandom(seed);
    const live = createReservationTables(DEFAULT_LIMITS);
    randomRun(live, random);
    const loaded = createReservationTables(DEFAULT_LIMITS);
    const since: StagedRecord[] = [];
    for (const table of live.all) {
      for (let cursor = 0; cursor !== -1; ) {
        cursor = table.scan(cursor, 3, (record) => twinOf(loaded, table).restore(roundTrip(table, record)));
        since.push(...randomRun(live, random, 2));
      }
    }
    for (const { table, record } of since) twinOf(loaded, table).restore(roundTrip(table, record));
    for (const table of loaded.all) table.rebuild();
    assertSame(live, loaded);
  }
});

test('recovery takes more keys than may live at once, since most of them have run out', () => {
  const limits = { ...DEFAULT_LIMITS, idempotencyKeys: 50, idempotencyTtlMs: 1000 };
  const random = new SeededRandom(5);
  const keysAt = (atMs: number) => Array.from({ length: 40 }, () => ({ digest: words(random), fingerprint: words(random), reservation: words(random), rememberedAtMs: epochMs(atMs) }));
  const { keys } = createReservationTables(limits);
  const latest = keysAt(START + 5000);
  for (const record of [0, 1100, 2200, 3300].flatMap((after) => keysAt(START + after)).concat(latest)) keys.restore(record);
  keys.rebuild();
  for (const { digest } of latest) assert.ok(keys.find(digest, epochMs(START + 5001)));
});

test('a full table refuses by its limit and evicts nothing live', () => {
  const tables = createReservationTables({ ...DEFAULT_LIMITS, idempotencyKeys: 2, idempotencyTtlMs: 1000 });
  const random = new SeededRandom(3);
  const remember = (atMs: number): void => {
    tables.keys.assertRoom(epochMs(atMs));
    tables.keys.apply({ digest: words(random), fingerprint: words(random), reservation: words(random), rememberedAtMs: epochMs(atMs) });
  };
  remember(START);
  remember(START + 1);
  assert.throws(() => remember(START + 999), LimitReached);
  remember(START + 1000);
  assert.throws(() => remember(START + 1000), LimitReached);
  assert.equal(tables.keys.size, 2);
});

test('tokenUses: at its limit nobody reserves with a token, and one that has run out makes room', () => {
  const { tokenUses } = createReservationTables({ ...DEFAULT_LIMITS, tokenUses: 2 });
  const random = new SeededRandom(3);
  const use = (atMs: number): void => {
    tokenUses.assertRoom(epochMs(atMs));
    tokenUses.apply({ key: words(random), reservation: words(random), tokenExpiresAtMs: epochMs(atMs + 1_000), usedAtMs: epochMs(atMs) });
  };
  use(START);
  use(START + 1);
  assert.throws(() => use(START + 60_999), LimitReached);
  use(START + 61_000);
  assert.throws(() => use(START + 61_000), LimitReached);
  assert.equal(tokenUses.size, 2);
});

/** Applies changes to a table and answers them as records, as the journal would keep them. */
function randomRun(tables: ReservationTables, random: SeededRandom, steps = 200): readonly StagedRecord[] {
  const records: StagedRecord[] = [];
  const put = <R>(table: RecordTable<R>, record: R): void => {
    assert.equal(table.isNext(record), true);
    table.apply(record);
    records.push({ table: table as RecordTable<unknown>, record });
  };
  for (let i = 0; i < steps; i++) {
    const nowMs = epochMs(START + random.below(100_000));
    const known = USERS.flatMap((user) => ofUser(tables, user)).filter(({ status }) => status === 'HOLD');
    const hold = known[random.below(Math.max(1, known.length))];
    if (hold === undefined || random.below(3) === 0) {
      const reservation = newReservation(random, nowMs);
      put(tables.reservations, reservation);
      put(tables.keys, { digest: words(random), fingerprint: words(random), reservation: words(random), rememberedAtMs: nowMs });
      put(tables.tokenUses, { key: words(random), reservation: random.below(4) === 0 ? undefined : words(random), tokenExpiresAtMs: epochMs(nowMs + 300_000), usedAtMs: nowMs });
    } else if (random.below(3) === 0) {
      put(tables.reservations, enter(hold, 'CONFIRMED', nowMs, { paymentIntentId: newId('pay', nowMs, 0, random) }));
      put(tables.orders, {
        id: orderIdOf(hold.id), version: 1, status: 'CONFIRMED', paymentIntentId: newId('pay', nowMs, 0, random), createdAtMs: nowMs, ticketSecret: words(random),
      });
    } else if (hold.extendedByMs === 0 && random.below(2) === 0) {
      put(tables.reservations, extended(hold, 30_000 as Reservation['extendedByMs'], nowMs));
    } else {
      put(tables.reservations, enter(hold, random.below(2) === 0 ? 'CANCELLED' : 'EXPIRED', nowMs));
    }
  }
  return records;
}

function newReservation(random: SeededRandom, nowMs: ReturnType<typeof epochMs>): Reservation {
  const seatIds = Array.from({ length: random.below(11) }, (_, i) => `R-${i}-${random.below(1000)}`);
  return begin(newId('rsv', nowMs, shardOf('evt_1'), random), USERS[random.below(3)] ?? 'alice', {
    eventId: `evt_${random.below(3)}`, section: random.below(2) === 0 ? undefined : 'R석', seatIds, quantity: count(Math.max(1, seatIds.length)),
    totalMinor: amountMinor(random.below(1_000_000)), currency: 'KRW' as CurrencyCode, heldAtMs: nowMs, expiresAtMs: epochMs(nowMs + 60_000),
  });
}

function roundTrip(table: RecordTable<unknown>, record: unknown): unknown {
  const writer = new ByteWriter();
  table.encode(record, writer);
  const reader = new ByteReader(Buffer.from(writer.bytes()));
  const read = table.decode(table.layoutVersion, reader);
  assert.deepEqual(read, record);
  assert.equal(reader.isAtEnd, true);
  return read;
}

function twinOf(tables: ReservationTables, table: RecordTable<unknown>): RecordTable<unknown> {
  return tables.all.find(({ recordType }) => recordType === table.recordType) ?? assert.fail();
}

function assertSame(live: ReservationTables, other: ReservationTables): void {
  for (const user of USERS) {
    const expected = ofUser(live, user);
    assert.deepEqual(ofUser(other, user), expected);
    for (const { id } of expected) assert.deepEqual(other.orders.read(orderIdOf(id)), live.orders.read(orderIdOf(id)));
  }
  const far = epochMs(START + 10_000_000);
  const due = (tables: ReservationTables): ReservationId[] => [...new Set(tables.reservations.takeDue(far, 10_000))].sort();
  assert.deepEqual(due(other), due(live));
  assert.equal(other.keys.size, live.keys.size);
}

/** Newest first, as the table keeps them. */
function ofUser(tables: ReservationTables, user: string): readonly Reservation[] {
  const found: Reservation[] = [];
  tables.reservations.visitOfUser(user, undefined, (reservation) => found.push(reservation) > 0);
  assert.deepEqual(found.map(({ id }) => id), found.map(({ id }) => id).toSorted().toReversed());
  return found;
}

const words = (random: SeededRandom): IdWords => ({ w0: random.u32() | 0, w1: random.u32() | 0, w2: random.u32() | 0, w3: random.u32() | 0 });

test('orders that the history has stay over a recovery where there is room, never in an older version, and the others leave it to the history', () => {
  const { orders } = createReservationTables({ ...DEFAULT_LIMITS, orderRows: 2, reservationRows: 2 });
  const random = new SeededRandom(4);
  const made = Array.from({ length: 5 }, () => ({
    id: orderIdOf(newId('rsv', epochMs(START), shardOf('evt_1'), random)), version: 1, status: 'CONFIRMED' as const, paymentIntentId: newId('pay', epochMs(START), shardOf('evt_1'), random),
    createdAtMs: epochMs(START), ticketSecret: words(random),
  }));
  for (const order of made) orders.forget(order);
  assert.equal(orders.live, 2);
  const [first, , third] = made;
  assert.ok(first !== undefined && third !== undefined);
  for (const order of [first, third]) orders.forget({ ...order, version: 2, status: 'REFUNDED' });
  assert.deepEqual([orders.live, orders.read(first.id)?.status, orders.read(third.id)], [2, 'REFUNDED', undefined]);
});
