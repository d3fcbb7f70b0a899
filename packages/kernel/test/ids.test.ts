import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { epochMs, formatId, instantOfId, InvariantBreach, isAfterWords, newId, parseId, SeededRandom, shardOf, withPrefix } from '@traffic-tacos/kernel';

const word = fc.integer({ min: -0x8000_0000, max: 0x7fff_ffff });

test('an id is its prefix and 26 characters, and reads back as the same 128 bits', () => {
  fc.assert(
    fc.property(word, word, word, word, (w0, w1, w2, w3) => {
      const id = formatId('rsv', { w0, w1, w2, w3 });
      assert.match(id, /^rsv_[0-9A-HJKMNP-TV-Z]{26}$/);
      assert.deepEqual(parseId('rsv', id), { w0, w1, w2, w3 });
    }),
  );
});

test('ids sort by the instant they were made at and carry it', () => {
  const random = new SeededRandom(1);
  const instants = fc.integer({ min: 0, max: 2 ** 48 - 1 });
  fc.assert(
    fc.property(instants, instants, (a, b) => {
      const idA = newId('rsv', epochMs(a), 7, random);
      const idB = newId('rsv', epochMs(b), 7, random);
      if (a !== b) assert.equal(a < b, idA < idB);
      assert.equal(instantOfId(parseId('rsv', idA) ?? assert.fail()), a);
    }),
  );
});

test('ids of one event name one shard', () => {
  const random = new SeededRandom(2);
  const shardIn = (id: string): number => ((parseId('rsv', id) ?? assert.fail()).w1 >>> 4) & 0xfff;
  for (const event of ['evt_2025_1001', 'evt_a', '한글']) {
    assert.equal(shardIn(newId('rsv', epochMs(5), shardOf(event), random)), shardOf(event));
  }
});

test('the order of a reservation carries its suffix', () => {
  const id = newId('rsv', epochMs(1), 0, new SeededRandom(3));
  assert.equal(withPrefix('ord', id), id.replace('rsv_', 'ord_'));
});

test('a text that is not exactly an id is not one', () => {
  const good = newId('rsv', epochMs(1_700_000_000_000), 1, new SeededRandom(4));
  const bad = ['', 'rsv_', good.slice(0, -1), `${good}0`, good.toLowerCase(), good.replace('rsv', 'ord'), good.replace('_', '-'), `${good.slice(0, -1)}U`, `${good.slice(0, -1)}é`, `rsv_8${good.slice(5)}`];
  for (const text of bad) assert.equal(parseId('rsv', text), undefined, text);
  fc.assert(fc.property(fc.string(), (text) => parseId('rsv', text) === undefined));
});

test('words are compared as ids sort, whatever the sign of each', () => {
  fc.assert(
    fc.property(word, word, word, word, word, word, (w0, w1, w2, w3, v1, v3) => {
      const a = { w0, w1, w2, w3 };
      const b = { w0, w1: v1, w2, w3: v3 };
      assert.equal(isAfterWords(a, b), formatId('rsv', a) > formatId('rsv', b));
    }),
  );
});

test('an id without a prefix of three letters is not made', () => {
  for (const prefix of ['', 'rs', 'order']) assert.throws(() => formatId(prefix, { w0: 0, w1: 0, w2: 0, w3: 0 }), InvariantBreach);
});
