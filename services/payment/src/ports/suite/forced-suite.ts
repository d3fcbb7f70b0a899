import assert from 'node:assert/strict';
import { it } from 'node:test';
import { durationMs } from '@traffic-tacos/kernel';
import { StoreCommands } from '../../testing/store-commands.ts';
import { SUITE_TERMS, type OpenStore } from './store-under-test.ts';

const NOW = { isRepeatable: false, delayMs: durationMs(0) };

/** Results that are forced, for tests of whoever receives them. */
export function forcedTests(open: OpenStore): void {
  it('brings an open intent to a result now, and to a refund by way of its capture', async () => {
    for (const target of ['COMPLETED', 'FAILED', 'REFUNDED'] as const) {
      const { store, clock } = await open(SUITE_TERMS);
      const commands = new StoreCommands(clock);
      const { intentId } = commands.create();
      await store.createIntent(commands.create({ intentId, scenario: 'TIMEOUT' }));
      const outcome = await store.force({ ...NOW, intentId, target });
      assert.equal(outcome.kind === 'forced' ? outcome.intent.status : outcome.kind, target);
      const read = await store.read(intentId, undefined);
      assert.deepEqual([read?.status, read?.sequence, read?.refundedMinor], [target, target === 'REFUNDED' ? 2 : 1, target === 'REFUNDED' ? 1_000 : 0]);
    }
  });

  it('repeats a state that is there already only where that is wanted, and leaves no state that has ended', async () => {
    const { store, clock } = await open(SUITE_TERMS);
    const commands = new StoreCommands(clock);
    const { intentId } = commands.create();
    await store.createIntent(commands.create({ intentId }));
    await store.force({ ...NOW, intentId, target: 'FAILED' });
    assert.deepEqual(await store.force({ ...NOW, intentId, target: 'FAILED' }), { kind: 'already_ended', status: 'FAILED' });
    assert.equal((await store.force({ ...NOW, intentId, target: 'FAILED', isRepeatable: true })).kind, 'forced');
    for (const target of ['COMPLETED', 'REFUNDED'] as const) {
      assert.deepEqual(await store.force({ ...NOW, intentId, target }), { kind: 'already_ended', status: 'FAILED' });
    }
    assert.deepEqual(await store.force({ ...NOW, intentId: commands.id('pay'), target: 'FAILED' }), { kind: 'payment_not_found' });
    assert.equal((await store.read(intentId, undefined))?.sequence, 1, 'a repetition is no second fact');
  });
}
