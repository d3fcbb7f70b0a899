import assert from 'node:assert/strict';
import { test } from 'node:test';
import { epochMsOf, timestampOf } from '@traffic-tacos/contracts';

test('an instant goes over the wire and back, before 1970 too', () => {
  for (const ms of [0, 1, 999, 1000, 1_763_600_000_123, -1, -1001, 253_402_300_799_999]) assert.equal(epochMsOf(timestampOf(ms)), ms);
  assert.deepEqual(timestampOf(-1), { seconds: -1, nanos: 999_000_000 });
});

test('what is finer than a millisecond is cut off', () => {
  assert.equal(epochMsOf({ seconds: 1, nanos: 1_999_999 }), 1001);
});

test('a Timestamp beyond its own range names no instant', () => {
  const edges = [
    { seconds: 253_402_300_800, nanos: 0 },
    { seconds: -62_135_596_801, nanos: 0 },
    { seconds: 0, nanos: 1_000_000_000 },
    { seconds: 0, nanos: -1 },
  ];
  for (const edge of edges) assert.equal(epochMsOf(edge), undefined);
  assert.equal(epochMsOf({ seconds: -62_135_596_800, nanos: 0 }), -62_135_596_800_000);
});
