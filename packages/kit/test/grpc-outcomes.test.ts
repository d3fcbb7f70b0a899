import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { Unavailable } from '@traffic-tacos/kernel';
import {
  createErrorRegistry, ERROR_REGISTRY, ERROR_TABLE, GRPC_ERROR_CODES, grpcService, refuse, type ErrorCode, type ErrorRegistry, type GrpcRefusal, type Refusal,
} from '../src/index.ts';
import { withGrpcServer, type TestGrpcServer } from '../src/testing.ts';
import { call, withClient, type Ended, type Sent } from './grpc/calls.ts';
import { SHOP_AUTHZ, SHOP_METHODS, type Answer, type Ask } from './grpc/shop.ts';

type Outcome = Answer | Refusal;

/** A shop whose window shows what the test says. */
async function withOutcome<T>(
  look: (request: Ask) => Outcome | Promise<Outcome>,
  body: (ask: (sent?: Sent) => Promise<Ended<Answer>>, running: TestGrpcServer) => Promise<T>,
): Promise<T> {
  const shop = grpcService({ definition: SHOP_METHODS, handlers: { look } });
  return withGrpcServer({ services: [shop], authz: SHOP_AUTHZ }, (running) =>
    withClient(running.address, (client) => body((sent) => call(client, SHOP_METHODS.look, { text: '' }, sent), running)),
  );
}

const STATUS_MODE: Sent = { 'x-error-mode': 'status' };

/** What is never an outcome, whatever the client wants. */
const ALWAYS_STATUS: Readonly<Partial<Record<ErrorCode, string>>> = {
  INVALID_REQUEST: 'INVALID_ARGUMENT',
  IDEMPOTENCY_REQUIRED: 'INVALID_ARGUMENT',
  UNAUTHENTICATED: 'UNAUTHENTICATED',
  FORBIDDEN: 'PERMISSION_DENIED',
  METHOD_NOT_ALLOWED: 'INVALID_ARGUMENT',
  PAYLOAD_TOO_LARGE: 'INVALID_ARGUMENT',
  UNSUPPORTED_MEDIA_TYPE: 'INVALID_ARGUMENT',
  RATE_LIMITED: 'RESOURCE_EXHAUSTED',
  INTERNAL_ERROR: 'INTERNAL',
  SERVICE_UNAVAILABLE: 'UNAVAILABLE',
  INVENTORY_SERVICE_ERROR: 'UNAVAILABLE',
  QUEUE_FULL: 'UNAVAILABLE',
  UPSTREAM_TIMEOUT: 'DEADLINE_EXCEEDED',
};

/** What outcomes become for clients that look only at statuses. */
const OUTCOMES: Readonly<Partial<Record<ErrorCode, string>>> = {
  NOT_READY: 'FAILED_PRECONDITION',
  NOT_FOUND: 'NOT_FOUND',
  EVENT_NOT_FOUND: 'NOT_FOUND',
  SEAT_NOT_FOUND: 'NOT_FOUND',
  RESERVATION_NOT_FOUND: 'NOT_FOUND',
  PAYMENT_NOT_FOUND: 'NOT_FOUND',
  ORDER_NOT_FOUND: 'NOT_FOUND',
  TOKEN_NOT_FOUND: 'NOT_FOUND',
  SEAT_UNAVAILABLE: 'ABORTED',
  INVENTORY_CONFLICT: 'FAILED_PRECONDITION',
  RESERVATION_EXPIRED: 'FAILED_PRECONDITION',
  RESERVATION_ALREADY_CONFIRMED: 'FAILED_PRECONDITION',
  RESERVATION_ALREADY_CANCELLED: 'FAILED_PRECONDITION',
  EXTENSION_NOT_ALLOWED: 'FAILED_PRECONDITION',
  SALE_NOT_OPEN: 'FAILED_PRECONDITION',
  PURCHASE_LIMIT_EXCEEDED: 'FAILED_PRECONDITION',
  USERNAME_TAKEN: 'ALREADY_EXISTS',
  EVENT_CONFLICT: 'ABORTED',
  OPERATION_NOT_POSSIBLE: 'FAILED_PRECONDITION',
  IDEMPOTENCY_CONFLICT: 'ABORTED',
  IDEMPOTENCY_IN_PROGRESS: 'ABORTED',
  PAYMENT_NOT_APPROVED: 'FAILED_PRECONDITION',
};

