import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { ArrivalOrder, NO_SLOT } from '../src/domain/arrival-order.ts';

type Step = readonly [kind: 'put' | 'remove' | 'sleep' | 'wake', at: number];

const steps = fc.array(fc.tuple(fc.constantFrom('put', 'put', 'put', 'remove', 'sleep', 'wake'), fc.nat(5_000)), { maxLength: 300 }) as fc.Arbitrary<Step[]>;

/** Plays the steps on the order and on a plain list, and compares everything after each. Gaps make slots lie far apart. */
function agrees(play: readonly Step[], gap: number, order = new ArrivalOrder()): boolean {
  const people = new Map<number, { row: number; isAwake: boolean }>();
  let next = 0;
  for (const [kind, at] of play) {
    const slots = [...people.keys()];
    const slot = slots[at % Math.max(1, slots.length)];
    if (kind === 'put') {
      people.set(next, { row: at, isAwake: true });
      order.put(next, at);
      next += 1 + gap * (at % 3);
    } else if (slot !== undefined) {
      order[kind](slot);
      if (kind === 'remove') people.delete(slot);
      else people.set(slot, { row: people.get(slot)?.row ?? 0, isAwake: kind === 'wake' });
    }
    if (!isSame(order, people)) return false;
  }
  return true;
}

function isSame(order: ArrivalOrder, people: ReadonlyMap<number, { readonly row: number; readonly isAwake: boolean }>): boolean {
  const slots = [...people.keys()].toSorted((a, b) => a - b);
  const awake = slots.filter((slot) => people.get(slot)?.isAwake === true);
  return (
    order.size === slots.length && order.awake === awake.length && order.nextAwake(0) === (awake[0] ?? NO_SLOT) && order.nextPresent(0) === (slots[0] ?? NO_SLOT) &&
    slots.every((slot, index) => order.ahead(slot) === index && order.rowAt(slot) === people.get(slot)?.row && order.has(slot)) &&
    awake.every((slot, index) => order.nextAwake(slot + 1) === (awake[index + 1] ?? NO_SLOT))
  );
}

test('I9: positions, rows and who is awake are those of a plain list, whatever comes and goes', () => {
  fc.assert(fc.property(steps, fc.constantFrom(0, 1, 700), (play, gap) => agrees(play, gap)), { numRuns: 300 });
});

test('planted bug: an order that forgets to take somebody out is found', () => {
  class Forgetful extends ArrivalOrder {
    override remove(slot: number): void {
      this.sleep(slot);
    }
  }
  assert.throws(() => fc.assert(fc.property(steps, (play) => agrees(play, 0, new Forgetful())), { seed: 1 }));
});

test('a million slots cost little more than four bytes each, and a line that has moved on gives its memory back', () => {
  const order = new ArrivalOrder();
  const before = process.memoryUsage().arrayBuffers;
  for (let slot = 0; slot < 1_000_000; slot++) order.put(slot, slot);
  assert.ok(process.memoryUsage().arrayBuffers - before < 6_000_000);
  assert.equal(order.ahead(999_999), 999_999);
  for (let slot = 0; slot < 999_000; slot++) order.remove(slot);
  assert.deepEqual([order.ahead(999_999), order.size, order.nextAwake(0), order.nextPresent(5)], [999, 1_000, 999_000, 999_000]);
});
