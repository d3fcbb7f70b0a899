import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { SeededRandom } from '@traffic-tacos/kernel';
import { bestApart, bestPosition, bitsOf, mostTogether, NO_POSITION, type FreePositions } from '../src/domain/best-seats.ts';
import type { SeatBlock } from '../src/domain/seat-blocks.ts';

/** Rows as text: `.` is free, `x` is not, a blank is an aisle. */
function house(...rows: readonly string[]): { readonly blocks: readonly SeatBlock[]; readonly free: FreePositions; readonly isFree: readonly boolean[] } {
  const blocks: SeatBlock[] = [];
  const isFree: boolean[] = [];
  for (const [row, text] of rows.entries()) {
    const first = isFree.length;
    const middle = first + (text.replaceAll(' ', '').length - 1) / 2;
    for (const part of text.split(' ')) {
      const from = isFree.length;
      for (const seat of part) isFree.push(seat === '.');
      blocks.push({ from, to: isFree.length, row, middle });
    }
  }
  const positions = isFree.flatMap((free, at) => (free ? [at] : []));
  return { blocks, free: { freeBits: (position) => bitsOf(positions, position) }, isFree };
}

/** The rows again, with what was chosen as `o`. */
function shown(rows: readonly string[], chosen: readonly number[]): readonly string[] {
  let at = -1;
  return rows.map((row) => row.replaceAll(/[.x]/g, (seat) => (chosen.includes(++at) ? 'o' : seat)));
}

const together = (quantity: number, ...rows: readonly string[]): readonly string[] | undefined => {
  const { blocks, free } = house(...rows);
  const position = bestPosition(blocks, free, quantity);
  return position === NO_POSITION ? undefined : shown(rows, Array.from({ length: quantity }, (_, i) => position + i));
};

const cases: readonly { readonly guarantee: string; readonly quantity: number; readonly rows: readonly string[]; readonly chosen: readonly string[] | undefined }[] = [
  { guarantee: 'front and centre first', quantity: 2, rows: ['......', '......'], chosen: ['..oo..', '......'] },
  { guarantee: 'a row back counts as two seats from the middle', quantity: 2, rows: ['xxxx..', '......'], chosen: ['xxxxoo', '......'] },
  { guarantee: 'a seat further out is too far', quantity: 2, rows: ['xxxxxxx..', '.........'], chosen: ['xxxxxxx..', '...oo....'] },
  { guarantee: 'no single seat is left behind where that can be avoided', quantity: 2, rows: ['x...x', 'x..xx'], chosen: ['x...x', 'xooxx'] },
  { guarantee: 'a single seat is left where there is no other choice', quantity: 2, rows: ['x...x'], chosen: ['xoo.x'] },
  { guarantee: 'nobody is seated across an aisle', quantity: 3, rows: ['.. ..', '... .'], chosen: ['.. ..', 'ooo .'] },
  { guarantee: 'nobody is seated over two rows', quantity: 3, rows: ['..', '..'], chosen: undefined },
  { guarantee: 'a lone seat is taken by whoever comes alone', quantity: 1, rows: ['x.x..x'], chosen: ['xox..x'] },
  { guarantee: 'rows longer than a word are seen whole', quantity: 3, rows: [`${'x'.repeat(31)}...${'x'.repeat(31)}`], chosen: [`${'x'.repeat(31)}ooo${'x'.repeat(31)}`] },
  { guarantee: 'ten at most, side by side', quantity: 10, rows: ['.........', '..........'], chosen: ['.........', 'oooooooooo'] },
];

for (const { guarantee, quantity, rows, chosen } of cases) {
  test(`best available: ${guarantee}`, () => assert.deepEqual(together(quantity, ...rows), chosen));
}

test('best available, apart: the largest pieces, each where it is best', () => {
  const rows = ['x..xx', '.xxx.'];
  const { blocks, free } = house(...rows);
  assert.deepEqual(shown(rows, bestApart(blocks, free, 3) ?? []), ['xooxx', 'oxxx.']);
  assert.equal(bestApart(blocks, free, 5), undefined);
  assert.equal(mostTogether(blocks, free, 10), 2);
});

const someRow = fc.array(fc.constantFrom('.', '.', 'x', ' '), { minLength: 1, maxLength: 70 }).map((seats) => seats.join('').trim().replaceAll(/ +/g, ' ') || '.');
const someRows = fc.array(someRow, { minLength: 1, maxLength: 6 });

test('best available finds what an exhaustive search finds, over arbitrary houses', () => {
  fc.assert(
    fc.property(someRows, fc.integer({ min: 1, max: 10 }), (rows, quantity) => {
      const { blocks, free, isFree } = house(...rows);
      let best = NO_POSITION;
      let bestScore = Infinity;
      for (const { from, to, row, middle } of blocks) {
        const can = (at: number): boolean => at >= from && at < to && isFree[at] === true;
        for (let at = from; at + quantity <= to; at++) {
          if (!Array.from({ length: quantity }, (_, i) => can(at + i)).every(Boolean)) continue;
          const orphans = Number(can(at - 1) && !can(at - 2)) + Number(can(at + quantity) && !can(at + quantity + 1));
          const score = orphans * 1e9 + row * 2 + Math.abs(at + (quantity - 1) / 2 - middle);
          if (score < bestScore) [best, bestScore] = [at, score];
        }
      }
      assert.equal(bestPosition(blocks, free, quantity), best);
    }),
    { numRuns: 500 },
  );
});

test('apart, as many are found as are free, and never one twice', () => {
  fc.assert(
    fc.property(someRows, fc.integer({ min: 1, max: 10 }), (rows, quantity) => {
      const { blocks, free, isFree } = house(...rows);
      const chosen = bestApart(blocks, free, quantity);
      const left = isFree.filter(Boolean).length;
      assert.equal(chosen === undefined, left < quantity);
      if (chosen !== undefined) assert.equal(new Set(chosen).size, quantity);
      for (const at of chosen ?? []) assert.equal(isFree[at], true);
    }),
  );
});

test('the choice looks at little of a hall of 15,000 seats of which 95 % are sold', () => {
  const random = new SeededRandom(7);
  const rows = Array.from({ length: 300 }, () => Array.from({ length: 50 }, () => (random.below(100) < 95 ? 'x' : '.')).join(''));
  const { blocks, free } = house(...rows);
  let looks = 0;
  const counted: FreePositions = { freeBits: (position) => (looks++, free.freeBits(position)) };
  for (const quantity of [1, 2, 3, 4, 10]) {
    looks = 0;
    bestPosition(blocks, counted, quantity);
    assert.ok(looks <= 5 * rows.length, `${looks} looks for ${quantity}`);
  }
});
