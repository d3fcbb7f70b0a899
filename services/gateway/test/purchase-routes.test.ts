import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DEFAULT_LIMITS } from '@traffic-tacos/kernel';
import { SUITE_EVENT } from '../src/ports/services-under-test.ts';
import { codeOf, fieldsOf, withGateway, type Answer, type GatewayUnderTest } from './gateway-under-test.ts';

const RESERVATIONS = '/api/v1/reservations';
const CREATED = ['currency', 'event_id', 'hold_expires_at', 'quantity', 'reservation_id', 'seat_ids', 'status', 'total_amount'];

const keysOf = (body: object): readonly string[] => Object.keys(body).toSorted();

function hold({ ask }: GatewayUnderTest, as: string, key: string, ...seatIds: readonly string[]): Promise<Answer> {
  return ask('POST', RESERVATIONS, { as, key, body: { event_id: SUITE_EVENT, seat_ids: seatIds } });
}

function pay({ ask }: GatewayUnderTest, as: string, reservationId: unknown, path = 'payments/intent', more: object = {}): Promise<Answer> {
  const body = { reservation_id: reservationId, amount: 300_000, currency: 'KRW', ...more };
  return ask('POST', `/api/v1/${path}`, { as, key: `${path} ${String(reservationId)}`, body });
}

describe('one purchase through the gateway', () => {
  it('hold, pay, confirm, ticket: each answer has exactly the documented fields', () =>
    withGateway(async (under) => {
      const { ask, clock } = under;
      const held = await hold(under, 'alice', 'k1', 'R-A-1', 'R-A-2');
      assert.deepEqual([held.status, keysOf(held.body)], [201, CREATED]);
      const { reservation_id: id, hold_expires_at: expiresAt } = held.body;
      assert.deepEqual(held.body, {
        reservation_id: id, status: 'HOLD', hold_expires_at: expiresAt, event_id: SUITE_EVENT, seat_ids: ['R-A-1', 'R-A-2'],
        quantity: 2, total_amount: 300_000, currency: 'KRW',
      });
      assert.match(String(expiresAt), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);

      const intent = await pay(under, 'alice', id);
      assert.deepEqual(
        [intent.status, keysOf(intent.body)],
        [201, ['amount', 'currency', 'expires_at', 'payment_intent_id', 'reservation_id', 'status']],
      );
      const { payment_intent_id: intentId } = intent.body;
      const early = await ask('POST', `${RESERVATIONS}/${String(id)}/confirm`, { as: 'alice', body: { payment_intent_id: intentId } });
      assert.deepEqual([early.status, codeOf(early)], [412, 'PAYMENT_NOT_APPROVED']);
      const processed = await ask('POST', '/api/v1/payments/process', { as: 'alice', body: { payment_intent_id: intentId } });
      assert.deepEqual([processed.status, processed.body['status']], [200, 'PROCESSING']);
      clock.advance(1_000);
      const paid = await ask('GET', `/api/v1/payments/${String(intentId)}/status`, { as: 'alice' });
      assert.deepEqual([paid.status, paid.body['status'], paid.body['refunded_amount']], [200, 'COMPLETED', 0]);

      const confirmed = await ask('POST', `${RESERVATIONS}/${String(id)}/confirm`, { as: 'alice', body: { payment_intent_id: intentId } });
      const { order_id: orderId } = confirmed.body;
      assert.deepEqual([confirmed.status, confirmed.body], [200, { order_id: orderId, reservation_id: id, status: 'CONFIRMED' }]);
      const order = await ask('GET', `/api/v1/orders/${String(orderId)}`, { as: 'alice' });
      assert.deepEqual([order.status, order.body['total_amount'], order.body['payment_intent_id']], [200, 300_000, intentId]);
      assert.equal((order.body['tickets'] as object[]).length, 2);
      for (const ticket of order.body['tickets'] as object[]) assert.deepEqual(keysOf(ticket), ['code', 'seat_id', 'status', 'ticket_id']);

      const reservation = await ask('GET', `${RESERVATIONS}/${String(id)}`, { as: 'alice' });
      assert.deepEqual([reservation.body['status'], reservation.body['order_id']], ['CONFIRMED', orderId]);
      const lists = [await ask('GET', RESERVATIONS, { as: 'alice' }), await ask('GET', '/api/v1/orders', { as: 'alice' })];
      assert.deepEqual(lists.map(({ body }) => body), [{ reservations: [reservation.body] }, { orders: [order.body] }]);
    }));

  it('the payment routes answer under /payment as under /payments', () =>
    withGateway(async (under) => {
      const { reservation_id: id } = (await hold(under, 'alice', 'k1', 'R-A-1', 'R-A-2')).body;
      const intent = await pay(under, 'alice', id, 'payment/intent');
      const { payment_intent_id: intentId } = intent.body;
      assert.equal(intent.status, 201);
      assert.equal((await under.ask('POST', '/api/v1/payment/process', { as: 'alice', body: { paymentIntentId: intentId } })).status, 200);
      assert.equal((await under.ask('GET', `/api/v1/payment/${String(intentId)}/status`, { as: 'alice' })).body['status'], 'PROCESSING');
    }));

  it('a payment takes its scenario and method in any case, and refuses what is none', () =>
    withGateway(async (under) => {
      const { reservation_id: id } = (await hold(under, 'alice', 'k1', 'R-A-1')).body;
      for (const [scenario, status] of [['approve', 201], ['Delay', 201], ['RANDOM', 201], ['maybe', 400]] as const) {
        const body = { reservation_id: id, amount: 150_000, currency: 'KRW', scenario, method: 'Mobile_Pay' };
        const made = await under.ask('POST', '/api/v1/payments/intent', { as: 'alice', key: scenario, body });
        assert.deepEqual([made.status, fieldsOf(made)], [status, status === 201 ? [] : ['scenario']], scenario);
      }
    }));

  it('POST cancel and DELETE do the same, and again the same', () =>
    withGateway(async (under) => {
      for (const [method, rest, seat] of [['POST', '/cancel', 'R-A-1'], ['DELETE', '', 'R-A-2']] as const) {
        const { reservation_id: id } = (await hold(under, 'alice', seat, seat)).body;
        for (let i = 0; i < 2; i++) {
          const cancelled = await under.ask(method, `${RESERVATIONS}/${String(id)}${rest}`, { as: 'alice' });
          assert.deepEqual([cancelled.status, cancelled.body], [200, { reservation_id: id, status: 'CANCELLED' }]);
        }
      }
    }));

  it('extend answers the new end, from the old one', () =>
    withGateway(async (under) => {
      const { reservation_id: id, hold_expires_at: before } = (await hold(under, 'alice', 'k1', 'R-A-1')).body;
      const extended = await under.ask('POST', `${RESERVATIONS}/${String(id)}/extend`, { as: 'alice', body: { extension_seconds: 30 } });
      assert.deepEqual([extended.status, keysOf(extended.body)], [200, ['hold_expires_at', 'reservation_id', 'status']]);
      assert.equal(Date.parse(String(extended.body['hold_expires_at'])) - Date.parse(String(before)), 30_000);
    }));
});

