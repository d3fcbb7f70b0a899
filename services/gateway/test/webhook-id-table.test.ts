import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ByteReader, ByteWriter } from '@traffic-tacos/journal';
import { epochMs, InvariantBreach } from '@traffic-tacos/kernel';
import { WebhookIdTable } from '../src/adapters/embedded/webhook-id-table.ts';

/** Bytes that have been written. They are read for ever: a change of form takes a new layout version beside these. */
const WRITTEN_V1 = '0700000077686b5f315f3100008056febc7842';
const RECEIVED = { id: 'whk_1_1', followedAtMs: epochMs(1_700_000_000_000) };

test('an id of layout 1 is read as it was written, and still written so; another layout is refused', () => {
  const table = new WebhookIdTable({ webhookIds: 2 });
  const writer = new ByteWriter();
  table.encode(RECEIVED, writer);
  assert.equal(writer.bytes().toString('hex'), WRITTEN_V1);
  assert.deepEqual(table.decode(1, new ByteReader(Buffer.from(WRITTEN_V1, 'hex'))), RECEIVED);
  assert.throws(() => table.decode(2, new ByteReader(Buffer.alloc(100))), InvariantBreach);
  assert.equal(table.recordType, 31);
});

test('S12: an id counts as known from its entry on, once, also when recovery meets it twice', () => {
  const table = new WebhookIdTable({ webhookIds: 2 });
  assert.equal(table.isNext(RECEIVED), true);
  table.apply(RECEIVED);
  assert.deepEqual([table.isNext(RECEIVED), table.has(RECEIVED.id)], [false, true]);
  table.restore(RECEIVED);
  assert.equal(table.size, 1);
});
