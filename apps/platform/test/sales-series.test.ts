import assert from 'node:assert/strict';
import { test } from 'node:test';
import { epochMs } from '@traffic-tacos/kernel';
import { salesSeries } from '@traffic-tacos/platform';
import type { OrderWithFacts } from '@traffic-tacos/reservation';

const NOON = Date.UTC(2026, 10, 20, 12);

const sold = (afterMs: number, quantity: number, status = 'CONFIRMED'): OrderWithFacts =>
  ({ order: { createdAtMs: epochMs(NOON + afterMs), status }, reservation: { quantity, totalMinor: quantity * 1000 } }) as OrderWithFacts;

test('sales over time: nothing sold is an empty series', () => assert.deepEqual(salesSeries([], 24), { stepMs: 1000, steps: [] }));

test('sales over time: steps are as short as the most allows, without gaps, and add up to what was sold, in any order', () => {
  const orders = [sold(0, 2), sold(59_000, 1), sold(600_000, 4, 'REFUNDED'), sold(3_000_000, 1)];
  for (const list of [orders, orders.toReversed()]) {
    const { stepMs, steps } = salesSeries(list, 24);
    assert.equal(stepMs, 300_000);
    assert.deepEqual(steps.map(({ fromMs }) => fromMs), Array.from({ length: 11 }, (_, i) => NOON + i * 300_000));
    assert.deepEqual(steps.map(({ places }) => places), [3, 0, 4, 0, 0, 0, 0, 0, 0, 0, 1]);
    assert.equal(steps.reduce((sum, { amountMinor }) => sum + amountMinor, 0), 8_000);
    assert.deepEqual(steps.map(({ refundedOrders }) => refundedOrders).filter((refunded) => refunded > 0), [1]);
  }
});

test('sales over time: years of sales still fit', () => {
  const { steps } = salesSeries(Array.from({ length: 200 }, (_, i) => sold(i * 30 * 86_400_000, 1)), 24);
  assert.ok(steps.length <= 24);
  assert.equal(steps.reduce((sum, { places }) => sum + places, 0), 200);
});