describe('POST /api/v1/reservations', () => {
  it('I7: equal requests get equal bytes, and the repetition says that it is one', () =>
    withGateway(async (under) => {
      const first = await hold(under, 'alice', 'k1', 'R-A-1');
      under.clock.advance(10_000);
      const again = await hold(under, 'alice', 'k1', 'R-A-1');
      assert.equal(again.text, first.text);
      assert.deepEqual([first.headers['idempotency-replayed'], again.headers['idempotency-replayed']], [undefined, 'true']);
      assert.equal(codeOf(await hold(under, 'alice', 'k1', 'R-A-2')), 'IDEMPOTENCY_CONFLICT');
      assert.equal(codeOf(await under.ask('POST', RESERVATIONS, { as: 'alice', body: { event_id: SUITE_EVENT, qty: 1 } })), 'IDEMPOTENCY_REQUIRED');
    }));

  it('takes qty and quantity for one thing, beside seats as well as alone', () =>
    withGateway(async ({ ask }) => {
      const wishes = [{ qty: 2, section: 'FLOOR' }, { quantity: 2, section: 'FLOOR' }, { seat_ids: ['R-A-1', 'R-A-2'], qty: 2 }];
      for (const [i, wish] of wishes.entries()) {
        const answer = await ask('POST', RESERVATIONS, { as: `user${i}`, key: 'k', body: { eventId: SUITE_EVENT, ...wish } });
        assert.deepEqual([answer.status, answer.body['quantity']], [201, 2]);
      }
    }));

  it('400: names each field that is wrong, at the edge of each limit', () =>
    withGateway(async ({ ask }) => {
      const { seatsPerHold, idChars } = DEFAULT_LIMITS;
      const seats = (count: number): readonly string[] => Array.from({ length: count }, (_, i) => `R-A-${i + 1}`);
      const wrong: readonly (readonly [object, readonly string[]])[] = [
        [{}, ['event_id', 'quantity']],
        [{ event_id: SUITE_EVENT, seat_ids: ['R-A-1', 'R-A-1'], quantity: 5 }, ['seat_ids[1]', 'quantity']],
        [{ event_id: SUITE_EVENT }, ['quantity']],
        [{ event_id: SUITE_EVENT, qty: 0 }, ['quantity']],
        [{ event_id: SUITE_EVENT, qty: 1.5 }, ['quantity']],
        [{ event_id: SUITE_EVENT, qty: '2' }, ['quantity']],
        [{ event_id: SUITE_EVENT, qty: seatsPerHold + 1 }, ['quantity']],
        [{ event_id: SUITE_EVENT, qty: 1, quantity: 2 }, ['quantity']],
        [{ event_id: SUITE_EVENT, seat_ids: ['R-A-1'], qty: 2 }, ['quantity']],
        [{ event_id: SUITE_EVENT, seat_ids: [] }, ['seat_ids']],
        [{ event_id: SUITE_EVENT, seat_ids: 'R-A-1' }, ['seat_ids']],
        [{ event_id: SUITE_EVENT, seat_ids: seats(seatsPerHold + 1) }, ['seat_ids']],
        [{ event_id: SUITE_EVENT, seat_ids: ['R-A-1', 'R-A-1'] }, ['seat_ids[1]']],
        [{ event_id: 'e'.repeat(idChars + 1), seat_ids: [7] }, ['event_id', 'seat_ids[0]']],
      ];
      for (const [body, fields] of wrong) {
        const answer = await ask('POST', RESERVATIONS, { as: 'alice', key: 'k', body });
        assert.deepEqual([answer.status, codeOf(answer), fieldsOf(answer)], [400, 'INVALID_REQUEST', fields], JSON.stringify(body));
      }
      const atLimit = await ask('POST', RESERVATIONS, { as: 'alice', key: 'k', body: { event_id: SUITE_EVENT, seat_ids: seats(seatsPerHold) } });
      assert.equal(codeOf(atLimit), 'PURCHASE_LIMIT_EXCEEDED', 'ten seats are a valid wish, which this event does not grant');
      const longest = await ask('POST', RESERVATIONS, { as: 'alice', key: 'k', body: { event_id: 'e'.repeat(idChars), qty: 1 } });
      assert.equal(codeOf(longest), 'EVENT_NOT_FOUND');
    }));
});

