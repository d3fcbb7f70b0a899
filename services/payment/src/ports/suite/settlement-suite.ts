import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { PaymentIntentId } from '@traffic-tacos/kernel';
import type { Scenario } from '../../domain/scenario.ts';
import { StoreCommands } from '../../testing/store-commands.ts';
import type { PaymentStore } from '../payment-store.ts';
import { SUITE_TERMS, type OpenStore } from './store-under-test.ts';

/** Scenario, the draw that it is given, when it ends, and as what. 0xcccccccc is the first draw of 2^32 that RANDOM fails. */
const ENDINGS: readonly (readonly [Scenario, number, number, string])[] = [
  ['APPROVE', 0xffffffff, 200, 'COMPLETED'],
  ['FAIL', 0, 100, 'FAILED'],
  ['DELAY', 0, 3_000, 'COMPLETED'],
  ['RANDOM', 0, 200, 'COMPLETED'],
  ['RANDOM', 0xcccccccb, 200, 'COMPLETED'],
  ['RANDOM', 0xcccccccc, 100, 'FAILED'],
  ['TIMEOUT', 0, 900_000, 'EXPIRED'],
];

export function settlementTests(open: OpenStore): void {
  for (const [scenario, draw, endsAfterMs, ending] of ENDINGS) {
    it(`I3: ${scenario} (draw ${draw}) is PENDING until ${endsAfterMs} ms, ${ending} from that instant on, written down or not`, async () => {
      const { store, clock } = await open(SUITE_TERMS);
      const { intentId } = await create(store, new StoreCommands(clock), scenario, draw);
      clock.advance(endsAfterMs - 1);
      assert.equal((await store.read(intentId, undefined))?.status, 'PENDING');
      assert.deepEqual(await store.dueIntents(clock.nowMs(), 10), []);
      assert.deepEqual(await endNow(store, intentId), ['not_due', 'not_due']);
      clock.advance(1);
      const read = await store.read(intentId, undefined);
      assert.equal(read?.status, ending);
      const due = ending === 'EXPIRED' ? 'expiry' : 'settlement';
      assert.deepEqual(await store.dueIntents(clock.nowMs(), 10), [{ intentId, due }]);
      clock.advance(12_345);
      assert.deepEqual(await endNow(store, intentId), due === 'settlement' ? ['ended', 'already_ended'] : ['not_due', 'ended']);
      assert.deepEqual(await store.read(intentId, undefined), read, 'what is written is what was read before');
      assert.deepEqual(await endNow(store, intentId), ['already_ended', 'already_ended']);
      assert.deepEqual(await store.dueIntents(clock.nowMs(), 10), []);
    });
  }

  it('gives the due intents in the order of their instants, no more than asked for, and keeps them due', async () => {
    const { store, clock } = await open(SUITE_TERMS);
    const commands = new StoreCommands(clock);
    const late = await create(store, commands, 'DELAY', 0);
    const middle = await create(store, commands, 'APPROVE', 0);
    const first = await create(store, commands, 'FAIL', 0);
    clock.advance(3_000);
    const idsOf = async (limit: number) => (await store.dueIntents(clock.nowMs(), limit)).map((due) => due.intentId);
    assert.deepEqual(await idsOf(2), [first.intentId, middle.intentId]);
    assert.deepEqual(await idsOf(9), [first.intentId, middle.intentId, late.intentId]);
    await store.settle([first.intentId]);
    assert.deepEqual(await idsOf(9), [middle.intentId, late.intentId]);
  });

  it('process hurries the result that was drawn and never draws a second one', async () => {
    for (const [scenario, draw, endsAfterMs, ending] of ENDINGS) {
      const { store, clock } = await open(SUITE_TERMS);
      const { intentId } = await create(store, new StoreCommands(clock), scenario, draw);
      clock.advance(Math.min(endsAfterMs, 50) - 1);
      const outcome = await store.process({ intentId, owner: 'alice', key: undefined });
      const status = ending === 'EXPIRED' ? 'PROCESSING' : ending;
      assert.equal(outcome.kind === 'processed' ? outcome.intent.status : outcome.kind, status, scenario);
      const again = await store.process({ intentId, owner: 'alice', key: undefined });
      assert.deepEqual(again, outcome, 'a second process changes nothing');
      clock.advance(900_000);
      assert.equal((await store.read(intentId, undefined))?.status, ending);
    }
  });

  it('process after the end answers the status that the intent has', async () => {
    const { store, clock } = await open(SUITE_TERMS);
    const { intentId } = await create(store, new StoreCommands(clock), 'FAIL', 0);
    clock.advance(100);
    const outcome = await store.process({ intentId, owner: 'alice', key: undefined });
    assert.equal(outcome.kind === 'processed' ? outcome.intent.status : outcome.kind, 'FAILED');
    await store.settle([intentId]);
    assert.deepEqual(await store.process({ intentId, owner: 'alice', key: undefined }), outcome);
  });

  it('cancels until the millisecond before the result, and refuses from its instant on', async () => {
    const { store, clock } = await open(SUITE_TERMS);
    const commands = new StoreCommands(clock);
    const early = await create(store, commands, 'APPROVE', 0);
    const late = await create(store, commands, 'APPROVE', 0);
    clock.advance(199);
    const cancelled = await store.cancel({ intentId: early.intentId, owner: 'alice' });
    assert.equal(cancelled.kind === 'cancelled' ? cancelled.intent.status : cancelled.kind, 'CANCELLED');
    clock.advance(1);
    assert.deepEqual(await store.cancel({ intentId: late.intentId, owner: 'alice' }), { kind: 'already_ended', status: 'COMPLETED' });
    assert.deepEqual(await store.cancel({ intentId: early.intentId, owner: 'alice' }), cancelled, 'once more, the same');
    assert.deepEqual(await endNow(store, early.intentId), ['already_ended', 'already_ended']);
    clock.advance(900_000);
    assert.equal((await store.read(early.intentId, undefined))?.status, 'CANCELLED');
  });

  it('cancels an intent that waits as PROCESSING', async () => {
    const { store, clock } = await open(SUITE_TERMS);
    const { intentId } = await create(store, new StoreCommands(clock), 'TIMEOUT', 0);
    await store.process({ intentId, owner: 'alice', key: undefined });
    const outcome = await store.cancel({ intentId, owner: 'alice' });
    assert.equal(outcome.kind === 'cancelled' ? outcome.intent.status : outcome.kind, 'CANCELLED');
  });
}

async function create(store: PaymentStore, commands: StoreCommands, scenario: Scenario, draw: number) {
  const command = commands.create({ scenario, draw });
  assert.equal((await store.createIntent(command)).kind, 'created');
  return command;
}

/** What a settling and an expiring wake-up meet now, in this order. */
async function endNow(store: PaymentStore, intentId: PaymentIntentId): Promise<readonly string[]> {
  const settled = await store.settle([intentId]);
  const expired = await store.expire([intentId]);
  return [...settled, ...expired].map((outcome) => outcome.kind);
}
