import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { loadOrCreateKeys } from '@traffic-tacos/gateway';
import { parseEvent } from '@traffic-tacos/inventory';
import { eventLoop, openJournal, type StagedRecord } from '@traffic-tacos/journal';
import { ManualTimeSource, SimDisk } from '@traffic-tacos/journal/testing';
import { DEFAULT_LIMITS, present, SeededRandom, type PaymentIntentId, type ReservationId } from '@traffic-tacos/kernel';
import { createLogger, newWebhookSecret, readWebhookSecret, signWebhook, type WebhookSecrets } from '@traffic-tacos/kit';
import { testOptions } from '@traffic-tacos/platform/testing';
import { cancelReservation, holdSeats } from '@traffic-tacos/reservation';
import { createServices } from '../src/services.ts';
import { createPlatformTables } from '../src/tables.ts';

const TRACE = 'a'.repeat(32);
const HOLD_MS = 60_000;
const EVENT = { id: 'evt_1', name: 'One', currency: 'KRW', purchase_limit: 100, sections: [{ id: 'A', name: 'A', price: 1000, seat_ids: ['A-1', 'A-2'] }] };
const SECRETS: WebhookSecrets = [present(readWebhookSecret(newWebhookSecret()), 'a secret')];

type World = Awaited<ReturnType<typeof open>>;

/** Every service over one journal. Nothing but a webhook tells anybody of a result. */
async function open(failedPolicy: 'keep' | 'release' = 'keep', randomSeed?: number, idsSeed = 1) {
  const logger = createLogger({ service: 'test', level: 'silent', destination: 2 });
  const tables = createPlatformTables(DEFAULT_LIMITS);
  const time = new ManualTimeSource();
  const random = new SeededRandom(idsSeed);
  const disk = new SimDisk({ seed: 1 });
  const { journal, clock } = await openJournal({ disk, tables: tables.all, limits: DEFAULT_LIMITS, time, scheduler: eventLoop, random });
  const entries: (readonly StagedRecord[])[] = [];
  const append = journal.append.bind(journal);
  journal.append = (records) => {
    entries.push([...records]);
    append(records);
  };
  const ignore = (): void => undefined;
  const poster = { post: () => Promise.resolve({ kind: 'accepted' } as const), close: ignore };
  const ground = {
    tables, journal, disk, clock, random, keys: await makeKeys(), issuerUrl: 'http://gateway.test', onBroken: (cause: unknown) => assert.fail(String(cause)),
    webhooks: { secrets: SECRETS, poster, onFailure: ignore },
  };
  const options = testOptions('', { logger });
  const services = createServices(ground, { ...options, payment: { ...options.payment, failedPolicy, randomSeed } }, logger);
  const parsed = parseEvent(EVENT, DEFAULT_LIMITS);
  assert.ok(parsed.kind === 'valid');
  await services.inventory.store.putEvent(parsed.event);
  return { ...services, context: services.reservation.context, tables, time, clock, entries };
}

async function makeKeys() {
  const dir = await mkdtemp(join(tmpdir(), 'tacos-webhook-'));
  try {
    return await loadOrCreateKeys(dir);
  } finally {
    await rm(dir, { recursive: true });
  }
}

async function hold({ context }: World, userId = 'alice', idempotencyKey = 'k'): Promise<ReservationId> {
  const command = { userId, traceId: TRACE, idempotencyKey, eventId: EVENT.id, seatIds: ['A-1'], quantity: 1, section: undefined, reservationToken: undefined };
  const outcome = await holdSeats(context, command);
  assert.ok(outcome.kind === 'created', outcome.kind);
  return outcome.reservation.id;
}

async function pay({ payment }: World, reservationId: ReservationId, scenario: 'APPROVE' | 'FAIL' | 'TIMEOUT' | 'RANDOM' = 'APPROVE', key = scenario as string): Promise<PaymentIntentId> {
  const facts = { userId: 'alice', traceId: TRACE, idempotencyKey: key, reservationId, amountMinor: 1000, currency: 'KRW' };
  const outcome = await payment.useCases.createIntent({ ...facts, scenario, method: undefined });
  assert.ok(outcome.kind === 'created', outcome.kind);
  return outcome.intent.id;
}

const hurry = ({ payment }: World, intentId: PaymentIntentId) => payment.useCases.processIntent({ userId: 'alice', intentId, idempotencyKey: undefined });

