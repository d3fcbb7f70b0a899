import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ReservationStatus } from '../src/domain/judge-reservation.ts';
import { heldReservation } from '../src/testing/kept-reservations.ts';
import { ask, bodyOf, pay, paymentWorld, SETTINGS, verdictOf, type Asked, type PaymentWorld } from './payment-world.ts';

const CREATE = 'POST /v1/payments/intents';
const REFUND = 'POST /v1/payments/intents/:id/refund';
const asAdmin = { as: 'root', roles: ['admin'] };
type Values = Readonly<Record<string, unknown>>;
const create = (world: PaymentWorld, reservationId: string, otherwise: Values = {}, asked: Asked = {}) =>
  ask(world, CREATE, { ...asked, body: { reservationId, amount: 240_000, currency: 'KRW', ...otherwise } });

describe('POST /v1/payments/intents', () => {
  it('answers 201 with the intent, PENDING, that expires after 900 s', async () => {
    const world = paymentWorld();
    const reservationId = world.reserve();
    const answer = await create(world, reservationId, { method: 'mobile_pay' });
    assert.equal(verdictOf(answer), 201);
    const { paymentIntentId, ...rest } = bodyOf(answer);
    assert.match(String(paymentIntentId), /^pay_[0-9A-HJKMNP-TV-Z]{26}$/);
    assert.deepEqual(rest, {
      status: 'PENDING', amount: 240_000, currency: 'KRW', reservationId, scenario: 'APPROVE', method: 'MOBILE_PAY',
      createdAt: '2023-11-14T22:13:20.000Z', expiresAt: '2023-11-14T22:28:20.000Z',
    });
  });

  it('I10: a reservation of somebody else, one that never was and a text that is no id are the same 404', async () => {
    const world = paymentWorld();
    const foreign = world.reserve({ userId: 'bob' });
    for (const reservationId of [foreign, `rsv_${'0'.repeat(26)}`, 'rsv_short', 'x']) {
      const answers = [await create(world, reservationId), await create(world, reservationId, { amount: 1 }, { key: 'key-2' })];
      for (const answer of answers) assert.deepEqual(answer, { refused: 'RESERVATION_NOT_FOUND' });
    }
  });

  it('refuses a reservation that is not held any more by the code of its state', async () => {
    const codes: Readonly<Record<Exclude<ReservationStatus, 'HOLD'>, string>> = {
      CONFIRMED: 'RESERVATION_ALREADY_CONFIRMED', REFUNDED: 'RESERVATION_ALREADY_CONFIRMED', CANCELLED: 'RESERVATION_ALREADY_CANCELLED',
      EXPIRED: 'RESERVATION_EXPIRED', FAILED: 'RESERVATION_EXPIRED',
    };
    const world = paymentWorld();
    for (const [status, code] of Object.entries(codes)) {
      assert.equal(verdictOf(await create(world, world.reserve({ status: status as ReservationStatus }))), code);
    }
  });

  it('names each of amount and currency that differs from the frozen total', async () => {
    const world = paymentWorld();
    const reservationId = world.reserve();
    const fieldsOf = async (otherwise: object) => {
      const answer = await create(world, reservationId, { ...otherwise });
      assert.equal(verdictOf(answer), 'INVALID_REQUEST');
      return 'details' in answer ? answer.details?.map((detail) => detail.field) : undefined;
    };
    assert.deepEqual(await fieldsOf({ amount: 239_999 }), ['amount']);
    assert.deepEqual(await fieldsOf({ amount: 240_001, currency: 'USD' }), ['amount', 'currency']);
    assert.equal(verdictOf(await create(world, reservationId)), 201, 'refusals do not use the key up');
  });

  it('S6: a repetition has the same bytes, however the reservation and the payment have gone on', async () => {
    const world = paymentWorld();
    const reservationId = world.reserve();
    const first = await create(world, reservationId);
    world.reservations.put(reservationId, heldReservation('alice', { status: 'CANCELLED' }));
    await ask(world, 'POST /v1/payments/intents/:id/process', { id: String(bodyOf(first)['paymentIntentId']) });
    const again = await create(world, reservationId, { scenario: 'approve' });
    assert.equal(JSON.stringify(bodyOf(again)), JSON.stringify(bodyOf(first)));
    assert.deepEqual([verdictOf(again), 'headers' in again && again.headers], [201, { 'idempotency-replayed': 'true' }]);
  });

  it('S6: the key with other content is a conflict; another user’s, another reservation’s and a later key are not', async () => {
    const world = paymentWorld();
    const reservationId = world.reserve();
    await create(world, reservationId);
    for (const otherwise of [{ scenario: 'FAIL' }, { method: 'CREDIT_CARD' }, { amount: 1 }, { currency: 'USD' }]) {
      assert.equal(verdictOf(await create(world, reservationId, otherwise)), 'IDEMPOTENCY_CONFLICT');
    }
    assert.equal(verdictOf(await create(world, world.reserve())), 201);
    assert.equal(verdictOf(await create(world, world.reserve({ userId: 'bob' }), {}, { as: 'bob' })), 201);
    world.clock.advance(300_000);
    assert.equal(verdictOf(await create(world, reservationId, { scenario: 'FAIL' })), 201);
  });

  it('decides again when the reservation changes between its reading and the creation', async () => {
    const world = paymentWorld();
    const reservationId = world.reserve();
    world.reservations.beforeUse = () => {
      world.reservations.beforeUse = undefined;
      world.reservations.put(reservationId, heldReservation('alice', { status: 'CANCELLED' }));
    };
    assert.equal(verdictOf(await create(world, reservationId)), 'RESERVATION_ALREADY_CANCELLED');
    world.reservations.beforeUse = () => world.reservations.put(reservationId, heldReservation('alice'));
    world.reservations.put(reservationId, heldReservation('alice'));
    await assert.rejects(create(world, reservationId), { name: 'Contended' });
  });

  it('refuses one intent more than a reservation may have', async () => {
    const world = paymentWorld({ ...SETTINGS, intentsPerReservation: 2 });
    const reservationId = world.reserve();
    for (const key of ['1', '2']) assert.equal(verdictOf(await create(world, reservationId, {}, { key })), 201);
    const third = await create(world, reservationId, {}, { key: '3' });
    assert.deepEqual([verdictOf(third), 'retryAfterSeconds' in third && third.retryAfterSeconds], ['RATE_LIMITED', 60]);
  });

  it('RANDOM approves about 80 of 100, by the draw that was stored at the creation', async () => {
    const world = paymentWorld();
    let approved = 0;
    for (let i = 0; i < 1_000; i++) {
      const id = await pay(world, { scenario: 'RANDOM' });
      const processed = bodyOf(await ask(world, 'POST /v1/payments/intents/:id/process', { id }));
      if (processed['status'] === 'COMPLETED') approved++;
    }
    assert.ok(approved > 760 && approved < 840, `${approved} of 1,000`);
  });
});