test('every code of the error table is an outcome or a status, and which one is written down here', async () => {
  assert.deepEqual(Object.keys({ ...ALWAYS_STATUS, ...OUTCOMES }).sort(), [...ERROR_REGISTRY.codes].sort());
  let code: ErrorCode = 'NOT_FOUND';
  await withOutcome(() => refuse(code), async (ask) => {
    for (code of Object.keys(ERROR_TABLE) as ErrorCode[]) {
      const { grpc, message } = ERROR_TABLE[code];
      const asStatus = await ask(STATUS_MODE);
      assert.deepEqual([asStatus.code, asStatus.message], [ALWAYS_STATUS[code] ?? OUTCOMES[code], message.en], code);
      assert.deepEqual([asStatus.details?.reason, asStatus.details?.errorCode], [code, grpc], code);

      const asIs = await ask();
      assert.equal(asIs.code, ALWAYS_STATUS[code] ?? 'OK', code);
      if (code in OUTCOMES) {
        const error = asIs.response?.error;
        assert.deepEqual([error?.code, error?.message], [GRPC_ERROR_CODES[grpc]?.number, message.en], code);
      }
    }
  });
});

test('a registry that lacks a code of the platform, or has one that gRPC does not know, keeps the server from starting', async () => {
  const shop = grpcService({ definition: SHOP_METHODS, handlers: {} });
  const start = (registry: ErrorRegistry): Promise<void> => withGrpcServer({ services: [shop], authz: SHOP_AUTHZ, registry }, async () => undefined);
  const { INTERNAL_ERROR, ...others } = ERROR_TABLE;
  await assert.rejects(start(createErrorRegistry(others)), { name: 'InvariantBreach', message: 'the registry lacks INTERNAL_ERROR' });
  const oversold = { ...INTERNAL_ERROR, grpc: 'OVERSOLD' };
  const unmapped: ErrorRegistry = { find: (code) => (code === 'SOLD_TWICE' ? oversold : ERROR_REGISTRY.find(code)), codes: [...ERROR_REGISTRY.codes, 'SOLD_TWICE'] };
  await assert.rejects(start(unmapped), { name: 'InvariantBreach', message: 'the error code SOLD_TWICE has no gRPC mapping' });
});

test('a sold-out text contains "conflict", a missing one "not found", and no text an id', () => {
  for (const [code, { grpc, message }] of Object.entries(ERROR_TABLE)) {
    if (['INVENTORY_CONFLICT', 'INSUFFICIENT_INVENTORY'].includes(grpc)) assert.match(message.en, /conflict/i, code);
    if (grpc === 'NOT_FOUND') assert.match(message.en, /not found/i, code);
    assert.doesNotMatch(message.en, /_|(?<!UTF-)\d/, code);
  }
});

test('the numbers of the error codes are those of the published contract', () => {
  const proto = readFileSync(new URL('../../../contracts/proto/common/v1/errors.proto', import.meta.url), 'utf8');
  const published = [...proto.matchAll(/^ {2}ERROR_CODE_(\w+) = (\d+);/gm)].map(([, name = '', number]): [string, number] => [name, Number(number)]);
  const ours = Object.entries(GRPC_ERROR_CODES).map(([name, { number }]): [string, number] => [name, number]);
  assert.deepEqual(new Map(ours), new Map(published.filter(([name]) => name !== 'UNSPECIFIED')));
});

test('an outcome carries details by the names of the contract, and the trace id', async () => {
  const details = [{ field: 'seatIds[1]', reason: 'is taken' }, { field: 'VIP-1-1', reason: 'is blocked' }];
  const traceId = 'ab'.repeat(16);
  await withOutcome(() => refuse('SEAT_UNAVAILABLE', { details }), async (ask) => {
    const { response } = await ask({ 'x-trace-id': traceId });
    assert.equal(response?.error?.traceId, traceId);
    const spelled = [{ field: 'seat_ids[1]', reason: 'is taken' }, { field: 'VIP-1-1', reason: 'is blocked' }];
    assert.deepEqual(response?.error?.details.map(({ field, reason }) => ({ field, reason })), spelled);
    const asStatus = await ask({ ...STATUS_MODE, 'x-trace-id': traceId });
    assert.deepEqual([asStatus.details?.violations, asStatus.details?.traceId], [spelled, traceId]);
    assert.deepEqual(asStatus.trailers.get('x-trace-id'), [traceId]);
  });
});

