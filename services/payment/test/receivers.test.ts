import assert from 'node:assert/strict';
import { test } from 'node:test';
import { amountMinor, DEFAULT_LIMITS, epochMs, LimitReached, type PaymentIntentId } from '@traffic-tacos/kernel';
import { IntentTable } from '../src/adapters/embedded/intent-table.ts';
import type { Intent } from '../src/domain/intent.ts';
import { currencyCode } from '../src/testing/kept-reservations.ts';

const elsewhere = 'https://elsewhere.example/';
const FAILED_INTENT: Intent = {
  id: 'pay_01JC0000000000000000000042', version: 1, reservationId: 'rsv_01JC0000000000000000000043', eventId: 'evt_1', userId: 'u', traceId: '0'.repeat(32), amountMinor: amountMinor(1_000),
  currency: currencyCode('KRW'), scenario: 'FAIL', method: undefined, status: 'FAILED', result: 'failed', createdAtMs: epochMs(1), settleAtMs: epochMs(2), expiresAtMs: epochMs(3), changedAtMs: epochMs(2),
  refundedMinor: amountMinor(0), lastRefundMinor: amountMinor(0), refundReason: undefined, sequence: 1, factsAdded: 1, webhookUrl: undefined,
};

test('webhookReceivers: an address makes room for another when the last intent that names it has left memory', () => {
  const table = new IntentTable({ ...DEFAULT_LIMITS, webhookReceivers: 1 });
  const intent = (id: PaymentIntentId, webhookUrl: string | undefined): Intent => ({ ...FAILED_INTENT, id, webhookUrl });
  const [first, second] = [intent('pay_01JC0000000000000000000042', elsewhere), intent('pay_01JC0000000000000000000043', elsewhere)];
  for (const one of [first, second]) table.apply(one);
  const isRoom = (): boolean => {
    try {
      table.assertRoom('u', 'evt_1', 'https://other.example/');
      return true;
    } catch (thrown) {
      assert.ok(thrown instanceof LimitReached);
      return false;
    }
  };
  assert.equal(isRoom(), false);
  assert.equal(table.evict(0, first.version), true);
  assert.equal(isRoom(), false, 'one names it still');
  assert.equal(table.evict(1, second.version), true);
  assert.equal(isRoom(), true);
});
