import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { CountedInterner, epochMs, ExpiryQueue, IdIndex, Interner, InvariantBreach, NO_ROW, readKey, RowStore, RowTexts, SeededRandom, writeKey, type IdWords } from '@traffic-tacos/kernel';

/** Keys that crowd into one segment and collide on their last word, so that probing and gap closing are exercised. */
const crowdedKey = fc.record({ w0: fc.integer({ min: 0, max: 3 }), w1: fc.constant(0), w2: fc.constant(0), w3: fc.integer({ min: 0, max: 40 }) });

test('the index finds what a Map finds, through any insertions and removals', () => {
  const step = fc.record({ key: crowdedKey, remove: fc.boolean() });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 300 }), (steps) => {
      const rows = new RowStore(16, 1000);
      const index = new IdIndex(rows);
      const model = new Map<string, number>();
      for (const { key, remove } of steps) {
        const name = JSON.stringify(key);
        const known = model.get(name);
        assert.equal(index.find(key), known ?? NO_ROW);
        if (remove && known !== undefined) {
          index.remove(key);
          rows.free(known);
          model.delete(name);
        } else if (known === undefined) {
          model.set(name, addRow(rows, index, key));
        }
      }
      for (const [name, row] of model) assert.equal(index.find(JSON.parse(name)), row);
    }),
  );
});

test('the index grows past a hundred thousand keys and loses none', () => {
  const rows = new RowStore(16, 200_000);
  const index = new IdIndex(rows);
  const random = new SeededRandom(9);
  const keys = Array.from({ length: 100_000 }, (): IdWords => ({ w0: random.u32() | 0, w1: random.u32() | 0, w2: random.u32() | 0, w3: random.u32() | 0 }));
  const placed = keys.map((key) => addRow(rows, index, key));
  assert.ok(keys.every((key, i) => index.find(key) === placed[i]));
  assert.deepEqual(readKey(rows.view(placed[77] ?? 0), rows.offset(placed[77] ?? 0)), keys[77]);
});

test('a row store gives zeroed rows, reuses freed ones, and keeps its limit', () => {
  const rows = new RowStore(8, 2);
  const first = rows.allocate();
  rows.view(first).setFloat64(rows.offset(first), 42, true);
  rows.allocate();
  assert.equal(rows.isFull, true);
  assert.throws(() => rows.allocate(), InvariantBreach);
  rows.free(first);
  assert.equal(rows.allocate(), first);
  assert.equal(rows.view(first).getFloat64(rows.offset(first), true), 0);
});

test('a row store keeps each row apart from all others, in small chunks and in large ones, and takes no more memory than its limit needs', () => {
  for (const limit of [1, 255, 256, 257, 300, 511, 512, 16_383, 16_384, 16_385, 50_000]) {
    const rows = new RowStore(8, limit);
    for (let row = 0; row < limit; row++) {
      assert.equal(rows.allocate(), row);
      rows.view(row).setFloat64(rows.offset(row), row, true);
    }
    const chunks = new Set<DataView>();
    for (let row = 0; row < limit; row++) {
      assert.equal(rows.view(row).getFloat64(rows.offset(row), true), row);
      chunks.add(rows.view(row));
    }
    const bytes = [...chunks].reduce((sum, { byteLength }) => sum + byteLength, 0);
    assert.equal(bytes, limit * 8);
  }
});

test('the expiry queue gives rows in the order of their instants, each exactly at its instant and never before', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 50 }), { maxLength: 200 }), fc.integer({ min: 0, max: 50 }), (instants, now) => {
      const queue = new ExpiryQueue();
      instants.forEach((at, row) => queue.push(epochMs(at), row));
      const visited: number[] = [];
      queue.visitDue(epochMs(now), (row) => visited.push(row) > 0);
      const popped: number[] = [];
      for (let row = queue.popDue(epochMs(now)); row !== undefined; row = queue.popDue(epochMs(now))) popped.push(row);
      const due = instants.flatMap((at, row) => (at <= now ? [row] : []));
      assert.deepEqual([...visited].sort(numerically), due);
      assert.deepEqual([...popped].sort(numerically), due);
      assert.deepEqual(popped.map((row) => instants[row]), due.map((row) => instants[row]).sort((a, b) => (a ?? 0) - (b ?? 0)));
      assert.equal(queue.size, instants.length - due.length);
    }),
  );
});

test('a row gives back the texts that were written into it, whether they fit or not', () => {
  const name = fc.string({ minLength: 1, maxLength: 12 }).filter((text) => !text.includes('\n'));
  fc.assert(
    fc.property(fc.array(fc.array(fc.oneof(name, fc.constant('한글-12')), { maxLength: 10 }), { maxLength: 20 }), (lists) => {
      const rows = new RowStore(64, 100);
      const texts = new RowTexts(rows, 16, 48);
      const placed = lists.map((list) => {
        const row = rows.allocate();
        texts.write(row, list);
        return row;
      });
      lists.forEach((list, i) => assert.deepEqual(texts.read(placed[i] ?? -1), list));
    }),
  );
});

test('an interner gives one number per text, from 1, up to its limit', () => {
  const interner = new Interner(2);
  assert.deepEqual([interner.intern('a'), interner.intern('b'), interner.intern('a')], [1, 2, 1]);
  assert.equal(interner.textOf(2), 'b');
  assert.equal(interner.find('c'), 0);
  assert.equal(interner.isFull, true);
  assert.throws(() => interner.intern('c'), InvariantBreach);
});

test('a counted interner forgets a text that no row names any more, gives its number to another, and believes a number only for its own text', () => {
  const interner = new CountedInterner(2);
  assert.deepEqual([interner.take('a'), interner.take('b'), interner.take('a')], [1, 2, 1]);
  assert.equal(interner.isFull, true);
  interner.release(1);
  assert.deepEqual([interner.find('a'), interner.size], [1, 2], 'a row names it still');
  interner.release(1);
  assert.deepEqual([interner.find('a'), interner.size, interner.isFull], [0, 1, false]);
  assert.throws(() => interner.textOf(1), InvariantBreach);
  assert.throws(() => interner.release(1), InvariantBreach);
  assert.equal(interner.take('c'), 1);
  assert.equal(interner.takeKnown(1, 'a'), 3, 'the number is of another text by now; what comes back finds room beyond the limit');
  assert.deepEqual([interner.takeKnown(1, 'c'), interner.textOf(1), interner.textOf(3)], [1, 'c', 'a']);
});

function addRow(rows: RowStore, index: IdIndex, key: IdWords): number {
  const row = rows.allocate();
  writeKey(rows.view(row), rows.offset(row), key);
  index.insert(key, row);
  return row;
}

const numerically = (a: number, b: number): number => a - b;
