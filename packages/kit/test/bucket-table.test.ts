import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BucketTable } from '../src/protection/bucket-table.ts';

const SECOND_MS = 1_000;
const BURST = 2;

/** Takes a token of the bucket with that number: its owners all belong to one set of places. */
const take = (table: BucketTable, owner: number, nowMs: number): boolean => table.take(0, owner, nowMs, SECOND_MS, BURST) === 0;

test('a table has room for the buckets that it is made for, and never more than twice as many', () => {
  for (const buckets of [1, 8, 9, 262_144]) {
    const { size } = new BucketTable(buckets);
    assert.ok(size >= buckets && size <= Math.max(8, 2 * buckets), `${size} for ${buckets}`);
  }
});

test('a full table takes one more owner in the place of the one that is nearest to full, and no other owner gets a token by that', () => {
  const table = new BucketTable(8);
  for (let owner = 1; owner <= table.size; owner++) {
    assert.ok(take(table, owner, owner));
    assert.ok(take(table, owner, owner));
  }
  assert.ok(take(table, 99, 10), 'whoever is new is not refused for it');
  for (let owner = 2; owner <= table.size; owner++) assert.equal(take(table, owner, 10), false, `owner ${owner} still has none`);
});

test('a bucket that is full again gives its place away at no cost', () => {
  const table = new BucketTable(8);
  for (let owner = 1; owner <= table.size; owner++) take(table, owner, 0);
  for (let owner = 101; owner <= 100 + table.size; owner++) {
    assert.ok(take(table, owner, SECOND_MS));
    assert.ok(take(table, owner, SECOND_MS));
    assert.equal(take(table, owner, SECOND_MS), false);
  }
});
