import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ByteReader, ByteWriter, Units } from '@traffic-tacos/journal';
import { DEFAULT_LIMITS, epochMs, InvariantBreach, newId, parseId, present, SeededRandom, type PaymentIntentId } from '@traffic-tacos/kernel';
import { AnsweredTable } from '../src/adapters/embedded/answered-table.ts';
import { RecordedJournal, recordsOf } from '../src/testing/recorded-journal.ts';

const random = new SeededRandom(5);
const idOf = (n: number): PaymentIntentId => newId('pay', epochMs(1_700_000_000_000 + n), 0, random);

/** A table over a journal of bytes, with what was marked before. */
function open(journal = new RecordedJournal(), fromEntry = 0) {
  const hasLeft = new Set<number>();
  const table = new AnsweredTable({ ...DEFAULT_LIMITS, paymentIntentRows: 1_000 }, (key) => !hasLeft.has(key.w3));
  journal.recover([table], [], fromEntry);
  const units = new Units(journal, 5);
  return { table, journal, hasLeft, mark: (id: PaymentIntentId, status: 'COMPLETED' | 'REFUNDED') => units.decideNow((unit) => table.mark(unit, id, status)) };
}

test('I3: what was answered is known after a restart, the last answer of each payment', () => {
  const { table, journal, mark } = open();
  const ids = Array.from({ length: 1_000 }, (_, i) => idOf(i));
  for (const id of ids) mark(id, 'COMPLETED');
  mark(ids[3] ?? assert.fail(), 'REFUNDED');
  const again = open(journal).table;
  for (const one of [table, again]) {
    assert.deepEqual(ids.map((id) => one.statusOf(id)), ids.map((_, i) => (i === 3 ? 'REFUNDED' : 'COMPLETED')));
    assert.equal(one.statusOf(idOf(0)), undefined);
    assert.equal(one.live, 1_000);
  }
  assert.deepEqual(recordsOf(again), recordsOf(table));
});

test('marks leave memory after their payments, and a journal with more of them than there is room for is read all the same', () => {
  const { table, journal, hasLeft, mark } = open();
  const ids = Array.from({ length: 1_500 }, (_, i) => idOf(i));
  const letGo = (): void => {
    table.visitEnded(0, 1_000, 0, (row, version) => assert.equal(table.evict(row, version), true));
  };
  for (const id of ids.slice(0, 1_000)) mark(id, 'COMPLETED');
  letGo();
  assert.equal(table.live, 1_000, 'their payments are still in memory');
  for (const id of ids.slice(0, 600)) hasLeft.add(present(parseId('pay', id), 'id').w3);
  letGo();
  assert.equal(table.live, 400);
  for (const id of ids.slice(1_000)) mark(id, 'COMPLETED');
  assert.deepEqual([table.live, table.statusOf(ids[0] ?? assert.fail()), table.statusOf(ids[1_499] ?? assert.fail())], [900, undefined, 'COMPLETED']);
  mark(ids[0] ?? assert.fail(), 'REFUNDED');
  assert.equal(table.statusOf(ids[0] ?? assert.fail()), 'REFUNDED');
  const { table: again } = open(journal);
  assert.deepEqual([again.live, again.limit, again.statusOf(ids[0] ?? assert.fail())], [1_000, 1_000, 'REFUNDED']);
});

test('I6: an answer to what came before is no answer to what came after', () => {
  const { table, mark } = open();
  const id = idOf(1);
  mark(id, 'REFUNDED');
  mark(id, 'COMPLETED');
  assert.equal(table.statusOf(id), 'REFUNDED');
});

test('I6: the same answer again writes nothing', () => {
  const { journal, mark } = open();
  const id = idOf(1);
  mark(id, 'COMPLETED');
  mark(id, 'COMPLETED');
  assert.equal(journal.entryCount, 1);
});

test('the bytes of the first layout stay readable, and those of a newer one are refused', () => {
  const { table } = open();
  const record = { key: { w0: 1, w1: 2, w2: 3, w3: -4 }, version: 2, status: 'REFUNDED' } as const;
  const writer = new ByteWriter();
  table.encode(record, writer);
  assert.equal(Buffer.from(writer.bytes()).toString('hex'), LAYOUT_1);
  assert.deepEqual(table.decode(1, new ByteReader(Buffer.from(LAYOUT_1, 'hex'))), record);
  assert.throws(() => table.decode(2, new ByteReader(Buffer.from(LAYOUT_1, 'hex'))), InvariantBreach);
});

/** Key, version, status. */
const LAYOUT_1 = '01000000' + '02000000' + '03000000' + 'fcffffff' + '02000000' + '06';
