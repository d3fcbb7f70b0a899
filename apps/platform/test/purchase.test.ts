import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSystemTimeSource, eventLoop, openFileDisk, openJournal, Units } from '@traffic-tacos/journal';
import { DEFAULT_LIMITS, durationMs, SeededRandom, type PaymentIntentId } from '@traffic-tacos/kernel';
import { createPayment, DEFAULT_TIMINGS } from '@traffic-tacos/payment';
import { createPlatformTables, journalDir } from '@traffic-tacos/platform';
import { codeOf, withPlatform, type Client } from '@traffic-tacos/platform/testing';

test('a purchase over the public API: register, hold, pay, confirm, tickets', () =>
  withPlatform(async (on) => {
    await on.event('evt_1', 10);
    const stranger = await on.user('nobody');
    const registered = await stranger.post('gateway', '/api/v1/auth/register', { body: { username: 'alice', password: 'correct horse' } });
    assert.equal(registered.status, 201);
    const authorization = `Bearer ${String(registered.body['token'])}`;
    const post = (path: string, body: unknown, key?: string) =>
      stranger.post('gateway', `/api/v1${path}`, { body, headers: { authorization }, ...(key === undefined ? {} : { key }) });
    const held = await post('/reservations', { event_id: 'evt_1', seat_ids: ['A-1', 'A-2'] }, 'k1');
    assert.equal(held.status, 201);
    assert.equal(held.body['total_amount'], 2000);
    const reservationId = held.body['reservation_id'];
    const early = await post(`/reservations/${String(reservationId)}/confirm`, { payment_intent_id: `pay_${'0'.repeat(26)}` });
    assert.equal(early.status, 412);
    const intent = await post('/payments/intent', { reservation_id: reservationId, amount: 2000, currency: 'KRW' }, 'k2');
    assert.equal(intent.status, 201);
    const paymentIntentId = intent.body['payment_intent_id'];
    await post('/payments/process', { payment_intent_id: paymentIntentId });
    const confirmed = await post(`/reservations/${String(reservationId)}/confirm`, { payment_intent_id: paymentIntentId });
    assert.equal(confirmed.status, 200, confirmed.text);
    const order = await stranger.call('gateway', 'GET', `/api/v1/orders/${String(confirmed.body['order_id'])}`, { headers: { authorization } });
    const tickets = order.body['tickets'] as readonly { readonly seat_id: string; readonly code: string }[];
    assert.deepEqual(tickets.map(({ seat_id }) => seat_id), ['A-1', 'A-2']);
    assert.equal(new Set(tickets.map(({ code }) => code)).size, 2);
    const availability = await stranger.get('gateway', '/api/v1/events/evt_1/availability');
    assert.equal(availability.body['remaining'], 1008);
  }));

test('the payment of a buyer who never comes back still becomes an order', () =>
  withPlatform(async (on) => {
    await on.event('evt_1', 4);
    const alice = await on.user('alice');
    const held = await alice.hold('evt_1', ['A-1']);
    await alice.pay(held.id, 1000);
    const seen = await until(() => alice.get('reservation', `/v1/reservations/${held.id}`), ({ body }) => body['status'] === 'CONFIRMED');
    assert.ok(seen.body['orderId']);
  }));

test('a payment captured after the hold has ended gets the seats again, or the money back where they are gone', () =>
  withPlatform(
    async (on) => {
      await on.event('evt_1', 4);
      const alice = await on.user('alice');
      const bob = await on.user('bob');
      const lucky = await alice.hold('evt_1', ['A-1']);
      const unlucky = await alice.hold('evt_1', ['A-2']);
      const intents = await Promise.all([lucky, unlucky].map(({ id }) => slowIntent(alice, id)));
      await until(() => alice.get('reservation', `/v1/reservations/${unlucky.id}`), ({ body }) => body['status'] === 'EXPIRED');
      assert.equal((await bob.hold('evt_1', ['A-2'])).status, 201);
      await Promise.all(intents.map((id) => alice.post('gateway', '/api/v1/payments/process', { body: { payment_intent_id: id } })));
      assert.equal((await alice.confirm(lucky.id, intents[0] ?? '')).status, 200);
      assert.equal(codeOf(await alice.confirm(unlucky.id, intents[1] ?? '')), 'RESERVATION_EXPIRED');
      const refunded = await until(
        () => alice.get('gateway', `/api/v1/payments/${intents[1] ?? ''}/status`),
        ({ body }) => body['status'] === 'REFUNDED',
      );
      assert.equal(refunded.status, 200);
      assert.equal((await alice.get('reservation', `/v1/reservations/${unlucky.id}`)).body['status'], 'FAILED');
    },
    { holdMs: durationMs(400) },
  ));

