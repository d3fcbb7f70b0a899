import assert from 'node:assert/strict';
import { test } from 'node:test';
import { highestRate } from '../src/highest-rate.ts';

/** Looks for the capacity, and tells what was tried. */
async function search(capacity: number, first: number, guessBelow = first): Promise<{ readonly found: number; readonly tried: readonly number[] }> {
  const tried: number[] = [];
  const found = await highestRate({ rate: first, isHeld: first <= capacity, guessBelow }, 5, async (rate) => {
    tried.push(rate);
    return rate <= capacity;
  });
  return { found, tried };
}

test('the highest rate is found to within a tenth, below the first try and above it', async () => {
  for (const capacity of [12_000, 21_700, 29_900, 33_000, 60_000]) {
    const { found, tried } = await search(capacity, 30_000, capacity * 0.9);
    assert.ok(found <= capacity && found >= capacity / 1.1, `${found} of ${capacity}: ${tried.join()}`);
    assert.ok(tried.length <= 5);
  }
});

test('a guess that nothing came of is looked below, a first try is never repeated, and 0 is told where nothing holds', async () => {
  assert.equal((await search(0, 30_000)).found, 0);
  const { tried } = await search(0, 30_000, 40_000);
  assert.ok(tried.every((rate) => rate < 30_000), tried.join());
  assert.equal((await search(1_000_000, 30_000)).tried.length, 5);
});
