import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { SeededRandom } from '@traffic-tacos/kernel';
import { BucketTable } from '../src/protection/bucket-table.ts';
import { KeyedHash } from '../src/protection/keyed-hash.ts';

const INTERVAL_MS = 20;
const BURST = 100;

/** A table with hashed names, as the limits use it. */
function tableFor(buckets: number, seed = 1): { readonly table: BucketTable; take(name: string, nowMs: number, burst?: number, intervalMs?: number): number } {
  const table = new BucketTable(buckets);
  const hash = new KeyedHash(new SeededRandom(seed));
  return {
    table,
    take: (name, nowMs, burst = BURST, intervalMs = INTERVAL_MS) => {
      hash.hash(1, name);
      return table.take(hash.low, hash.high, nowMs, intervalMs, burst);
    },
  };
}

describe('a token bucket', () => {
  it('gives its burst at once and then exactly one token an interval, to one who asks without pause', () => {
    const { take } = tableFor(1_024);
    let taken = 0;
    for (let nowMs = 5_000; nowMs < 15_000; nowMs += 0.5) if (take('alice', nowMs) === 0) taken++;
    assert.equal(taken, BURST + 10_000 / INTERVAL_MS - 1);
  });

  it('says when there is one again', () => {
    const { take } = tableFor(1_024);
    for (let i = 0; i < BURST; i++) assert.equal(take('alice', 1_000), 0);
    const waitMs = take('alice', 1_000);
    assert.ok(Math.abs(waitMs - INTERVAL_MS) < 0.001, String(waitMs));
    assert.ok(take('alice', 1_000 + waitMs - 0.1) > 0);
    assert.equal(take('alice', 1_000 + waitMs), 0);
  });

  it('of somebody else is untouched, and one that rests is full again and no fuller', () => {
    const { take } = tableFor(1_024);
    for (let i = 0; i < BURST; i++) take('alice', 0);
    assert.equal(take('bob', 0), 0);
    let taken = 0;
    while (take('alice', 60_000) === 0) taken++;
    assert.equal(taken, BURST);
  });

  it('loses no token to rounding over a day of one request an interval', () => {
    const { take } = tableFor(64);
    for (let i = 0; i < 500_000; i++) assert.equal(take('alice', i * (1_000 / 3), 1, 1_000 / 3), 0);
  });
});

describe('a table of buckets', () => {
  it('is exact for those who go past their limit, at its own limit and beside a million others', () => {
    const { table, take } = tableFor(4_096);
    assert.equal(table.size, 4_096);
    let taken = 0;
    for (let i = 0; i < 1_000_000; i++) {
      take(`10.${i}`, i * 0.01);
      if (i % 10 === 0 && take('greedy', i * 0.01) === 0) taken++;
    }
    assert.equal(taken, BURST + 10_000 / INTERVAL_MS - 1);
  });

  it('past its limit takes the place of whoever is nearest to full, and forgives no more than they lacked', () => {
    const { take } = tableFor(8);
    for (let owner = 0; owner < 8; owner++) for (let i = 0; i <= owner; i++) take(`owner ${owner}`, 0);
    assert.equal(take('one more', 0), 0);
    let taken = 0;
    while (take('owner 7', 0) === 0) taken++;
    assert.equal(taken, BURST - 8, 'who used most is still known');
  });

  it('planted bug: a hash without its key would let a stranger choose whose bucket to share', () => {
    const places = (seed: number): readonly number[] => {
      const hash = new KeyedHash(new SeededRandom(seed));
      return ['alice', 'bob', 'carol'].map((name) => {
        hash.hash(1, name);
        return hash.low;
      });
    };
    assert.deepEqual(places(1), places(1));
    assert.notDeepEqual(places(1), places(2));
  });

  it('tells texts and kinds apart: of a great many none share a name', () => {
    const hash = new KeyedHash(new SeededRandom(3));
    const seen = new Set<bigint>();
    for (let i = 0; i < 100_000; i++) {
      for (const kind of [1, 2]) {
        hash.hash(kind, `u${i}`);
        seen.add((BigInt(hash.high) << 32n) | BigInt(hash.low));
      }
    }
    assert.equal(seen.size, 200_000);
  });
});