/** Delivers a message as the route takes it: what it says of the result is the test's affair. */
async function deliver({ gateway, clock }: World, paymentIntentId: string, id = 'whk_1', said: object = {}) {
  const route = present(gateway.routes.find(({ path }) => path === '/api/v1/webhooks/payment'), 'the route');
  const body = Buffer.from(JSON.stringify({ type: 'payment.approved', payment_intent_id: paymentIntentId, ...said }));
  const headers = signWebhook(SECRETS[0], { id, timestampSeconds: Math.floor(clock.wallMs() / 1000), body });
  const answer = await route.handle({ params: {}, query: {}, body: { bytes: body }, caller: undefined, idempotencyKey: undefined, traceId: TRACE, address: '127.0.0.1', header: (name) => headers[name] });
  return 'refused' in answer ? answer.refused : (answer.body as { readonly duplicate: boolean }).duplicate ? 'duplicate' : 'followed';
}

const statusOf = async ({ context }: World, id: ReservationId) => (await context.store.read(id))?.status;
const paymentOf = async ({ payment }: World, id: PaymentIntentId) => (await payment.calls.read(id))?.status;
/** The names of what stands in the one entry that has the message's id. */
function entryWithId({ entries, tables }: World): readonly string[] {
  const found = entries.filter((entry) => entry.some(({ table }) => table === tables.gateway.webhookIds));
  assert.equal(found.length, 1, 'the id is written once');
  return present(found[0], 'an entry').map(({ table }) => table.name);
}

test('S12, I6: an approved payment confirms by its webhook alone; the id of the message stands in the entry of the order; a repetition changes nothing', async () => {
  const world = await open();
  const reservationId = await hold(world);
  const intentId = await pay(world, reservationId);
  await hurry(world, intentId);
  assert.equal(await deliver(world, intentId), 'followed');
  assert.equal(await statusOf(world, reservationId), 'CONFIRMED');
  const names = entryWithId(world);
  for (const name of ['order', 'reservation', 'hold', 'webhook received']) assert.ok(names.some((each) => each.includes(name)), `${name} among ${names.join(', ')}`);
  const before = world.entries.length;
  assert.equal(await deliver(world, intentId), 'duplicate');
  assert.equal(await deliver(world, intentId, 'whk_other'), 'followed', 'another message about it');
  assert.equal(world.entries.length, before + 1, 'of which only the id is kept');
});

test('a webhook is a hint: what follows is the payment as it is when it is read again, whatever the message says', async () => {
  const world = await open('release');
  const reservationId = await hold(world);
  const open1 = await pay(world, reservationId, 'TIMEOUT');
  assert.equal(await deliver(world, open1, 'whk_1', { type: 'payment.approved', status: 'COMPLETED', amount: 1 }), 'followed');
  assert.equal(await statusOf(world, reservationId), 'HOLD', 'an approval that is none confirms nothing');
  assert.equal(await deliver(world, open1, 'whk_2', { type: 'payment.failed' }), 'followed');
  assert.equal(await statusOf(world, reservationId), 'HOLD', 'a failure that is none releases nothing');
  const paid = await pay(world, reservationId, 'APPROVE');
  await hurry(world, paid);
  assert.equal(await deliver(world, paid, 'whk_3', { type: 'payment.failed', status: 'FAILED', amount: 7, reservation_id: 'rsv_other', user_id: 'mallory' }), 'followed');
  assert.equal(await statusOf(world, reservationId), 'CONFIRMED', 'an approval that is told as a failure confirms');
});

test('captured after cancel: the money goes back in the entry that has the id of the message; CANCELLED stays', async () => {
  const world = await open();
  const reservationId = await hold(world);
  const intentId = await pay(world, reservationId);
  await cancelReservation(world.context, { reservationId, userId: 'alice', traceId: TRACE, idempotencyKey: undefined });
  world.time.advance(200);
  await deliver(world, intentId);
  assert.deepEqual([await statusOf(world, reservationId), await paymentOf(world, intentId)], ['CANCELLED', 'REFUNDED']);
  assert.ok(entryWithId(world).includes('payment intent'));
});

