import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { PaymentIntentId } from '@traffic-tacos/kernel';
import type { Intent } from '../../domain/intent.ts';
import { StoreCommands } from '../../testing/store-commands.ts';
import type { IntentPage, PaymentStore } from '../payment-store.ts';
import { SUITE_TERMS, type OpenStore } from './store-under-test.ts';

export function createAndListTests(open: OpenStore): void {
  it('creates an intent as asked for, PENDING, and reads it back', async () => {
    const { store, clock } = await open(SUITE_TERMS);
    const command = new StoreCommands(clock).create({ method: 'MOBILE_PAY', scenario: 'DELAY' });
    const outcome = await store.createIntent(command);
    assert.equal(outcome.kind, 'created');
    const read = await store.read(command.intentId, 'alice');
    assert.deepEqual(outcome.kind === 'created' ? outcome.intent : undefined, read);
    assert.deepEqual(factsOf(read), {
      status: 'PENDING', amountMinor: 1_000, currency: 'KRW', method: 'MOBILE_PAY', scenario: 'DELAY', refundedMinor: 0,
      userId: 'alice', reservationId: command.reservationId, createdAtMs: clock.nowMs(), expiresAtMs: clock.nowMs() + 900_000,
    });
  });

  it('I10: shows an intent to its owner and to a service without an owner check, to nobody else', async () => {
    const { store, clock } = await open(SUITE_TERMS);
    const command = new StoreCommands(clock).create();
    await store.createIntent(command);
    assert.equal((await store.read(command.intentId, undefined))?.id, command.intentId);
    assert.equal(await store.read(command.intentId, 'bob'), undefined);
    assert.deepEqual(await store.process({ intentId: command.intentId, owner: 'bob', key: undefined }), { kind: 'payment_not_found' });
    assert.deepEqual(await store.cancel({ intentId: command.intentId, owner: 'bob' }), { kind: 'payment_not_found' });
    assert.deepEqual(await store.listByReservation(command.reservationId, 'bob'), []);
    assert.equal((await store.read(command.intentId, 'alice'))?.status, 'PENDING');
  });

  it('answers payment_not_found for an id that was never given, and for a text that is no id', async () => {
    const { store, clock } = await open(SUITE_TERMS);
    for (const intentId of [new StoreCommands(clock).id('pay'), 'pay_short'] satisfies PaymentIntentId[]) {
      assert.equal(await store.read(intentId, undefined), undefined);
      assert.deepEqual(await store.process({ intentId, owner: undefined, key: undefined }), { kind: 'payment_not_found' });
      assert.deepEqual(await store.cancel({ intentId, owner: undefined }), { kind: 'payment_not_found' });
      const refund = { intentId, reason: 'requested', amountMinor: undefined, currency: undefined, key: undefined } as const;
      assert.deepEqual(await store.refund(refund), { kind: 'payment_not_found' });
      assert.deepEqual(await store.settle([intentId]), [{ kind: 'payment_not_found' }]);
      assert.deepEqual(await store.expire([intentId]), [{ kind: 'payment_not_found' }]);
    }
  });

  it('creates nothing when the reservation has changed since it was read', async () => {
    const { store, clock } = await open(SUITE_TERMS);
    const command = new StoreCommands(clock).create({ isReservationCurrent: () => false });
    assert.deepEqual(await store.createIntent(command), { kind: 'reservation_changed' });
    assert.deepEqual(await store.recall(command.key), { kind: 'new' });
    assert.equal(await store.read(command.intentId, undefined), undefined);
  });

  it('takes as many intents of one reservation as the limit says, and not one more', async () => {
    const { store, clock } = await open(SUITE_TERMS);
    const commands = new StoreCommands(clock);
    const { reservationId } = commands.create();
    for (let i = 0; i < SUITE_TERMS.intentsPerReservation; i++) {
      assert.equal((await store.createIntent(commands.create({ reservationId }))).kind, 'created');
    }
    assert.deepEqual(await store.createIntent(commands.create({ reservationId })), { kind: 'too_many_intents', limit: 3 });
    assert.equal((await store.listByReservation(reservationId, 'alice')).length, 3);
    assert.equal((await store.createIntent(commands.create())).kind, 'created');
  });

  it('lists newest first, in pages that neither repeat nor leave out', async () => {
    const { store, clock } = await open(SUITE_TERMS);
    const created = await createMany(store, new StoreCommands(clock), 7, () => clock.advance(1));
    const seen: string[] = [];
    let after: PaymentIntentId | undefined;
    do {
      const page: IntentPage = await store.listByUser({ userId: 'alice', status: undefined, after, limit: 3 });
      seen.push(...page.intents.map((intent) => intent.id));
      after = page.next;
    } while (after !== undefined);
    assert.deepEqual(seen, created.toReversed());
    const exact = await store.listByUser({ userId: 'alice', status: undefined, after: undefined, limit: 7 });
    assert.equal(exact.next, undefined);
    assert.deepEqual(await store.listByUser({ userId: 'nobody', status: undefined, after: undefined, limit: 3 }), { intents: [], next: undefined });
  });

  it('lists by the status that is true now, written down or not', async () => {
    const { store, clock } = await open(SUITE_TERMS);
    const commands = new StoreCommands(clock);
    await store.createIntent(commands.create({ scenario: 'FAIL' }));
    await store.createIntent(commands.create({ scenario: 'TIMEOUT' }));
    clock.advance(100);
    const failed = await store.listByUser({ userId: 'alice', status: 'FAILED', after: undefined, limit: 9 });
    assert.deepEqual(failed.intents.map((intent) => intent.scenario), ['FAIL']);
    const pending = await store.listByUser({ userId: 'alice', status: 'PENDING', after: undefined, limit: 9 });
    assert.deepEqual(pending.intents.map((intent) => intent.scenario), ['TIMEOUT']);
  });
}

async function createMany(store: PaymentStore, commands: StoreCommands, times: number, between: () => void): Promise<readonly string[]> {
  const ids: string[] = [];
  for (let i = 0; i < times; i++) {
    const command = commands.create();
    await store.createIntent(command);
    ids.push(command.intentId);
    between();
  }
  return ids;
}

function factsOf(intent: Intent | undefined) {
  if (intent === undefined) return undefined;
  const { status, amountMinor, currency, method, scenario, refundedMinor, userId, reservationId, createdAtMs, expiresAtMs } = intent;
  return { status, amountMinor, currency, method, scenario, refundedMinor, userId, reservationId, createdAtMs, expiresAtMs };
}
