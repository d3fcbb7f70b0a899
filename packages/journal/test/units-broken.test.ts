import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Units, type RecordTable, type StagedRecord } from '@traffic-tacos/journal';

test('an entry that is appended and cannot be applied is reported: memory is neither before nor after it', () => {
  const appended: StagedRecord[] = [];
  const sink = { append: (records: readonly StagedRecord[]) => void appended.push(...records), durable: () => Promise.resolve() };
  const broken: RecordTable<string> = {
    recordType: 1, name: 'broken', layoutVersion: 1, encode: () => undefined, decode: () => '', isNext: () => true,
    apply: () => {
      throw new RangeError('a counter below 0');
    },
    restore: () => undefined, rebuild: () => undefined, scan: () => -1,
  };
  const reported: unknown[] = [];
  const units = new Units(sink, 5, (cause) => reported.push(cause));
  assert.throws(() => units.decideNow((unit) => unit.write(broken, 'x')), RangeError);
  assert.equal(appended.length, 1);
  assert.ok(reported[0] instanceof RangeError);
});