test('captured after expiry: re-acquired where the seats are free; refunded and FAILED where they are gone', async () => {
  for (const isGone of [false, true]) {
    const world = await open();
    const reservationId = await hold(world);
    const intentId = await pay(world, reservationId, 'TIMEOUT');
    world.time.advance(HOLD_MS);
    if (isGone) await hold(world, 'bob', 'b');
    await world.payment.useCases.simulateWebhook({ intentId, target: 'COMPLETED', delaySeconds: 0, forceTrigger: false });
    assert.equal(await deliver(world, intentId), 'followed');
    const ended = [await statusOf(world, reservationId), await paymentOf(world, intentId)];
    assert.deepEqual(ended, isGone ? ['FAILED', 'REFUNDED'] : ['CONFIRMED', 'COMPLETED']);
    entryWithId(world);
  }
});

test('two intents captured for one reservation: the first wins, the other is refunded, in whatever order their messages come', async () => {
  for (const order of [[0, 1], [1, 0]]) {
    const world = await open();
    const reservationId = await hold(world);
    const intents = [await pay(world, reservationId, 'APPROVE', 'one'), await pay(world, reservationId, 'APPROVE', 'two')];
    for (const id of intents) await hurry(world, id);
    for (const at of order) await deliver(world, present(intents[at], 'an intent'), `whk_${at}`);
    const states = [await paymentOf(world, present(intents[0], 'one')), await paymentOf(world, present(intents[1], 'two'))];
    assert.deepEqual(states.toSorted(), ['COMPLETED', 'REFUNDED']);
    assert.equal(await statusOf(world, reservationId), 'CONFIRMED');
  }
});

test('failed: the hold stays under keep and ends at once under release; refunded: seats returned and tickets void, once', async () => {
  const kept = await open('keep');
  const keptId = await hold(kept);
  const keptIntent = await pay(kept, keptId, 'FAIL');
  await hurry(kept, keptIntent);
  await deliver(kept, keptIntent);
  assert.equal(await statusOf(kept, keptId), 'HOLD');
  const world = await open('release');
  const first = await hold(world);
  const failed = await pay(world, first, 'FAIL');
  await hurry(world, failed);
  await deliver(world, failed, 'whk_1');
  assert.equal(await statusOf(world, first), 'FAILED');
  assert.ok(entryWithId(world).includes('reservation'));
  const second = await hold(world, 'alice', 'again');
  const paid = await pay(world, second);
  await hurry(world, paid);
  await deliver(world, paid, 'whk_2');
  await world.payment.calls.refund(paid, 'requested');
  await Promise.all(['whk_3', 'whk_3', 'whk_4', 'whk_2', 'whk_5'].map((id) => deliver(world, paid, id)));
  assert.equal(await statusOf(world, second), 'REFUNDED');
  assert.equal(world.tables.gateway.webhookIds.size, 5, 'each id once, five at once');
});

test('with a seed the scenario RANDOM ends the same way in every run, whatever else is random', async () => {
  const endsOf = async (randomSeed: number, idsSeed: number): Promise<string> => {
    const world = await open('keep', randomSeed, idsSeed);
    const reservationId = await hold(world);
    const ends: (string | undefined)[] = [];
    for (let i = 0; i < 20; i++) ends.push((await world.payment.calls.read(await pay(world, reservationId, 'RANDOM', `k${i}`)))?.result);
    return ends.join();
  };
  const first = await endsOf(7, 1);
  assert.equal(await endsOf(7, 2), first);
  assert.notEqual(await endsOf(8, 1), first);
  assert.ok(first.includes('approved') && first.includes('failed'), first);
});

test('an unknown payment is not found, and its message is not remembered: the sender comes again', async () => {
  const world = await open();
  assert.equal(await deliver(world, `pay_${'0'.repeat(26)}`), 'PAYMENT_NOT_FOUND');
  assert.equal(world.tables.gateway.webhookIds.size, 0);
});

test('the ids remembered are as many as the limit says, the newest, and a restart finds them', async () => {
  const tables = createPlatformTables({ ...DEFAULT_LIMITS, webhookIds: 3 });
  const ids = tables.gateway.webhookIds;
  const { clock } = await open();
  for (const id of ['a', 'b', 'c', 'd']) ids.apply({ id, followedAtMs: clock.nowMs() });
  assert.deepEqual(['a', 'b', 'c', 'd'].map((id) => ids.has(id)), [false, true, true, true]);
  assert.equal(ids.size, 3);
  const again = createPlatformTables({ ...DEFAULT_LIMITS, webhookIds: 3 }).gateway.webhookIds;
  for (let cursor = 0; cursor !== -1; cursor = ids.scan(cursor, 2, (each) => again.restore(each)));
  assert.deepEqual(['b', 'c', 'd'].map((id) => again.has(id)), [true, true, true]);
});