test('a full refund of an order gives the seats back and voids the tickets', () =>
  withPlatform(async (on) => {
    await on.event('evt_1', 2);
    const alice = await on.user('alice');
    const held = await alice.hold('evt_1', ['A-1', 'A-2']);
    const intentId = await alice.pay(held.id, 2000);
    const confirmed = await alice.confirm(held.id, intentId);
    const admin = await on.user('root', 'admin');
    const part = await admin.post('payment', `/v1/payments/intents/${intentId}/refund`, { key: 'r1', body: { amount: 500 } });
    assert.equal(part.status, 200, part.text);
    assert.equal((await alice.get('reservation', `/v1/reservations/${held.id}`)).body['status'], 'CONFIRMED');
    assert.equal((await admin.post('payment', `/v1/payments/intents/${intentId}/refund`, {})).status, 200);
    await until(() => alice.get('reservation', `/v1/reservations/${held.id}`), ({ body }) => body['status'] === 'REFUNDED');
    const order = await alice.get('gateway', `/api/v1/orders/${String(confirmed.body['orderId'])}`);
    const tickets = order.body['tickets'] as readonly { readonly status: string }[];
    assert.deepEqual(tickets.map(({ status }) => status), ['VOID', 'VOID']);
    assert.equal((await (await on.user('bob')).hold('evt_1', ['A-1', 'A-2'])).status, 201);
  }));

test('I3: a payment of which a part went back before it was followed is neither kept nor lost', () =>
  withPlatform(async (on) => {
    await on.event('evt_1', 20);
    const admin = await on.user('root', 'admin');
    const alice = await on.user('alice');
    for (let i = 1; i <= 10; i++) {
      const { id } = await alice.hold('evt_1', [`A-${i}`]);
      const intentId = await slowIntent(alice, id);
      const refund = { key: `r${i}`, body: { amount: 1 } };
      await Promise.all([
        alice.post('gateway', '/api/v1/payments/process', { body: { payment_intent_id: intentId } }),
        admin.post('payment', `/v1/payments/intents/${intentId}/refund`, refund),
      ]);
      const payment = () => alice.get('gateway', `/api/v1/payments/${intentId}/status`);
      const reservation = () => alice.get('reservation', `/v1/reservations/${id}`);
      const ended = async () => [(await payment()).body['status'], (await reservation()).body['status']];
      await until(ended, ([paid, reserved]) => paid === 'REFUNDED' || reserved === 'CONFIRMED');
    }
  }));

test('I3: what was captured before a crash, and not followed, is followed up by the next start', async () => {
  await withPlatform(async (on) => {
    await on.event('evt_1', 2);
    const alice = await on.user('alice');
    const held = await alice.hold('evt_1', ['A-1']);
    const intentId = await slowIntent(alice, held.id);
    await on.stop();
    await captureUnseen(on.dataDir, intentId);
    const next = await on.restart();
    const found = await (await next.user('alice')).get('reservation', `/v1/reservations/${held.id}`);
    assert.equal(found.body['status'], 'CONFIRMED');
    await next.stop();
  });
});

test('I4: a payment that is under way at a restart still gets its result, and its order', async () => {
  const held: string[] = [];
  await withPlatform(async (on) => {
    await on.event('evt_1', 2);
    const alice = await on.user('alice');
    held.push((await alice.hold('evt_1', ['A-1'])).id);
    await slowIntent(alice, held[0] ?? '');
    const next = await on.restart();
    const again = await next.user('alice');
    await until(() => again.get('reservation', `/v1/reservations/${held[0] ?? ''}`), ({ body }) => body['status'] === 'CONFIRMED');
    assert.deepEqual(next.platform.audit().breaches, []);
    await next.stop();
  });
});

