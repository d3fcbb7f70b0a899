import assert from 'node:assert/strict';
import { it } from 'node:test';
import { amountMinor, type PaymentIntentId } from '@traffic-tacos/kernel';
import { StoreCommands } from '../../testing/store-commands.ts';
import type { PaymentStore, RefundIntentCommand, RefundIntentOutcome } from '../payment-store.ts';
import { SUITE_TERMS, type OpenStore } from './store-under-test.ts';

export function refundTests(open: OpenStore): void {
  it('refunds nothing that is not captured', async () => {
    for (const [scenario, afterMs, status] of [['APPROVE', 199, 'PENDING'], ['FAIL', 100, 'FAILED'], ['TIMEOUT', 900_000, 'EXPIRED']] as const) {
      const { store, clock } = await open(SUITE_TERMS);
      const command = new StoreCommands(clock).create({ scenario });
      await store.createIntent(command);
      clock.advance(afterMs);
      assert.deepEqual(await store.refund(refundOf(command.intentId)), { kind: 'not_captured', status });
    }
  });

  it('refunds all that was captured, from the instant of the capture on, whether or not that is written down', async () => {
    for (const isWritten of [true, false]) {
      const { store, intentId } = await captured(open);
      if (isWritten) await store.settle([intentId]);
      assert.deepEqual(factsOf(await store.refund(refundOf(intentId))), ['REFUNDED', 1_000]);
      assert.deepEqual(factsOf(await store.refund(refundOf(intentId))), ['REFUNDED', 1_000], 'once more, the same');
      assert.deepEqual(factsOf(await store.refund(refundOf(intentId, { amountMinor: amountMinor(1_000) }))), ['REFUNDED', 1_000]);
      const read = await store.read(intentId, undefined);
      assert.deepEqual([read?.status, read?.refundedMinor], ['REFUNDED', 1_000]);
      assert.equal(read?.sequence, 2, 'the approval and the refund are two facts, however they were written');
      assert.deepEqual(await store.settle([intentId]), [{ kind: 'already_ended' }]);
    }
  });

  it('I3: partial refunds leave COMPLETED until the last unit is back, and never go beyond what was captured', async () => {
    const { store, intentId, commands } = await captured(open);
    const part = (amount: number) =>
      store.refund(refundOf(intentId, { amountMinor: amountMinor(amount), key: commands.key('payment.refund') }));
    assert.deepEqual(factsOf(await part(1)), ['COMPLETED', 1]);
    assert.deepEqual(factsOf(await part(998)), ['COMPLETED', 999]);
    assert.deepEqual(await part(2), { kind: 'exceeds_captured', refundableMinor: 1 });
    assert.deepEqual(await part(1_000), { kind: 'exceeds_captured', refundableMinor: 1 });
    assert.deepEqual(await part(1_001), { kind: 'exceeds_captured', refundableMinor: 1 });
    assert.deepEqual(factsOf(await part(1)), ['REFUNDED', 1_000]);
    assert.deepEqual(await part(1), { kind: 'exceeds_captured', refundableMinor: 0 });
  });

  it('gives back what is left when no amount is named after a partial refund', async () => {
    const { store, intentId, commands } = await captured(open);
    await store.refund(refundOf(intentId, { amountMinor: amountMinor(400), key: commands.key('payment.refund') }));
    assert.deepEqual(factsOf(await store.refund(refundOf(intentId))), ['REFUNDED', 1_000]);
    const read = await store.read(intentId, undefined);
    assert.equal(read?.lastRefundMinor, 600);
    assert.equal(read?.sequence, 3);
  });

  it('refuses a partial refund without a key, and money of another currency', async () => {
    const { store, intentId } = await captured(open);
    assert.deepEqual(await store.refund(refundOf(intentId, { amountMinor: amountMinor(999) })), { kind: 'partial_without_key' });
    assert.deepEqual(await store.refund(refundOf(intentId, { currency: 'USD' })), { kind: 'currency_differs', currency: 'KRW' });
    assert.equal((await store.read(intentId, undefined))?.refundedMinor, 0);
    assert.deepEqual(factsOf(await store.refund(refundOf(intentId, { currency: 'KRW' }))), ['REFUNDED', 1_000]);
  });

  it('refunds a captured intent of nothing at all once', async () => {
    const { store, intentId } = await captured(open, 0);
    assert.deepEqual(factsOf(await store.refund(refundOf(intentId))), ['REFUNDED', 0]);
    assert.deepEqual(factsOf(await store.refund(refundOf(intentId))), ['REFUNDED', 0]);
    assert.equal((await store.read(intentId, undefined))?.sequence, 2);
  });

  it('I7: fifty refunds at once give back what was captured, once', async () => {
    const { store, intentId, commands } = await captured(open);
    const attempts = Array.from({ length: 50 }, () =>
      store.refund(refundOf(intentId, { amountMinor: amountMinor(300), key: commands.key('payment.refund') })),
    );
    const outcomes = await Promise.all(attempts);
    assert.equal(outcomes.filter((outcome) => outcome.kind === 'refunded').length, 3);
    assert.equal((await store.read(intentId, undefined))?.refundedMinor, 900);
  });
}

async function captured(open: OpenStore, amount = 1_000) {
  const { store, clock } = await open(SUITE_TERMS);
  const commands = new StoreCommands(clock);
  const { intentId } = await create(store, commands, amount);
  clock.advance(200);
  return { store, commands, intentId };
}

async function create(store: PaymentStore, commands: StoreCommands, amount: number) {
  const command = commands.create({ amountMinor: amountMinor(amount) });
  assert.equal((await store.createIntent(command)).kind, 'created');
  return command;
}

const refundOf = (intentId: PaymentIntentId, otherwise: Partial<RefundIntentCommand> = {}): RefundIntentCommand => ({
  intentId,
  reason: 'requested',
  amountMinor: undefined,
  currency: undefined,
  key: undefined,
  ...otherwise,
});

const factsOf = (outcome: RefundIntentOutcome) =>
  outcome.kind === 'refunded' ? [outcome.intent.status, outcome.intent.refundedMinor] : outcome;