test('an outcome may say more: a value with each detail, and other fields of the response; a status has the value in its reason', async () => {
  const outcome: GrpcRefusal = { refused: 'SEAT_UNAVAILABLE', details: [{ field: 'seatIds', reason: 'held', value: 'A-1' }], response: { text: 'taken' } };
  await withOutcome(() => outcome, async (ask) => {
    const { response } = await ask();
    assert.deepEqual([response?.text, response?.error?.code], ['taken', GRPC_ERROR_CODES['INVENTORY_CONFLICT']?.number]);
    assert.deepEqual(response?.error?.details.map(({ field, reason, value }) => ({ field, reason, value })), [{ field: 'seat_ids', reason: 'held', value: 'A-1' }]);
    assert.deepEqual((await ask(STATUS_MODE)).details?.violations, [{ field: 'seat_ids', reason: 'A-1: held' }]);
  });
});

test('messages are in the language that the client likes best', async () => {
  await withOutcome(() => refuse('EVENT_NOT_FOUND'), async (ask) => {
    const korean = ERROR_TABLE.EVENT_NOT_FOUND.message.ko;
    assert.equal((await ask({ 'accept-language': 'ko-KR,en;q=0.5' })).response?.error?.message, korean);
    assert.equal((await ask({ ...STATUS_MODE, 'accept-language': 'ko' })).message, korean);
  });
});

test('a store that cannot decide is UNAVAILABLE and says when to ask again', async () => {
  await withOutcome(() => Promise.reject(new Unavailable('the disk is gone')), async (ask, { logLines }) => {
    const { code, message, details } = await ask();
    assert.deepEqual([code, details?.reason, details?.retryAfterMs], ['UNAVAILABLE', 'SERVICE_UNAVAILABLE', 1000]);
    assert.doesNotMatch(message, /disk/);
    assert.ok(logLines.some((line) => line['level'] === 'warn' && JSON.stringify(line).includes('the disk is gone')));
  });
});

test('whatever else a handler throws or refuses with is INTERNAL, logged, and its cause hidden', async () => {
  const bugs: Readonly<Record<string, () => Outcome | Promise<Outcome>>> = {
    'thrown at once': () => {
      throw new TypeError('secret 1');
    },
    'thrown later': () => Promise.reject(new TypeError('secret 2')),
    'an unknown code': () => ({ refused: 'SECRET_3' }),
  };
  for (const [name, bug] of Object.entries(bugs)) {
    await withOutcome(bug, async (ask, { logLines }) => {
      const ended = await ask();
      assert.deepEqual([ended.code, ended.message], ['INTERNAL', ERROR_TABLE.INTERNAL_ERROR.message.en], name);
      assert.doesNotMatch(JSON.stringify(ended), /secret/i, name);
      assert.equal(logLines.filter((line) => line['level'] === 'error').length, 1, name);
    });
  }
});

test('an answer that cannot be encoded is INTERNAL', async () => {
  const responseSerialize = (): Buffer => {
    throw new TypeError('secret 4');
  };
  const look = { ...SHOP_METHODS.look, responseSerialize };
  const shop = grpcService({ definition: { ...SHOP_METHODS, look }, handlers: { look: () => ({ text: '' }) } });
  await withGrpcServer({ services: [shop], authz: SHOP_AUTHZ }, ({ address, logLines }) =>
    withClient(address, async (client) => {
      const ended = await call(client, SHOP_METHODS.look, {});
      assert.deepEqual([ended.code, ended.message], ['INTERNAL', ERROR_TABLE.INTERNAL_ERROR.message.en]);
      assert.equal(logLines.filter(({ level }) => level === 'error').length, 1);
    }),
  );
});
