import assert from 'node:assert/strict';
import { it } from 'node:test';
import { LONG_NAME_PREFIX, PaymentService } from '@traffic-tacos/contracts';
import { PaymentStatus } from '@traffic-tacos/contracts/proto/payment/v1/payment';
import { ManualClock, Unavailable, type EpochMs } from '@traffic-tacos/kernel';
import type { ToldCall } from '@traffic-tacos/kit/testing';
import * as fc from 'fast-check';
import { ADMIN, behindGrpc, NEVER, SERVICE, TOTAL, type Asked, type GrpcWorld } from './grpc-world.ts';

type Method = keyof typeof PaymentService;

const METHODS = Object.keys(PaymentService) as readonly Method[];
const FOR_BUYERS = METHODS.filter((method) => method !== 'simulateWebhook');

const askAny = ({ ask }: GrpcWorld, method: Method, request: object, asked: Asked = {}): Promise<ToldCall<object>> =>
  ask<object, object>(PaymentService[method] as never, request, asked);

/** What each method is asked about an intent of alice. */
async function requestsAboutAlice(world: GrpcWorld): Promise<Readonly<Record<Method, object>>> {
  const paymentIntentId = await world.intent();
  return {
    createPaymentIntent: { reservationId: world.reserve(), amount: TOTAL, idempotencyKey: 'k' },
    getPaymentStatus: { paymentIntentId },
    listPayments: {},
    processPayment: { paymentIntentId },
    cancelPayment: { paymentIntentId },
    simulateWebhook: { paymentIntentId, targetStatus: PaymentStatus.PAYMENT_STATUS_COMPLETED },
  };
}

it('every method wants a token, one that holds, and the right kind of caller', () =>
  behindGrpc(async (world) => {
    const requests = await requestsAboutAlice(world);
    for (const method of METHODS) {
      assert.equal((await askAny(world, method, requests[method], { as: '' })).verdict, 'UNAUTHENTICATED', method);
      const forged = { as: '', sent: { authorization: 'Bearer x.y.z' } };
      assert.equal((await askAny(world, method, requests[method], forged)).verdict, 'UNAUTHENTICATED', method);
    }
    for (const asked of [{}, SERVICE]) assert.equal((await askAny(world, 'simulateWebhook', requests.simulateWebhook, asked)).verdict, 'PERMISSION_DENIED');
    assert.equal((await askAny(world, 'simulateWebhook', requests.simulateWebhook, ADMIN)).verdict, 'OK');
  }));

it('every method for buyers answers them, under its long name too', () =>
  behindGrpc(async (world) => {
    const requests = await requestsAboutAlice(world);
    for (const method of FOR_BUYERS) {
      assert.match((await askAny(world, method, requests[method])).verdict, /^(OK|error FAILED_PRECONDITION)$/, method);
      const rpc = PaymentService[method];
      const long = { ...rpc, path: `/${LONG_NAME_PREFIX}${rpc.path.slice(1)}` };
      assert.match((await world.ask<object, object>(long as never, requests[method])).verdict, /^(OK|error FAILED_PRECONDITION)$/, method);
    }
  }));

it('I10: with a user’s token another user is PERMISSION_DENIED, whatever else is wrong', () =>
  behindGrpc(async (world) => {
    const requests = await requestsAboutAlice(world);
    for (const method of ['createPaymentIntent', 'getPaymentStatus', 'processPayment', 'listPayments'] as const) {
      for (const request of [requests[method], { idempotencyKey: 'k' }]) {
        const told = await askAny(world, method, { ...request, userId: 'bob' });
        assert.deepEqual([told.verdict, told.fields], ['PERMISSION_DENIED', ['user_id']], method);
      }
      assert.doesNotMatch((await askAny(world, method, { ...requests[method], userId: 'alice' })).verdict, /DENIED|ARGUMENT/, method);
    }
  }));

it('I10, S19: what is somebody else’s is answered exactly like what never was, also to a service that names another user', () =>
  behindGrpc(async (world) => {
    const requests = await requestsAboutAlice(world);
    const body = ({ response }: ToldCall<object>) => JSON.stringify(response, (name, value: unknown) => (name === 'traceId' ? '' : value));
    for (const method of ['getPaymentStatus', 'processPayment', 'cancelPayment'] as const) {
      const asks: readonly (readonly [object, Asked])[] = [[{}, { as: 'bob' }], ...(method === 'cancelPayment' ? [] : [[{ userId: 'bob' }, SERVICE] as const])];
      for (const [named, asked] of asks) {
        const others = await askAny(world, method, { ...requests[method], ...named }, asked);
        const nobodys = await askAny(world, method, { paymentIntentId: NEVER, ...named }, asked);
        assert.deepEqual([others.verdict, body(others)], ['error NOT_FOUND', body(nobodys)], method);
      }
    }
  }));

