import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { RecordTable, StagedRecord } from '@traffic-tacos/journal';
import { amountMinor, DEFAULT_LIMITS, epochMs, SeededRandom, type PaymentIntentId, type ReservationId } from '@traffic-tacos/kernel';
import { createPaymentTables, type PaymentTables } from '../src/adapters/embedded/payment-tables.ts';
import { dueAtMs } from '../src/domain/intent-at.ts';
import { SCENARIOS } from '../src/domain/scenario.ts';
import { recordsOf } from '../src/testing/recorded-journal.ts';
import { StoreCommands } from '../src/testing/store-commands.ts';
import { embeddedWorld, type EmbeddedWorld } from './embedded-store.ts';
import { ask, bodyOf, pay, paymentWorld, type PaymentWorld } from './payment-world.ts';

describe('recovery of payments', () => {
  it('I4: recovered tables equal the live ones, with and without a fuzzy snapshot beside traffic', async () => {
    for (let seed = 1; seed <= 20; seed++) {
      const { world, snapshot, fromEntry } = await someHistory(seed);
      const wanted = pictureOf(world.memory);
      const [replayed, laidOver] = [createPaymentTables(DEFAULT_LIMITS), createPaymentTables(DEFAULT_LIMITS)];
      world.journal.recover(replayed.all);
      assert.deepEqual(pictureOf(replayed), wanted, `seed ${seed}: from the first entry`);
      world.journal.recover(laidOver.all, snapshot, fromEntry);
      assert.deepEqual(pictureOf(laidOver), wanted, `seed ${seed}: from the snapshot`);
    }
  });

  it('I6: replaying the whole journal over itself changes nothing', async () => {
    const { world } = await someHistory(99);
    const once = createPaymentTables(DEFAULT_LIMITS);
    world.journal.recover(once.all);
    const records = [once.intents, once.keys].flatMap((table: RecordTable<unknown>) => recordsOf(table).map((record) => ({ table, record })));
    const twice = createPaymentTables(DEFAULT_LIMITS);
    world.journal.recover(twice.all, records);
    assert.deepEqual(pictureOf(twice), pictureOf(once));
  });

  it('I3: captured payments that the history has stay in memory over a recovery where there is room; failed ones, and those beyond it, leave it to the history', async () => {
    const { store, clock, memory } = embeddedWorld();
    const commands = new StoreCommands(clock);
    const made = (['FAIL', 'APPROVE', 'APPROVE', 'APPROVE'] as const).map((scenario) => commands.create({ scenario }));
    for (const command of made) await store.createIntent(command);
    clock.advance(1_000);
    await store.settle(made.map(({ intentId }) => intentId));
    const { intents } = createPaymentTables({ ...DEFAULT_LIMITS, paymentIntentRows: 2 });
    const images = made.map(({ intentId }) => memory.intents.find(intentId) ?? assert.fail());
    for (const image of images) intents.forget(image);
    assert.deepEqual(images.map(({ id }) => intents.find(id)?.status), [undefined, 'COMPLETED', 'COMPLETED', undefined]);
    const [, captured] = images;
    assert.ok(captured !== undefined);
    intents.forget({ ...captured, version: captured.version + 1, status: 'REFUNDED' });
    assert.equal(intents.find(captured.id)?.status, 'REFUNDED');
  });

  it('S14: a settlement that was due while nobody ran happens at the start, once, as of its own instant', async () => {
    const before = paymentWorld();
    const id = await pay(before);
    const createdAtMs = before.clock.nowMs();
    before.journal.crash();
    before.clock.advance(500_000);
    const after = paymentWorld(undefined, before);
    assert.equal(await statusOf(after, id), 'COMPLETED', 'before anything is written');
    after.service.start();
    await after.pass(0);
    assert.deepEqual(after.told.map((fact) => [fact.id, fact.occurredAtMs]), [[`${id}.1`, createdAtMs + 200]]);
    await after.pass(1_000_000);
    assert.equal(after.told.length, 1);
    await after.service.stop();
    const again = paymentWorld(undefined, after);
    again.service.start();
    await again.pass(0);
    assert.deepEqual(again.told, [], 'settled and durable: not a second time');
    await again.service.stop();
  });

  it('S1: a crash between the settlement and its flush settles again, to the same record', async () => {
    const before = paymentWorld();
    const id = await pay(before, { scenario: 'FAIL' });
    before.journal.flushesByItself = false;
    before.clock.advance(100);
    before.service.start();
    void before.scheduler.wakeDue();
    await turn();
    const lost = imageOf(before, id);
    assert.equal(lost?.status, 'FAILED');
    assert.deepEqual(before.told, []);
    before.journal.crash();
    before.journal.flushesByItself = true;
    const after = paymentWorld(undefined, before);
    after.service.start();
    await after.pass(7_000);
    assert.deepEqual(imageOf(after, id), lost);
    assert.deepEqual(after.told.map((fact) => fact.type), ['payment.failed']);
    await after.service.stop();
  });

  it('S1: an intent whose creation was not flushed is gone, and its key makes a new one', async () => {
    const before = paymentWorld();
    const reservationId = before.reserve();
    const body = { reservationId, amount: 240_000, currency: 'KRW' };
    before.journal.flushesByItself = false;
    void ask(before, 'POST /v1/payments/intents', { body });
    await turn();
    assert.equal(before.journal.entryCount, 1);
    before.journal.crash();
    before.journal.flushesByItself = true;
    const after = paymentWorld(undefined, before);
    const listed = bodyOf(await ask(after, 'GET /v1/payments', { query: { reservationId } }));
    assert.deepEqual(listed['payments'], []);
    const created = await ask(after, 'POST /v1/payments/intents', { body });
    assert.deepEqual('headers' in created ? created.headers : undefined, undefined, 'not a replay');
    assert.equal('status' in created ? created.status : created.refused, 201);
  });

  it('I7: a key that was used before the restart is answered with the same bytes after it', async () => {
    const before = paymentWorld();
    const body = { reservationId: before.reserve(), amount: 240_000, currency: 'KRW', method: 'CREDIT_CARD' };
    const first = bodyOf(await ask(before, 'POST /v1/payments/intents', { body }));
    before.clock.advance(299_999);
    const after = paymentWorld(undefined, before);
    const again = await ask(after, 'POST /v1/payments/intents', { body });
    assert.equal(JSON.stringify(bodyOf(again)), JSON.stringify(first));
    assert.deepEqual('headers' in again ? again.headers : undefined, { 'idempotency-replayed': 'true' });
  });
});

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));
const imageOf = (world: PaymentWorld, id: string) => world.units.decideNow(world.service.steps.read(id as PaymentIntentId));
const statusOf = async (world: PaymentWorld, id: string) => bodyOf(await ask(world, 'GET /v1/payments/intents/:id', { id }))['status'];

