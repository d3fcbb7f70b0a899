import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { requestKey } from '../src/application/request-key.ts';

test('I7: a key is kept as the first 128 bits of a digest, each word with its least byte first: records on disk say so', () => {
  const wordsOf = (parts: readonly (string | number | null)[]) => {
    const digest = createHash('sha256').update(JSON.stringify(parts)).digest();
    const [w0, w1, w2, w3] = [0, 4, 8, 12].map((at) => digest.readInt32LE(at));
    return { w0, w1, w2, w3 };
  };
  for (let i = 0; i < 20; i++) {
    const key = requestKey({ userId: `user-${i}`, operation: 'payment.create', resource: 'rsv_1' }, `key "${i}"`, [1_000 + i, null]);
    assert.deepEqual(key.digest, wordsOf([`user-${i}`, 'payment.create', 'rsv_1', `key "${i}"`]));
    assert.deepEqual(key.fingerprint, wordsOf(['payment.create', 'rsv_1', 1_000 + i, null]));
  }
});
