import assert from 'node:assert/strict';
import { test } from 'node:test';
import { InvariantBreach, LimitReached, Unavailable } from '@traffic-tacos/kernel';
import { convertThrown } from '../src/errors/convert-thrown.ts';
import { createErrorRegistry, ERROR_REGISTRY, ERROR_TABLE, refuse, type Route } from '../src/index.ts';
import { withServer } from '../src/testing.ts';
import { codeOf } from './sample-routes.ts';

/** The promise to clients, written down a second time: code, status, and the value of common.v1.ErrorCode. */
const PROMISED = `
INVALID_REQUEST 400 INVALID_ARGUMENT
IDEMPOTENCY_REQUIRED 400 IDEMPOTENCY_REQUIRED
UNAUTHENTICATED 401 UNAUTHENTICATED
FORBIDDEN 403 FORBIDDEN
NOT_READY 403 FAILED_PRECONDITION
NOT_FOUND 404 NOT_FOUND
EVENT_NOT_FOUND 404 NOT_FOUND
SEAT_NOT_FOUND 404 NOT_FOUND
RESERVATION_NOT_FOUND 404 NOT_FOUND
PAYMENT_NOT_FOUND 404 NOT_FOUND
ORDER_NOT_FOUND 404 NOT_FOUND
TOKEN_NOT_FOUND 404 NOT_FOUND
METHOD_NOT_ALLOWED 405 INVALID_ARGUMENT
PAYLOAD_TOO_LARGE 413 INVALID_ARGUMENT
UNSUPPORTED_MEDIA_TYPE 415 INVALID_ARGUMENT
SEAT_UNAVAILABLE 409 INVENTORY_CONFLICT
INVENTORY_CONFLICT 409 INSUFFICIENT_INVENTORY
RESERVATION_EXPIRED 409 RESERVATION_EXPIRED
RESERVATION_ALREADY_CONFIRMED 409 FAILED_PRECONDITION
RESERVATION_ALREADY_CANCELLED 409 FAILED_PRECONDITION
EXTENSION_NOT_ALLOWED 409 FAILED_PRECONDITION
SALE_NOT_OPEN 409 FAILED_PRECONDITION
PURCHASE_LIMIT_EXCEEDED 409 QUOTA_EXCEEDED
USERNAME_TAKEN 409 ALREADY_EXISTS
EVENT_CONFLICT 409 CONCURRENT_MODIFICATION
OPERATION_NOT_POSSIBLE 409 FAILED_PRECONDITION
IDEMPOTENCY_CONFLICT 409 IDEMPOTENCY_CONFLICT
IDEMPOTENCY_IN_PROGRESS 409 IDEMPOTENCY_CONFLICT
PAYMENT_NOT_APPROVED 412 PAYMENT_NOT_APPROVED
RATE_LIMITED 429 RATE_LIMITED
INTERNAL_ERROR 500 INTERNAL
SERVICE_UNAVAILABLE 503 UNAVAILABLE
INVENTORY_SERVICE_ERROR 503 UPSTREAM_ERROR
QUEUE_FULL 503 UNAVAILABLE
UPSTREAM_TIMEOUT 504 UPSTREAM_TIMEOUT`;

test('the error table has every promised code with its status and gRPC value, and no other', () => {
  const actual = Object.entries(ERROR_TABLE).map(([code, { status, grpc }]) => `${code} ${status} ${grpc}`);
  assert.deepEqual(actual.sort(), PROMISED.trim().split('\n').sort());
});

test('every message exists in English and Korean, and what is missing says "not found"', () => {
  for (const [code, { status, message }] of Object.entries(ERROR_TABLE)) {
    assert.match(message.en, /^[ -~]+\.$/, code);
    assert.match(message.ko, /[가-힣]/, code);
    if (status === 404) assert.match(message.en, /not found/, code);
  }
  assert.match(ERROR_TABLE.INVENTORY_CONFLICT.message.en, /conflict/);
});

test('a refusal carries its code, details and time to wait, and nothing that was not given', () => {
  assert.deepEqual(refuse('NOT_FOUND'), { refused: 'NOT_FOUND' });
  const details = [{ field: 'seatIds', reason: 'A-1 is held' }];
  const facts = { details, retryAfterSeconds: 2 };
  assert.deepEqual(refuse('SEAT_UNAVAILABLE', facts), { refused: 'SEAT_UNAVAILABLE', ...facts });
});

