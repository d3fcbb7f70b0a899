import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { HistoryReader } from '@traffic-tacos/journal';
import { DEFAULT_LIMITS, durationMs } from '@traffic-tacos/kernel';
import { historyPath } from '@traffic-tacos/platform';
import { withPlatform, type Client, type TestPlatform } from '@traffic-tacos/platform/testing';
import { ORDER_SHAPE, RESERVATION_SHAPE } from '@traffic-tacos/reservation/history';

const AT_ONCE = { limits: { ...DEFAULT_LIMITS, historyGraceMs: 1 } };
const WITHIN_MS = 60_000;

test('I4: a reservation that has left memory reads, cancels and replays as before, and after a restart', () =>
  withPlatform(async (on) => {
    await on.event('evt_1', 6);
    const alice = await on.user('alice');
    const key = crypto.randomUUID();
    const held = await alice.hold('evt_1', ['A-1', 'A-2'], key);
    const cancelled = await alice.cancel(held.id);
    const read = await alice.get('reservation', `/v1/reservations/${held.id}`);
    await untilMoved(on, 1);
    assert.deepEqual((await alice.get('reservation', `/v1/reservations/${held.id}`)).body, read.body);
    const again = await alice.cancel(held.id);
    assert.equal(again.status, 200);
    assert.deepEqual(again.body, cancelled.body);
    const replayed = await alice.hold('evt_1', ['A-1', 'A-2'], key);
    assert.equal(replayed.text, held.text);
    assert.equal(replayed.headers['idempotency-replayed'], 'true');
    const after = await on.restart();
    const aliceAgain = await after.user('alice');
    assert.deepEqual((await aliceAgain.get('reservation', `/v1/reservations/${held.id}`)).body, read.body);
    assert.equal((await aliceAgain.cancel(held.id)).status, 200);
    const bob = await after.user('bob');
    assert.equal((await bob.get('reservation', `/v1/reservations/${held.id}`)).status, 404);
    assert.equal((await bob.cancel(held.id)).status, 404);
    await after.stop();
  }, AT_ONCE));

test('a list goes on across the border between memory and history, newest first, each reservation once', () =>
  withPlatform(async (on) => {
    await on.event('evt_1', 30);
    const alice = await on.user('alice');
    const ids: string[] = [];
    for (let i = 1; i <= 9; i++) {
      ids.unshift((await alice.hold('evt_1', [`A-${i}`])).id);
      // Ids sort by their instant, and those of one millisecond by chance.
      for (const madeByMs = on.platform.nowMs(); on.platform.nowMs() === madeByMs; ) await setImmediate();
    }
    for (const id of ids.filter((_, i) => i % 2 === 1)) await alice.cancel(id);
    await untilMoved(on, 4);
    for (const limit of [1, 2, 3, 100]) assert.deepEqual(await listed(alice, limit), ids, `pages of ${limit}`);
    assert.deepEqual(await listed(alice, 2, '&status=CANCELLED'), ids.filter((_, i) => i % 2 === 1));
  }, AT_ONCE));

test('I2: an order in the history reads with its tickets, and a full refund of it gives the seats back', () =>
  withPlatform(async (on) => {
    await on.event('evt_1', 4);
    const alice = await on.user('alice');
    const { id } = await alice.hold('evt_1', ['A-1', 'A-2']);
    const intentId = await alice.pay(id, 2000);
    const confirmed = await alice.confirm(id, intentId);
    const orderId = String(confirmed.body['orderId']);
    const order = await alice.get('gateway', `/api/v1/orders/${orderId}`);
    await untilMoved(on, 2);
    assert.deepEqual((await alice.get('gateway', `/api/v1/orders/${orderId}`)).body, order.body);
    assert.deepEqual((await alice.get('reservation', '/v1/orders')).body['orders'], [(await alice.get('reservation', `/v1/orders/${orderId}`)).body]);
    assert.equal((await alice.confirm(id, intentId)).status, 200);
    const admin = await on.user('root', 'admin');
    assert.equal((await admin.post('payment', `/v1/payments/intents/${intentId}/refund`, {})).status, 200);
    await until(async () => (await alice.get('reservation', `/v1/reservations/${id}`)).body['status'] === 'REFUNDED');
    assert.equal((await alice.hold('evt_1', ['A-1'])).status, 201);
    const after = await on.restart();
    const aliceAgain = await after.user('alice');
    assert.equal((await aliceAgain.get('reservation', `/v1/reservations/${id}`)).body['status'], 'REFUNDED');
    await after.stop();
  }, AT_ONCE));