interface History {
  readonly world: EmbeddedWorld;
  readonly snapshot: readonly StagedRecord[];
  /** Entries from here on are not all in the snapshot. */
  readonly fromEntry: number;
}

/** A seeded mix of all operations by three users over four reservations, with a snapshot walked in small slices beside it. */
async function someHistory(seed: number): Promise<History> {
  const world = embeddedWorld({ terms: { ...embeddedWorld().memory.terms, intentsPerReservation: 99 } });
  const random = new SeededRandom(seed);
  const commands = new StoreCommands(world.clock);
  const reservations = Array.from({ length: 4 }, () => commands.id('rsv'));
  const ids: PaymentIntentId[] = [];
  const snapshot: StagedRecord[] = [];
  const walks = [world.memory.intents, world.memory.keys].map((table: RecordTable<unknown>) => ({ table, cursor: 0 }));
  let fromEntry = 0;
  for (let i = 0; i < 160; i++) {
    await oneStep({ world, random, commands, reservations, ids });
    if (i < 60) continue;
    if (i === 60) fromEntry = world.journal.entryCount;
    const walk = walks.find(({ cursor }) => cursor !== -1);
    if (walk !== undefined) walk.cursor = walk.table.scan(walk.cursor, 2, (record) => snapshot.push({ table: walk.table, record }));
  }
  assert.deepEqual(walks.map(({ cursor }) => cursor), [-1, -1], 'the snapshot is finished');
  return { world, snapshot, fromEntry };
}

interface Scene {
  readonly world: EmbeddedWorld;
  readonly random: SeededRandom;
  readonly commands: StoreCommands;
  readonly reservations: readonly ReservationId[];
  /** Of the intents made so far. */
  readonly ids: PaymentIntentId[];
}

async function oneStep({ world, random, commands, reservations, ids }: Scene): Promise<void> {
  const { store, clock } = world;
  const intentId = ids[random.below(ids.length + 1)];
  const choice = random.below(6);
  if (intentId === undefined || choice < 2) {
    const command = commands.create({
      reservationId: reservations[random.below(4)] ?? commands.id('rsv'),
      userId: ['alice', 'bob', 'carol'][random.below(3)] ?? 'alice',
      scenario: SCENARIOS[random.below(5)] ?? 'APPROVE',
      method: random.below(2) === 0 ? undefined : 'BANK_TRANSFER',
      draw: random.u32(),
    });
    ids.push(command.intentId);
    await store.createIntent(command);
  } else if (choice === 2) await store.process({ intentId, owner: undefined, key: commands.key('payment.process') });
  else if (choice === 3) await store.cancel({ intentId, owner: undefined });
  else if (choice === 4) {
    const part = amountMinor(1 + random.below(999));
    await store.refund({ intentId, reason: 'requested', amountMinor: part, currency: 'KRW', key: commands.key('payment.refund') });
  } else await store.settle(ids);
  clock.advance(random.below(120));
}

/** Everything that can be seen of the tables. */
function pictureOf({ intents, keys }: Pick<PaymentTables, 'intents' | 'keys'>): unknown {
  const stored = recordsOf(intents);
  const ofUser = (user: string) => {
    const found: string[] = [];
    intents.visitUser(user, (intent) => found.push(intent.id) > 0);
    return found;
  };
  return {
    intents: stored.toSorted((a, b) => (a.id < b.id ? -1 : 1)),
    keys: recordsOf(keys).map((record) => JSON.stringify(record)).toSorted(),
    reservations: stored.map(({ reservationId }) => intents.ofReservation(reservationId).map((intent) => intent.id)),
    users: ['alice', 'bob', 'carol', 'nobody'].map(ofUser),
    nextDueAtMs: intents.nextDueAtMs(),
    due: intents.dueAt(epochMs(2 ** 45), 1_000).map((intent) => [intent.id, dueAtMs(intent)]),
    size: [intents.size, keys.size],
  };
}
