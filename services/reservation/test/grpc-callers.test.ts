import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LONG_NAME_PREFIX, ReservationService } from '@traffic-tacos/contracts';
import type { ToldCall } from '@traffic-tacos/kit/testing';
import { followApproval } from '@traffic-tacos/reservation';
import * as fc from 'fast-check';
import { behindGrpc, type Asked, type GrpcWorld } from './grpc-world.ts';
import { PAY, settled } from './reservation-world.ts';

type Method = keyof typeof ReservationService;

const SERVICE = { as: 'gateway', role: 'service' };
const METHODS = Object.keys(ReservationService) as readonly Method[];

/** Calls any method with the fields that it may have. */
const askAny = ({ ask }: GrpcWorld, method: Method, request: object, asked: Asked = {}): Promise<ToldCall<object>> =>
  ask<object, object>(ReservationService[method] as never, request, asked);

/** What each method is asked about something of alice: her confirmed reservation and order, or, to create, her event. */
async function requestsAboutAlice(world: GrpcWorld): Promise<Readonly<Record<Method, object>>> {
  const reservationId = await world.hold('A-1');
  world.pay(reservationId);
  await followApproval(world.context, settled(reservationId));
  const orderId = `ord_${reservationId.slice(4)}`;
  return {
    createReservation: { eventId: 'evt_memory', seatIds: ['A-2'], idempotencyKey: 'k' },
    getReservation: { reservationId },
    confirmReservation: { reservationId, paymentIntentId: PAY },
    cancelReservation: { reservationId },
    listReservations: {},
    extendHold: { reservationId, extensionSeconds: 1 },
    getOrder: { orderId },
    listOrders: {},
  };
}

const ABOUT_ONE: readonly Method[] = ['getReservation', 'confirmReservation', 'cancelReservation', 'extendHold', 'getOrder'];

test('every method wants a token, and one that holds', () =>
  behindGrpc(async (world) => {
    const requests = await requestsAboutAlice(world);
    for (const method of METHODS) {
      assert.equal((await askAny(world, method, requests[method], { as: '' })).verdict, 'UNAUTHENTICATED', method);
      const forged = await askAny(world, method, requests[method], { as: '', sent: { authorization: 'Bearer x.y.z' } });
      assert.equal(forged.verdict, 'UNAUTHENTICATED', method);
      assert.match((await askAny(world, method, requests[method])).verdict, /^(OK|error FAILED_PRECONDITION)$/, method);
    }
  }));

test('I10: with a user’s token another user is PERMISSION_DENIED, whatever else is wrong; the own name is fine', () =>
  behindGrpc(async (world) => {
    const requests = await requestsAboutAlice(world);
    for (const method of METHODS) {
      for (const request of [requests[method], { idempotencyKey: 'k' }]) {
        const told = await askAny(world, method, { ...request, userId: 'bob' });
        assert.deepEqual([told.verdict, told.fields], ['PERMISSION_DENIED', ['user_id']], method);
      }
      assert.doesNotMatch((await askAny(world, method, { ...requests[method], userId: 'alice' })).verdict, /DENIED|ARGUMENT/, method);
    }
  }));

test('I10, S19: what is somebody else’s is answered exactly like what never was', () =>
  behindGrpc(async (world) => {
    const requests = await requestsAboutAlice(world);
    for (const method of ABOUT_ONE) {
      const never = { reservationId: `rsv_${'0'.repeat(26)}`, orderId: `ord_${'0'.repeat(26)}` };
      for (const asked of [{ as: 'bob' }, { ...SERVICE, named: 'bob' }]) {
        const userId = 'named' in asked ? asked.named : '';
        const others = await askAny(world, method, { ...requests[method], userId }, asked);
        const nobodys = await askAny(world, method, { ...requests[method], ...never, userId }, asked);
        assert.equal(others.verdict, 'error NOT_FOUND', method);
        assert.deepEqual(withoutTrace(others), withoutTrace(nobodys), method);
      }
    }
    for (const method of ['listReservations', 'listOrders'] as const) {
      const { response } = await askAny(world, method, {}, { as: 'bob' });
      assert.deepEqual(Object.values(response ?? {}).find(Array.isArray), [], method);
    }
  }));