test('I3: a payment captured after the end finds its reservation in the history: bought while the seats are free, given back when they are gone', () =>
  withPlatform(
    async (on) => {
      await on.event('evt_1', 4);
      const alice = await on.user('alice');
      const [first, second] = [await alice.beginPayment('evt_1', 'A-1', 1_000), await alice.beginPayment('evt_1', 'A-2', 1_000)];
      const made = (await alice.get('reservation', '/v1/reservations?limit=100')).body['reservations'] as readonly unknown[];
      await untilMoved(on, made.length);
      const bob = await on.user('bob');
      const bought = await bob.holdForLong('evt_1', 'A-2');
      assert.equal((await bob.confirm(bought, await bob.pay(bought, 1000))).status, 200);
      for (const { intentId } of [first, second]) await alice.post('gateway', '/api/v1/payments/process', { body: { payment_intent_id: intentId } });
      const statusOf = async (id: string) => (await alice.get('reservation', `/v1/reservations/${id}`)).body['status'];
      await until(async () => (await statusOf(first.id)) === 'CONFIRMED' && (await statusOf(second.id)) === 'FAILED');
      assert.equal((await alice.get('reservation', '/v1/orders')).body['orders'] instanceof Array, true);
    },
    { ...AT_ONCE, holdMs: durationMs(400), lateApproveDelayMs: durationMs(120_000) },
  ));

test('I3, I7: payments that have left memory read, replay, list and are given back as before; one that has no order yet stays', () =>
  withPlatform(
    async (on) => {
      await on.event('evt_1', 6);
      const alice = await on.user('alice');
      const made: string[] = [];
      const key = crypto.randomUUID();
      const body = (id: string, scenario: string) => ({ reservation_id: id, amount: 1000, currency: 'KRW', scenario });
      const { id } = await alice.hold('evt_1', ['A-1']);
      const first = await alice.post('gateway', '/api/v1/payments/intent', { key, body: body(id, 'FAIL') });
      made.unshift(String(first.body['payment_intent_id']));
      for (let i = 0; i < 3; i++) {
        const more = await alice.post('gateway', '/api/v1/payments/intent', { key: crypto.randomUUID(), body: body(id, 'FAIL') });
        made.unshift(String(more.body['payment_intent_id']));
      }
      const paid = await alice.pay(id, 1000);
      made.unshift(paid);
      await alice.confirm(id, paid);
      const status = (intent: string) => alice.get('gateway', `/api/v1/payments/${intent}/status`);
      await until(async () => (await Promise.all(made.map(status))).every(({ body: { status: now } }) => now === 'FAILED' || now === 'COMPLETED'));
      const read = await Promise.all(made.map(async (intent) => (await status(intent)).body));
      await until(() => on.newest().intentsInMemory() === 0);
      assert.deepEqual(await Promise.all(made.map(async (intent) => (await status(intent)).body)), read);
      const replayed = await alice.post('gateway', '/api/v1/payments/intent', { key, body: body(id, 'FAIL') });
      assert.equal(replayed.text, first.text);
      const admin = await on.user('root', 'admin');
      assert.equal((await admin.post('payment', `/v1/payments/intents/${paid}/refund`, {})).status, 200);
      await until(async () => (await alice.get('reservation', `/v1/reservations/${id}`)).body['status'] === 'REFUNDED');
      assert.equal((await status(paid)).body['status'], 'REFUNDED');
      const listed = await alice.get('payment', `/v1/payments/intents?reservationId=${id}`);
      if (listed.status === 200) assert.equal((listed.body['payments'] as readonly unknown[]).length, made.length);
    },
    AT_ONCE,
  ));

async function listed(client: Client, limit: number, more = ''): Promise<readonly string[]> {
  const ids: string[] = [];
  for (let cursor = ''; ; ) {
    const { body } = await client.get('reservation', `/v1/reservations?limit=${limit}${more}${cursor}`);
    const page = body['reservations'] as readonly { readonly reservationId: string }[];
    ids.push(...page.map(({ reservationId }) => reservationId));
    if (typeof body['nextCursor'] !== 'string') return ids;
    cursor = `&cursor=${body['nextCursor']}`;
  }
}

/** Until that many rows of reservations and orders are in the history alone. */
const untilMoved = (on: TestPlatform, rows: number): Promise<void> =>
  until(() => {
    const reader = new HistoryReader(historyPath(on.dataDir));
    const there = [RESERVATION_SHAPE, ORDER_SHAPE].flatMap((shape) => [...reader.of<unknown>(shape as never).all()]).length;
    reader.close();
    return there >= rows && on.newest().history.moved >= rows;
  });

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + WITHIN_MS;
  while (!(await holds())) {
    assert.ok(performance.now() < deadline, 'did not come true');
    await setImmediate();
  }
}