describe('the routes of one intent', () => {
  it('GET shows it as it is now', async () => {
    const world = paymentWorld();
    const id = await pay(world, { scenario: 'FAIL' });
    const before = bodyOf(await ask(world, 'GET /v1/payments/intents/:id', { id }));
    assert.deepEqual([before['status'], before['processedAt'], before['updatedAt']], ['PENDING', undefined, before['createdAt']]);
    world.clock.advance(100);
    const now = bodyOf(await ask(world, 'GET /v1/payments/intents/:id', { id }));
    assert.deepEqual([now['status'], now['failureReason'], now['paymentId']], ['FAILED', 'DECLINED', id]);
    assert.deepEqual([now['processedAt'], now['updatedAt']], ['2023-11-14T22:13:20.100Z', '2023-11-14T22:13:20.100Z']);
  });

  it('S19, I10: an intent of somebody else is exactly like one that never was, on every route', async () => {
    const world = paymentWorld();
    const id = await pay(world);
    for (const { method, path } of world.service.routes.filter((route) => route.path.startsWith('/v1/payments/intents/:id') && !route.path.endsWith('refund'))) {
      for (const each of [id, `pay_${'0'.repeat(26)}`, 'pay_1', '../../etc/passwd', `rsv_${id.slice(4)}`]) {
        assert.deepEqual(await ask(world, `${method} ${path}`, { id: each, as: 'mallory' }), { refused: 'PAYMENT_NOT_FOUND' });
      }
    }
    assert.deepEqual(bodyOf(await ask(world, 'GET /v1/payments', { as: 'mallory' })), { payments: [], nextCursor: undefined });
  });

  it('process answers the result, and with a key the same bytes again', async () => {
    const world = paymentWorld();
    const id = await pay(world, { scenario: 'DELAY' });
    world.clock.advance(10);
    const first = await ask(world, 'POST /v1/payments/intents/:id/process', { id, key: 'p' });
    assert.deepEqual([bodyOf(first)['status'], bodyOf(first)['processedAt']], ['COMPLETED', '2023-11-14T22:13:20.010Z']);
    await ask(world, REFUND, { ...asAdmin, id });
    const again = await ask(world, 'POST /v1/payments/intents/:id/process', { id, key: 'p' });
    assert.equal(JSON.stringify(bodyOf(again)), JSON.stringify(bodyOf(first)));
    assert.equal(bodyOf(await ask(world, 'POST /v1/payments/intents/:id/process', { id }))['status'], 'REFUNDED', 'without the key, what is true');
  });

  it('cancel answers the same however often; a payment that has ended is not cancelled', async () => {
    const world = paymentWorld();
    const id = await pay(world);
    const first = await ask(world, 'POST /v1/payments/intents/:id/cancel', { id });
    assert.equal(bodyOf(first)['status'], 'CANCELLED');
    world.clock.advance(5_000);
    assert.deepEqual(await ask(world, 'POST /v1/payments/intents/:id/cancel', { id }), first);
    const captured = await pay(world);
    world.clock.advance(200);
    const late = await ask(world, 'POST /v1/payments/intents/:id/cancel', { id: captured });
    assert.deepEqual(late, { refused: 'PAYMENT_ALREADY_ENDED', details: [{ field: 'status', reason: 'the payment is COMPLETED' }] });
  });

  it('refund says why it refuses', async () => {
    const world = paymentWorld();
    const id = await pay(world);
    const refund = async (asked: Asked) => verdictOf(await ask(world, REFUND, { id, ...asked }));
    assert.equal(await refund(asAdmin), 'PAYMENT_NOT_APPROVED');
    world.clock.advance(200);
    assert.equal(await refund({ ...asAdmin, body: { amount: 1 } }), 'IDEMPOTENCY_REQUIRED');
    assert.equal(await refund({ ...asAdmin, body: { currency: 'USD' } }), 'INVALID_REQUEST');
    assert.equal(await refund({ ...asAdmin, key: 'r', body: { amount: 240_001 } }), 'INVALID_REQUEST');
    assert.equal(await refund({ ...asAdmin, id: `pay_${'0'.repeat(26)}` }), 'PAYMENT_NOT_FOUND');
    const part = { as: 'svc', roles: ['service'], key: 'r', body: { amount: 1, reason: 'requested' } };
    const first = bodyOf(await ask(world, REFUND, { id, ...part }));
    assert.deepEqual([first['status'], first['refundedAmount'], first['refundId']], ['COMPLETED', 1, `${id}.2`]);
    assert.deepEqual(bodyOf(await ask(world, REFUND, { id, ...part })), first);
    assert.equal(await refund({ ...part, body: { amount: 2, reason: 'requested' } }), 'IDEMPOTENCY_CONFLICT');
    assert.equal(bodyOf(await ask(world, REFUND, { id, ...asAdmin }))['status'], 'REFUNDED');
  });

  it('GET /v1/payments lists one’s own, of one reservation or all, page by page', async () => {
    const world = paymentWorld();
    const reservationId = world.reserve();
    for (const key of ['1', '2', '3']) await create(world, reservationId, {}, { key });
    await pay(world);
    const list = async (query: Readonly<Record<string, unknown>>) => bodyOf(await ask(world, 'GET /v1/payments', { query }));
    const idsOf = (body: Values) => (body['payments'] as readonly Values[]).map((payment) => payment['paymentIntentId']);
    assert.equal(idsOf(await list({})).length, 4);
    const all = idsOf(await list({ reservationId }));
    assert.equal(all.length, 3);
    const page = await list({ reservationId, limit: 2 });
    assert.deepEqual([...idsOf(page), ...idsOf(await list({ reservationId, limit: 2, cursor: page['nextCursor'] }))], all);
    assert.deepEqual(idsOf(await list({ reservationId, status: 'COMPLETED' })), []);
    assert.deepEqual(idsOf(await list({ reservationId: 'nonsense' })), []);
    assert.equal(verdictOf(await ask(world, 'GET /v1/payments', { query: { cursor: 'nonsense' } })), 'INVALID_REQUEST');
  });
});