const withoutTrace = (told: ToldCall<object>) => JSON.stringify(told.response, (name, value: unknown) => (name === 'traceId' ? '' : value));

test('a service that names no user acts on anybody’s reservation and order', () =>
  behindGrpc(async (world) => {
    const requests = await requestsAboutAlice(world);
    const verdicts = await Promise.all(ABOUT_ONE.map(async (method) => (await askAny(world, method, requests[method], SERVICE)).verdict));
    assert.deepEqual(verdicts, ['OK', 'OK', 'error FAILED_PRECONDITION', 'error FAILED_PRECONDITION', 'OK']);
    const held = await world.hold('A-3', 'bob');
    assert.equal((await askAny(world, 'extendHold', { reservationId: held, extensionSeconds: 5 }, SERVICE)).verdict, 'OK');
    assert.equal((await askAny(world, 'cancelReservation', { reservationId: held }, SERVICE)).verdict, 'OK');
    const order = await askAny(world, 'getOrder', { orderId: 'ord_x' }, SERVICE);
    assert.equal(order.verdict, 'error NOT_FOUND');
  }));

test('a service says for whom it creates and lists, by an id that can be one', () =>
  behindGrpc(async (world) => {
    const requests = await requestsAboutAlice(world);
    for (const method of ['createReservation', 'listReservations', 'listOrders'] as const) {
      for (const userId of ['', 'x'.repeat(129), 'a\u0000b']) {
        const told = await askAny(world, method, { ...requests[method], userId }, SERVICE);
        assert.deepEqual([told.verdict, told.fields], ['INVALID_ARGUMENT', ['user_id']], method);
      }
      assert.equal((await askAny(world, method, { ...requests[method], userId: 'alice' }, SERVICE)).verdict, 'OK', method);
    }
  }));

test('every method answers under its long name too', () =>
  behindGrpc(async (world) => {
    const requests = await requestsAboutAlice(world);
    for (const method of METHODS) {
      const rpc = ReservationService[method];
      const told = await world.ask<object, object>({ ...rpc, path: `/${LONG_NAME_PREFIX}${rpc.path.slice(1)}` } as never, requests[method]);
      assert.match(told.verdict, /^(OK|error FAILED_PRECONDITION)$/, method);
    }
  }));

test('S20: no bytes and no values at any method are answered as a fault of ours', () =>
  behindGrpc(async (world) => {
    const about = await requestsAboutAlice(world);
    const text = fc.oneof(fc.string({ maxLength: 200 }), fc.constantFrom('', 'rsv_', 'evt_memory', '__proto__', '\u0000', ...Object.values(about).flatMap((each) => Object.values(each).filter((value) => typeof value === 'string'))));
    const int = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
    const request = fc.record(
      {
        reservationId: text, eventId: text, orderId: text, userId: fc.constantFrom('', 'alice', 'bob', '\u0000'), section: text, paymentIntentId: text,
        seatIds: fc.array(text, { maxLength: 12 }), quantity: int, extensionSeconds: int, status: int, idempotencyKey: text,
        pagination: fc.record({ page: int, pageSize: int, cursor: text }),
      },
      { requiredKeys: [] },
    );
    const asked = fc.constantFrom<Asked>({}, SERVICE, { as: 'bob' });
    const faults = ['INTERNAL', 'UNKNOWN', 'DATA_LOSS', 'UNAVAILABLE', 'DEADLINE_EXCEEDED'];
    const check = async (method: Method, told: Promise<ToldCall<object>>) => assert.ok(!faults.includes((await told).verdict), `${method} ${(await told).verdict}`);
    const methods = fc.constantFrom(...METHODS);
    await fc.assert(fc.asyncProperty(methods, request, asked, (method, values, by) => check(method, askAny(world, method, values, by))), { numRuns: 300 });
    await fc.assert(
      fc.asyncProperty(methods, fc.uint8Array({ maxLength: 60 }), (method, bytes) =>
        check(method, world.ask<object, object>({ ...ReservationService[method], requestSerialize: () => Buffer.from(bytes) } as never, {}))),
      { numRuns: 200 },
    );
  }));