it('a service that names no user reads and hurries anybody’s intent, and says for whom it creates and lists', () =>
  behindGrpc(async (world) => {
    const requests = await requestsAboutAlice(world);
    assert.equal((await askAny(world, 'getPaymentStatus', requests.getPaymentStatus, SERVICE)).verdict, 'OK');
    for (let i = 0; i < 2; i++) {
      const told = await world.ask(PaymentService.processPayment, requests.processPayment, { ...SERVICE, key: 'p' });
      assert.equal(told.done().replayed, false, 'a key belongs to a user');
    }
    for (const method of ['createPaymentIntent', 'listPayments'] as const) {
      for (const userId of ['', 'x'.repeat(129), 'a\u0000b']) {
        const told = await askAny(world, method, { ...requests[method], userId }, SERVICE);
        assert.deepEqual([told.verdict, told.fields], ['INVALID_ARGUMENT', ['user_id']], method);
      }
      assert.equal((await askAny(world, method, { ...requests[method], userId: 'alice' }, SERVICE)).verdict, 'OK', method);
    }
  }));

/** A machine whose wall clock is an hour ahead of the callers': every deadline of theirs is over there. */
class AheadByAnHour extends ManualClock {
  override wallMs(): EpochMs {
    return super.nowMs();
  }
}

it('S7: a request past its deadline is not decided', () => {
  const clock = new AheadByAnHour(Date.now() + 3_600_000);
  return behindGrpc(
    async (world) => {
      const request = { reservationId: world.reserve(), amount: TOTAL };
      assert.equal((await askAny(world, 'createPaymentIntent', request, { key: 'k', deadlineMs: 60_000 })).verdict, 'DEADLINE_EXCEEDED');
      assert.equal([...world.service.intents()].length, 0);
    },
    { clock, verifier: { verify: () => ({ userId: 'alice', roles: [] }) } },
  );
});

it('S7: a client that stopped waiting for a decided creation learns of it by its key', () =>
  behindGrpc(async (world) => {
    const request = { reservationId: world.reserve(), amount: TOTAL };
    world.journal.flushesByItself = false;
    assert.equal((await askAny(world, 'createPaymentIntent', request, { key: 'k', deadlineMs: 2_000 })).verdict, 'DEADLINE_EXCEEDED');
    world.journal.flushesByItself = true;
    world.journal.flush();
    const again = (await world.ask(PaymentService.createPaymentIntent, request, { key: 'k' })).done();
    assert.deepEqual([again.replayed, [...world.service.intents()].map(({ id }) => id)], [true, [again.paymentIntentId]]);
  }));

it('S3: where nobody can say whether it was done, the call is UNAVAILABLE', () =>
  behindGrpc(async (world) => {
    world.reservations.read = () => Promise.reject(new Unavailable('the reservations do not answer'));
    const told = await askAny(world, 'createPaymentIntent', { reservationId: world.reserve(), amount: TOTAL }, { key: 'k' });
    assert.deepEqual([told.verdict, told.reason], ['UNAVAILABLE', 'SERVICE_UNAVAILABLE']);
  }));

it('S20: no bytes and no values at any method are answered as a fault of ours', () =>
  behindGrpc(async (world) => {
    const ids = [await world.intent(), world.reserve(), NEVER];
    const text = fc.oneof(fc.string({ maxLength: 200 }), fc.constantFrom('', 'KRW', '__proto__', '\u0000', ...ids));
    const int = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
    const money = fc.record({ amount: fc.oneof(fc.maxSafeInteger(), fc.constantFrom(0, 1, TOTAL.amount)), currency: text });
    const card = fc.record({ cardNumber: text, expiryMonth: text, expiryYear: text, cardholderName: text, cvv: text });
    const request = fc.record(
      {
        reservationId: text, paymentIntentId: text, userId: fc.constantFrom('', 'alice', 'bob', '\u0000'), amount: money, refundAmount: money, method: int,
        scenario: int, status: int, webhookUrl: text, idempotencyKey: text, reason: text, anyUser: fc.boolean(), targetStatus: int,
        paymentDetails: fc.record({ method: int, creditCard: card }), pagination: fc.record({ page: int, pageSize: int, cursor: text }),
      },
      { requiredKeys: [] },
    );
    const faults = ['INTERNAL', 'UNKNOWN', 'DATA_LOSS', 'UNAVAILABLE', 'DEADLINE_EXCEEDED'];
    const check = async (method: Method, told: Promise<ToldCall<object>>) => assert.ok(!faults.includes((await told).verdict), `${method} ${(await told).verdict}`);
    const methods = fc.constantFrom(...METHODS);
    const asked = fc.constantFrom<Asked>({}, SERVICE, ADMIN, { as: 'bob' });
    await fc.assert(fc.asyncProperty(methods, request, asked, (method, values, by) => check(method, askAny(world, method, values, by))), { numRuns: 300 });
    await fc.assert(
      fc.asyncProperty(methods, fc.uint8Array({ maxLength: 60 }), (method, bytes) =>
        check(method, world.ask<object, object>({ ...PaymentService[method], requestSerialize: () => Buffer.from(bytes) } as never, {}))),
      { numRuns: 200 },
    );
  }));
