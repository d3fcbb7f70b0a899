import assert from 'node:assert/strict';
import { it } from 'node:test';
import { amountMinor } from '@traffic-tacos/kernel';
import { StoreCommands, withOtherContent } from '../../testing/store-commands.ts';
import type { CreateIntentOutcome, RecallOutcome } from '../payment-store.ts';
import { SUITE_TERMS, type OpenStore } from './store-under-test.ts';

export function keyTests(open: OpenStore): void {
  it('S6: fifty twins with one key create one intent, and all are given that one', async () => {
    const { store, clock } = await open(SUITE_TERMS);
    const commands = new StoreCommands(clock);
    const first = commands.create();
    const twins = Array.from({ length: 50 }, () => store.createIntent({ ...first, intentId: commands.id('pay') }));
    const outcomes = await Promise.all(twins);
    const ids = new Set(outcomes.map((outcome) => ('intent' in outcome ? outcome.intent.id : outcome.kind)));
    assert.equal(ids.size, 1);
    assert.equal(outcomes.filter((outcome) => outcome.kind === 'created').length, 1);
    assert.equal((await store.listByReservation(first.reservationId, 'alice')).length, 1);
  });

  it('S6: the same key with other content is a conflict and has no effect', async () => {
    const { store, clock } = await open(SUITE_TERMS);
    const commands = new StoreCommands(clock);
    const first = commands.create();
    await store.createIntent(first);
    const other = { ...first, intentId: commands.id('pay'), key: withOtherContent(first.key) };
    assert.deepEqual(await store.recall(other.key), { kind: 'idempotency_conflict' });
    assert.deepEqual(await store.createIntent(other), { kind: 'idempotency_conflict' });
    assert.equal((await store.listByReservation(first.reservationId, 'alice')).length, 1);
  });

  it('I7: a repetition is answered with what the first one showed, whatever has happened since', async () => {
    const { store, clock } = await open(SUITE_TERMS);
    const commands = new StoreCommands(clock);
    const first = commands.create();
    const created = await store.createIntent(first);
    clock.advance(200);
    await store.settle([first.intentId]);
    await store.refund({ intentId: first.intentId, reason: 'requested', amountMinor: undefined, currency: undefined, key: undefined });
    const recalled = await store.recall(first.key);
    assert.equal(recalled.kind, 'replayed');
    assert.deepEqual(shownBy(recalled), shownBy(created));
    assert.deepEqual(shownBy(recalled), [first.intentId, 'PENDING', 1_000, 0, 0, 0]);
  });

  it('keeps a key until its last millisecond; from its expiry on it counts as new', async () => {
    const { store, clock } = await open(SUITE_TERMS);
    const commands = new StoreCommands(clock);
    const first = commands.create();
    await store.createIntent(first);
    clock.advance(299_999);
    assert.equal((await store.recall(first.key)).kind, 'replayed');
    clock.advance(1);
    assert.deepEqual(await store.recall(first.key), { kind: 'new' });
    const again = await store.createIntent({ ...first, intentId: commands.id('pay'), key: withOtherContent(first.key) });
    assert.equal(again.kind, 'created');
    assert.deepEqual(await store.recall(first.key), { kind: 'idempotency_conflict' }, 'the later use holds now');
  });

  it('a keyed process is answered again as it was answered', async () => {
    const { store, clock } = await open(SUITE_TERMS);
    const commands = new StoreCommands(clock);
    const { intentId, ...rest } = commands.create({ scenario: 'TIMEOUT' });
    await store.createIntent({ intentId, ...rest });
    const key = commands.key('payment.process');
    const first = await store.process({ intentId, owner: 'alice', key });
    assert.equal(first.kind === 'processed' ? first.intent.status : first.kind, 'PROCESSING');
    await store.cancel({ intentId, owner: 'alice' });
    const again = await store.process({ intentId, owner: 'alice', key });
    assert.equal(again.kind === 'replayed' ? again.intent.status : again.kind, 'PROCESSING');
    assert.deepEqual(await store.process({ intentId, owner: 'alice', key: withOtherContent(key) }), { kind: 'idempotency_conflict' });
  });

  it('I7: a keyed partial refund gives back once; its repetition shows what the first one showed', async () => {
    const { store, clock } = await open(SUITE_TERMS);
    const commands = new StoreCommands(clock);
    const command = commands.create();
    await store.createIntent(command);
    clock.advance(200);
    const key = commands.key('payment.refund');
    const refund = { intentId: command.intentId, reason: 'requested', amountMinor: amountMinor(300), currency: undefined } as const;
    await store.refund({ ...refund, key });
    await store.refund({ ...refund, key: commands.key('payment.refund') });
    const again = await store.refund({ ...refund, key });
    assert.deepEqual(again.kind === 'replayed' ? [again.intent.refundedMinor, again.intent.sequence] : again, [300, 2]);
    assert.equal((await store.read(command.intentId, undefined))?.refundedMinor, 600);
    assert.deepEqual(await store.refund({ ...refund, key: withOtherContent(key) }), { kind: 'idempotency_conflict' });
  });

  it('does not keep the key of a refusal', async () => {
    const { store, clock } = await open(SUITE_TERMS);
    const commands = new StoreCommands(clock);
    const command = commands.create();
    await store.createIntent(command);
    const key = commands.key('payment.refund');
    const refund = { intentId: command.intentId, reason: 'requested', amountMinor: undefined, currency: undefined, key } as const;
    assert.equal((await store.refund(refund)).kind, 'not_captured');
    assert.deepEqual(await store.recall(key), { kind: 'new' });
    clock.advance(200);
    assert.equal((await store.refund(refund)).kind, 'refunded');
  });
}

function shownBy(outcome: CreateIntentOutcome | RecallOutcome): unknown {
  if (!('intent' in outcome)) return outcome.kind;
  const { id, status, amountMinor: amount, refundedMinor, sequence, createdAtMs, changedAtMs } = outcome.intent;
  return [id, status, amount, refundedMinor, sequence, changedAtMs - createdAtMs];
}
