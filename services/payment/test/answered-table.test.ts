import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ByteReader, ByteWriter, Units } from '@traffic-tacos/journal';
import { DEFAULT_LIMITS, epochMs, InvariantBreach, newId, SeededRandom, type PaymentIntentId } from '@traffic-tacos/kernel';
import { AnsweredTable } from '../src/adapters/embedded/answered-table.ts';
import { RecordedJournal, recordsOf } from '../src/testing/recorded-journal.ts';

const random = new SeededRandom(5);
const idOf = (n: number): PaymentIntentId => newId('pay', epochMs(1_700_000_000_000 + n), 0, random);

/** A table over a journal of bytes, with what was marked before. */
function open(journal = new RecordedJournal(), fromEntry = 0) {
  const table = new AnsweredTable(DEFAULT_LIMITS);
  journal.recover([table], [], fromEntry);
  const units = new Units(journal, 5);
  return { table, journal, mark: (id: PaymentIntentId, status: 'COMPLETED' | 'REFUNDED') => units.decideNow((unit) => table.mark(unit, id, status)) };
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
    assert.equal(one.size, 1_000);
  }
  assert.deepEqual(recordsOf(again), recordsOf(table));
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