test('a registry of two tables finds the codes of both and refuses a code that means two things', () => {
  const own = { TEAPOT: { status: 418, grpc: 'FAILED_PRECONDITION', message: { en: 'A teapot.', ko: '주전자.' } } };
  assert.equal(createErrorRegistry(ERROR_TABLE, own).find('TEAPOT')?.status, 418);
  assert.equal(ERROR_REGISTRY.find('TEAPOT'), undefined);
  assert.throws(() => createErrorRegistry(ERROR_TABLE, { NOT_FOUND: own.TEAPOT }), /NOT_FOUND/);
});

test('a registry refuses what no answer could be made of: a status that refuses nothing, an unknown gRPC value, a missing language', () => {
  const right = { status: 409, grpc: 'FAILED_PRECONDITION', message: { en: 'No.', ko: '안 됩니다.' } };
  assert.deepEqual(createErrorRegistry({ RIGHT_ONE: right }).find('RIGHT_ONE'), right);
  const wrong = [
    { ...right, status: 200 }, { ...right, status: 600 }, { ...right, status: 409.5 }, { ...right, grpc: 'NO_SUCH_VALUE' }, { ...right, grpc: 'toString' },
    { ...right, message: { ...right.message, en: '' } }, { ...right, message: { ...right.message, en: '안 됩니다.' } }, { ...right, message: { ...right.message, ko: 'No.' } },
  ];
  for (const entry of wrong) assert.throws(() => createErrorRegistry({ RIGHT_ONE: entry }), { name: 'MalformedErrorEntry' }, JSON.stringify(entry));
  for (const code of ['lower', '', 'TWO__BARS', 'ENDS_']) assert.throws(() => createErrorRegistry({ [code]: right }), { name: 'MalformedErrorEntry' }, code);
});

test('unavailability is 503 with Retry-After and no bug; everything else that is thrown is 500 and a bug', () => {
  for (const thrown of [new Unavailable('disk'), new LimitReached('rows')]) {
    const { refusal, isBug } = convertThrown(thrown);
    assert.deepEqual([refusal.refused, refusal.retryAfterSeconds, isBug], ['SERVICE_UNAVAILABLE', 1, false]);
  }
  for (const thrown of [new InvariantBreach('x'), new TypeError('x'), 'text', undefined, null]) {
    assert.deepEqual(convertThrown(thrown), { refusal: { refused: 'INTERNAL_ERROR' }, isBug: true });
  }
});

test('what a handler throws is answered without its cause, and logged with it', async () => {
  const throwing = (path: string, handle: Route['handle']): Route => ({ method: 'GET', path, access: 'anyone', summary: '', handle });
  const routes = [
    throwing('/sync', () => {
      throw new InvariantBreach('the-cause');
    }),
    throwing('/async', () => Promise.reject(new TypeError('the-cause'))),
    throwing('/down', () => Promise.reject(new Unavailable('the-cause'))),
    throwing('/unknown-code', () => ({ refused: 'NO_SUCH_CODE' })),
    throwing('/bad-header', () => ({ status: 200, headers: { 'x-bad': 'a\r\nb' } })),
    throwing('/no-data', () => ({ status: 200, body: { id: 1n as unknown } })),
  ];
  await withServer(routes, async ({ server, logLines }) => {
    const statusOf = async (path: string): Promise<readonly [number, string]> => {
      const reply = await server.inject({ method: 'GET', path });
      assert.doesNotMatch(reply.text, /the-cause/);
      if (reply.status === 503) assert.equal(reply.headers['retry-after'], '1');
      return [reply.status, codeOf(reply)];
    };
    for (const path of ['/sync', '/async', '/unknown-code', '/bad-header', '/no-data']) {
      assert.deepEqual(await statusOf(path), [500, 'INTERNAL_ERROR'], path);
    }
    assert.deepEqual(await statusOf('/down'), [503, 'SERVICE_UNAVAILABLE']);
    const levels = logLines.filter((line) => line['err'] !== undefined).map((line) => [line['level'], line['route']]);
    assert.deepEqual(levels[0], ['error', 'GET /sync']);
    assert.deepEqual(levels.at(-1), ['warn', 'GET /down']);
    assert.equal(levels.length, 6);
    assert.match(JSON.stringify(logLines), /the-cause/);
  });
});
