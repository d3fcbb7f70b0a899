import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { addMs, amountMinor, DEFAULT_LIMITS, durationMs, epochMs, LimitReached, SeededRandom, type EpochMs } from '@traffic-tacos/kernel';
import { KeyTable } from '../src/adapters/embedded/key-table.ts';
import type { KeyRecord } from '../src/domain/request-key.ts';

const START = epochMs(1_700_000_000_000);
const after = (ms: number): EpochMs => addMs(START, durationMs(ms));

describe('the table of payment keys', () => {
  it('gives rows of keys that are over back, a few for each key written, and keeps those that live', () => {
    const table = new KeyTable(DEFAULT_LIMITS);
    const random = new SeededRandom(1);
    const old = Array.from({ length: 1_000 }, (_, i) => usedAt(random, i));
    for (const record of old) table.apply(record);
    table.assertRoom(after(300_099));
    assert.equal(table.size, 1_000 - 64, 'one request pays for no more than this');
    for (let i = 0; i < 20; i++) table.assertRoom(after(300_099));
    assert.equal(table.size, 900);
    assert.equal(table.find(old[99]?.digest ?? NONE), undefined);
    assert.deepEqual(table.find(old[100]?.digest ?? NONE), old[100]);
  });

  it('takes a later use of a key that is over, and refuses a second use of one that lives', () => {
    const table = new KeyTable(DEFAULT_LIMITS);
    const first = usedAt(new SeededRandom(1), 0);
    assert.equal(table.isNext(first), true);
    table.apply(first);
    assert.equal(table.isNext({ ...first, usedAtMs: after(299_999) }), false);
    const second = { ...first, usedAtMs: after(300_000), expiresAtMs: after(600_000) };
    assert.equal(table.isNext(second), true);
    table.apply(second);
    table.restore(first);
    assert.deepEqual(table.find(first.digest), second, 'replaying the earlier use changes nothing');
    table.assertRoom(after(599_999));
    assert.deepEqual(table.find(first.digest), second, 'the earlier ending does not end the later use');
    table.assertRoom(after(600_000));
    assert.equal(table.find(first.digest), undefined);
  });

  it('recovers a journal with many times more keys than may live at once', () => {
    const table = new KeyTable({ ...DEFAULT_LIMITS, idempotencyKeys: 100 });
    const random = new SeededRandom(2);
    for (let i = 0; i < 1_000; i++) table.restore(usedAt(random, i * 3_000));
    table.rebuild();
    assert.ok(table.size <= 101, `${table.size} rows`);
  });

  it('refuses a key above the limit', () => {
    const table = new KeyTable({ ...DEFAULT_LIMITS, idempotencyKeys: 2 });
    const random = new SeededRandom(3);
    for (let i = 0; i < 2; i++) {
      table.assertRoom(START);
      table.apply(usedAt(random, 0));
    }
    assert.throws(() => table.assertRoom(START), LimitReached);
  });
});

const NONE = { w0: 0, w1: 0, w2: 0, w3: 0 };

function usedAt(random: SeededRandom, ms: number): KeyRecord {
  const words = () => ({ w0: random.u32() | 0, w1: random.u32() | 0, w2: random.u32() | 0, w3: random.u32() | 0 });
  return {
    digest: words(),
    fingerprint: words(),
    operation: 'payment.create',
    intentId: 'pay_01JC0000000000000000000042',
    usedAtMs: after(ms),
    expiresAtMs: after(ms + 300_000),
    answeredStatus: 'PENDING',
    answeredChangedAtMs: after(ms),
    answeredRefundedMinor: amountMinor(0),
    answeredSequence: 0,
  };
}