describe('lists', () => {
  it('are paged by cursor and limit, within their bounds', () =>
    withGateway(async (under) => {
      for (const seat of ['R-A-1', 'R-A-2', 'R-A-3']) {
        await hold(under, 'alice', seat, seat);
        under.clock.advance(1);
      }
      const page = await under.ask('GET', `${RESERVATIONS}?limit=2&status=HOLD&event_id=${SUITE_EVENT}`, { as: 'alice' });
      const rest = await under.ask('GET', `${RESERVATIONS}?limit=2&cursor=${String(page.body['next_cursor'])}`, { as: 'alice' });
      const seats = [page, rest].flatMap(({ body }) => (body['reservations'] as { seat_ids: string[] }[]).flatMap(({ seat_ids }) => seat_ids));
      assert.deepEqual([seats, rest.body['next_cursor']], [['R-A-3', 'R-A-2', 'R-A-1'], undefined]);
      for (const limit of [1, DEFAULT_LIMITS.listPage]) {
        assert.equal((await under.ask('GET', `${RESERVATIONS}?limit=${limit}`, { as: 'alice' })).status, 200);
      }
      for (const query of ['limit=0', `limit=${DEFAULT_LIMITS.listPage + 1}`, 'limit=x', 'cursor=x', 'cursor=ord_00000000000000000000000000', 'status=GONE']) {
        const answer = await under.ask('GET', `${RESERVATIONS}?${query}`, { as: 'alice' });
        assert.deepEqual([answer.status, fieldsOf(answer)], [400, [query.split('=')[0]]], query);
      }
    }));
});
