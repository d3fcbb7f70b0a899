import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ByteReader, ByteWriter, RelayPositionTable, type RecordTable } from '@traffic-tacos/journal';
import { DEFAULT_LIMITS, epochMs, InvariantBreach } from '@traffic-tacos/kernel';
import { createWorkerTables } from '../src/adapters/embedded/tables.ts';
import type { WorkerMessage } from '../src/domain/message.ts';

const MESSAGE: WorkerMessage = { id: 'pay_1.1', version: 3, state: 'dead', body: '{}', failures: 6, absences: 2, dueAtMs: epochMs(1_700_000_000_000), reason: 'no' };

/** Bytes that have been written. They are read for ever: a change of form takes a new layout version beside these. */
const WRITTEN = {
  message: '070000007061795f312e310300000001020000007b7d060000000200000000008056febc7842020000006e6f',
  applied: '070000007061795f312e3100008056febc7842',
  position: '020000000000000000004540',
};

const bytesOf = <R>(table: RecordTable<R>, record: R): string => {
  const writer = new ByteWriter();
  table.encode(record, writer);
  return Buffer.from(writer.bytes()).toString('hex');
};

describe('records of the worker and the relay', () => {
  const { messages, applied } = createWorkerTables(DEFAULT_LIMITS);
  const position = new RelayPositionTable();

  it('are written as they always were, and read back', () => {
    const remembered = { id: 'pay_1.1', followedAtMs: epochMs(1_700_000_000_000) };
    assert.deepEqual([bytesOf(messages, MESSAGE), bytesOf(applied, remembered), bytesOf(position, { version: 2, next: 42 })], [WRITTEN.message, WRITTEN.applied, WRITTEN.position]);
    assert.deepEqual(messages.decode(1, new ByteReader(Buffer.from(WRITTEN.message, 'hex'))), MESSAGE);
    assert.deepEqual(applied.decode(1, new ByteReader(Buffer.from(WRITTEN.applied, 'hex'))), remembered);
    assert.deepEqual(position.decode(1, new ByteReader(Buffer.from(WRITTEN.position, 'hex'))), { version: 2, next: 42 });
  });

  it('have numbers that no other type has, and layouts that were never written are refused', () => {
    assert.deepEqual([messages.recordType, applied.recordType, position.recordType], [50, 51, 91]);
    for (const table of [messages, applied, position]) assert.throws(() => table.decode(2, new ByteReader(Buffer.alloc(64))), InvariantBreach);
  });

  it('remember as many events as the limit says: the next one takes the place of the oldest', () => {
    const { applied: few } = createWorkerTables({ ...DEFAULT_LIMITS, appliedEvents: 2 });
    for (const id of ['a', 'b', 'c']) few.apply({ id, followedAtMs: epochMs(0) });
    assert.deepEqual([few.size, few.has('a'), few.has('b'), few.has('c')], [2, false, true, true]);
  });
});
