import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RememberedIds } from '@traffic-tacos/journal';
import { epochMs } from '@traffic-tacos/kernel';

const idsFrom = (first: number, count: number): readonly string[] => Array.from({ length: count }, (_, i) => `m_${first + i}`);

function remembering(limit: number, ids: readonly string[]): RememberedIds {
  const table = new RememberedIds(1, 'effects', limit);
  for (const id of ids) table.apply({ id, followedAtMs: epochMs(1) });
  return table;
}

const known = (table: RememberedIds, ids: readonly string[]): readonly string[] => ids.filter((id) => table.has(id));

test('as many ids are remembered as the limit says; one more takes the place of the oldest, which is new again', () => {
  const full = remembering(3, idsFrom(1, 3));
  assert.deepEqual([full.size, known(full, idsFrom(1, 3))], [3, idsFrom(1, 3)]);
  full.apply({ id: 'm_4', followedAtMs: epochMs(1) });
  assert.deepEqual([full.size, known(full, idsFrom(1, 4))], [3, ['m_2', 'm_3', 'm_4']]);
  assert.equal(full.isNext({ id: 'm_1', followedAtMs: epochMs(1) }), true);
});

test('a snapshot of a full table, walked in pieces, has each id once', () => {
  const full = remembering(3, idsFrom(1, 10));
  const seen: string[] = [];
  for (let cursor = 0; cursor !== -1; ) cursor = full.scan(cursor, 2, ({ id }) => seen.push(id));
  assert.deepEqual(seen.toSorted(), ['m_10', 'm_8', 'm_9']);
});

test('S12: after a restart too the id that is forgotten is the oldest, wherever a snapshot has it', () => {
  const ids = (table: RememberedIds, names: readonly string[]): readonly boolean[] => names.map((name) => table.has(name));
  const live = new RememberedIds(99, 'ids', 3);
  for (const [at, id] of ['a', 'b', 'c', 'd'].entries()) live.apply({ id, followedAtMs: epochMs(1_000 + at) });
  const loaded = new RememberedIds(99, 'ids', 3);
  live.scan(0, 10, (remembered) => loaded.restore(remembered));
  loaded.rebuild();
  for (const table of [live, loaded]) {
    table.apply({ id: 'e', followedAtMs: epochMs(2_000) });
    assert.deepEqual(ids(table, ['a', 'b', 'c', 'd', 'e']), [false, false, true, true, true]);
  }
});

test('a snapshot that is walked while ids come leaves none out that is remembered at its end', () => {
  const full = remembering(4, idsFrom(1, 6));
  const seen: string[] = [];
  let next = 7;
  for (let cursor = 0; cursor !== -1; ) {
    cursor = full.scan(cursor, 1, ({ id }) => seen.push(id));
    if (next < 10) full.apply({ id: `m_${next++}`, followedAtMs: epochMs(1) });
  }
  assert.deepEqual(known(full, idsFrom(1, 10)).filter((id) => !seen.includes(id)), []);
});
