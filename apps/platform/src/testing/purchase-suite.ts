import assert from 'node:assert/strict';
import { test } from 'node:test';
import { durationMs } from '@traffic-tacos/kernel';
import type { OpenLayout } from './api-under-test.ts';
import { codeOf } from './client.ts';
import { until } from './until.ts';

/** Purchases over the public API, in whichever layout the platform runs. */
export function purchaseSuite(layout: string, open: OpenLayout): void {
  const it = (sentence: string, body: () => Promise<void>): void => void test(`${layout}: ${sentence}`, body);

  it('a purchase over the public API: register, hold, pay, confirm, tickets', () =>
    open(async (on) => {
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

  it('the payment of a buyer who never comes back still becomes an order', () =>
    open(async (on) => {
      await on.event('evt_1', 4);
      const alice = await on.user('alice');
      const held = await alice.hold('evt_1', ['A-1']);
      await alice.pay(held.id, 1000);
      const seen = await until(() => alice.get('reservation', `/v1/reservations/${held.id}`), ({ body }) => body['status'] === 'CONFIRMED');
      assert.ok(seen.body['orderId']);
    }));

  it('a payment captured after the hold has ended gets the seats again, or the money back where they are gone', () =>
    open(
      async (on) => {
        await on.event('evt_1', 4);
        const alice = await on.user('alice');
        const bob = await on.user('bob');
        const lucky = await alice.beginPayment('evt_1', 'A-1', 1_000);
        const unlucky = await alice.beginPayment('evt_1', 'A-2', 1_000);
        await until(() => alice.get('reservation', `/v1/reservations/${unlucky.id}`), ({ body }) => body['status'] === 'EXPIRED');
        await bob.holdForLong('evt_1', 'A-2');
        for (const { intentId } of [lucky, unlucky]) await alice.post('gateway', '/api/v1/payments/process', { body: { payment_intent_id: intentId } });
        assert.equal((await alice.confirm(lucky.id, lucky.intentId)).status, 200);
        assert.equal(codeOf(await alice.confirm(unlucky.id, unlucky.intentId)), 'RESERVATION_EXPIRED');
        const refunded = await until(() => alice.get('gateway', `/api/v1/payments/${unlucky.intentId}/status`), ({ body }) => body['status'] === 'REFUNDED');
        assert.equal(refunded.status, 200);
        assert.equal((await alice.get('reservation', `/v1/reservations/${unlucky.id}`)).body['status'], 'FAILED');
      },
      { holdMs: durationMs(1_000), lateApproveDelayMs: durationMs(120_000) },
    ));

  it('a full refund of an order gives the seats back and voids the tickets', () =>
    open(async (on) => {
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

  it('I3, I7: parts go back once for each key and never beyond what was paid; the order keeps its total and its tickets until the rest goes back too', () =>
    open(async (on) => {
      await on.event('evt_1', 4);
      const alice = await on.user('alice');
      const { id } = await alice.hold('evt_1', ['A-1', 'A-2']);
      const intentId = await alice.pay(id, 2000);
      const confirmed = await alice.confirm(id, intentId);
      const admin = await on.user('root', 'admin');
      const back = async (amount: number | undefined, key?: string): Promise<unknown> => {
        const answer = await admin.post('payment', `/v1/payments/intents/${intentId}/refund`, { ...(key === undefined ? {} : { key }), body: { amount } });
        return answer.status === 200 ? answer.body['refundedAmount'] : codeOf(answer);
      };
      const seen = async () => {
        const [{ body: order }, { body: payment }] = await Promise.all([
          alice.get('gateway', `/api/v1/orders/${String(confirmed.body['orderId'])}`), alice.get('gateway', `/api/v1/payments/${intentId}/status`),
        ]);
        return [order['status'], order['total_amount'], (order['tickets'] as readonly { readonly status: string }[])[0]?.status, payment['refunded_amount']];
      };
      assert.deepEqual([await back(300), await back(300, 'a'), await back(300, 'a'), await back(400, 'a')], ['IDEMPOTENCY_REQUIRED', 300, 300, 'IDEMPOTENCY_CONFLICT']);
      assert.deepEqual([await back(300, 'b'), await back(1401, 'c'), await back(2000)], [600, 'INVALID_REQUEST', 'INVALID_REQUEST']);
      assert.deepEqual(await seen(), ['CONFIRMED', 2000, 'VALID', 600]);
      assert.deepEqual([await back(1000, 'd'), await back(300, 'a'), await back(undefined), await back(undefined)], [1600, 300, 2000, 2000]);
      await until(seen, ([status]) => status === 'REFUNDED');
      assert.deepEqual(await seen(), ['REFUNDED', 2000, 'VOID', 2000]);
      assert.deepEqual([await back(1, 'e'), await back(300, 'b')], ['INVALID_REQUEST', 600]);
    }));

  it('a reservation has at most 20 payments, and one more is told when to try again, whichever way the gateway asks', () =>
    open(async (on) => {
      await on.event('evt_1', 2);
      const alice = await on.user('alice');
      const { id } = await alice.hold('evt_1', ['A-1']);
      const begin = () => alice.post('gateway', '/api/v1/payments/intent', {
        key: crypto.randomUUID(), body: { reservation_id: id, amount: 1000, currency: 'KRW', scenario: 'TIMEOUT' },
      });
      for (let i = 0; i < 20; i++) assert.equal((await begin()).status, 201);
      const one = await begin();
      assert.deepEqual([one.status, codeOf(one), one.headers['retry-after']], [429, 'RATE_LIMITED', '60']);
    }));

  it('I3: a payment of which a part went back before it was followed is neither kept nor lost', () =>
    open(async (on) => {
      await on.event('evt_1', 20);
      const admin = await on.user('root', 'admin');
      const alice = await on.user('alice');
      for (let i = 1; i <= 10; i++) {
        const { id } = await alice.hold('evt_1', [`A-${i}`]);
        const intentId = await alice.intent(id, 1000, 'DELAY');
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

  it('I4: a payment that is under way at a restart still gets its result, and its order', () =>
    open(async (on) => {
      await on.event('evt_1', 2);
      const alice = await on.user('alice');
      const held = await alice.hold('evt_1', ['A-1']);
      await alice.intent(held.id, 1000, 'DELAY');
      const again = await (await on.restart()).user('alice');
      await until(() => again.get('reservation', `/v1/reservations/${held.id}`), ({ body }) => body['status'] === 'CONFIRMED');
    }));

  it('holds are released by themselves, and the same seats are sold again', () =>
    open(
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

  it('I4: everything acknowledged is there after a restart, and idempotency keys too', () =>
    open(async (on) => {
      await on.event('evt_1', 10);
      const alice = await on.user('alice');
      const held = await alice.hold('evt_1', ['A-1'], 'key-1');
      const sold = await alice.hold('evt_1', ['A-2']);
      await alice.confirm(sold.id, await alice.pay(sold.id, 1000));
      const next = await on.restart();
      const again = await next.user('alice');
      assert.equal((await again.get('reservation', `/v1/reservations/${held.id}`)).body['status'], 'HOLD');
      assert.equal((await again.get('reservation', `/v1/reservations/${sold.id}`)).body['status'], 'CONFIRMED');
      const replayed = await again.hold('evt_1', ['A-1'], 'key-1');
      assert.equal(replayed.text, held.text);
      assert.equal(replayed.headers['idempotency-replayed'], 'true');
      assert.equal(codeOf(await again.hold('evt_1', ['A-2'])), 'SEAT_UNAVAILABLE');
    }));
}
