import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PaymentIntentId } from '@traffic-tacos/kernel';
import { withSale } from './support/sale.ts';
import type { WiredServices } from './support/wired-services.ts';

const TOLD_WITHIN_MS = 30_000;

/** The buyer takes the payment back, and whatever is told of that has been told once. */
async function takeBack({ payment: { payment, follower } }: WiredServices, intentId: PaymentIntentId, wasTold: () => boolean): Promise<void> {
  const outcome = await payment.useCases.refundIntent({ callerId: 'alice', intentId, reason: 'requested', amountMinor: undefined, currency: undefined, idempotencyKey: undefined });
  assert.equal(outcome.kind, 'refunded');
  // It is told once it is on disk, in a later turn.
  const deadline = performance.now() + TOLD_WITHIN_MS;
  while (!wasTold() && performance.now() < deadline) await new Promise((resolve) => void setImmediate(resolve));
  await follower.stop();
}

const isAnswered = ({ tables }: WiredServices, intentId: PaymentIntentId): boolean => tables.payment.answered.statusOf(intentId) === 'REFUNDED';

test('I3: a payment that goes back after its seats were sold, while that answer is lost, has them returned by the repeated confirm', () =>
  withSale(async ({ held, paid, confirm, status, taken, proxy, wired }) => {
    const id = await held('alice', 'k1', 'A-1');
    const intent = await paid('alice', id, 1_000);
    proxy.become('mute');
    await assert.rejects(confirm('alice', id, intent));
    assert.deepEqual(await taken(), { held: 0, sold: 1 });
    await takeBack(wired, intent, () => wired.payment.follower.unanswered > 0);
    assert.ok(!isAnswered(wired, intent), 'the row may still become an order');
    proxy.become('open');
    assert.equal((await confirm('alice', id, intent)).kind, 'reservation_expired');
    assert.deepEqual([await status(id), await taken()], ['FAILED', { held: 0, sold: 0 }]);
  }));