test('holds are released by themselves, and the same seats are sold again', () =>
  withPlatform(
    async (on) => {
      await on.event('evt_1', 2);
      const alice = await on.user('alice');
      const held = await alice.hold('evt_1', ['A-1', 'A-2']);
      const again = await until(() => alice.hold('evt_1', ['A-1', 'A-2']), ({ status }) => status === 201);
      assert.notEqual(again.id, held.id);
      const first = await alice.get('reservation', `/v1/reservations/${held.id}`);
      assert.equal(first.body['status'], 'EXPIRED');
      assert.ok(Date.parse(String(again.body['createdAt'])) >= Date.parse(String(held.body['holdExpiresAt'])), 'released early');
    },
    { holdMs: durationMs(300) },
  ));

test('I4: everything acknowledged is there after a restart, and idempotency keys too', async () => {
  await withPlatform(async (on) => {
    await on.event('evt_1', 10);
    const alice = await on.user('alice');
    const held = await alice.hold('evt_1', ['A-1'], 'key-1');
    const sold = await alice.hold('evt_1', ['A-2']);
    await alice.confirm(sold.id, await alice.pay(sold.id, 1000));
    const next = await on.restart();
    try {
      const again = await next.user('alice');
      assert.equal((await again.get('reservation', `/v1/reservations/${held.id}`)).body['status'], 'HOLD');
      assert.equal((await again.get('reservation', `/v1/reservations/${sold.id}`)).body['status'], 'CONFIRMED');
      const replayed = await again.hold('evt_1', ['A-1'], 'key-1');
      assert.equal(replayed.text, held.text);
      assert.equal(replayed.headers['idempotency-replayed'], 'true');
      assert.equal(codeOf(await again.hold('evt_1', ['A-2'])), 'SEAT_UNAVAILABLE');
      assert.deepEqual(next.platform.audit().breaches, []);
    } finally {
      await next.stop();
    }
  });
});

/** Records the capture of an intent in a stopped platform's journal, with nobody there who would follow it up. */
async function captureUnseen(dataDir: string, intentId: string): Promise<void> {
  const tables = createPlatformTables(DEFAULT_LIMITS);
  const disk = await openFileDisk(journalDir(dataDir));
  const { journal, clock } = await openJournal({
    disk, tables: tables.all, limits: DEFAULT_LIMITS, time: createSystemTimeSource(), scheduler: eventLoop, random: new SeededRandom(1),
  });
  const ignore = (): void => undefined;
  const payment = createPayment({
    journal: { units: new Units(journal, 5), tables: tables.payment }, clock, scheduler: { at: () => ignore },
    random: { ids: new SeededRandom(1), draws: new SeededRandom(1) }, reservationFacts: { read: () => Promise.resolve({ kind: 'not_found' }) },
    results: { approved: ignore, failed: ignore, refunded: ignore },
    settings: { timings: DEFAULT_TIMINGS, limits: DEFAULT_LIMITS, intentsPerReservation: 20 },
  });
  const outcome = await payment.store.process({ intentId: intentId as PaymentIntentId, owner: undefined, key: undefined });
  assert.equal(outcome.kind === 'processed' && outcome.intent.status, 'COMPLETED');
  await journal.close();
}

/** An intent that has no result until it is hurried. */
async function slowIntent(client: Client, reservationId: string): Promise<string> {
  const body = { reservation_id: reservationId, amount: 1000, currency: 'KRW', scenario: 'DELAY' };
  const made = await client.post('gateway', '/api/v1/payments/intent', { key: crypto.randomUUID(), body });
  assert.equal(made.status, 201, made.text);
  return String(made.body['payment_intent_id']);
}

/** Asks again until the answer is as wanted: every question is a turn of the event loop and of the server. */
async function until<T>(ask: () => Promise<T>, isWanted: (answer: T) => boolean): Promise<T> {
  const deadline = performance.now() + 10_000;
  for (;;) {
    const answer = await ask();
    if (isWanted(answer)) return answer;
    assert.ok(performance.now() < deadline, `not within 10 s: ${JSON.stringify(answer)}`);
  }
}
