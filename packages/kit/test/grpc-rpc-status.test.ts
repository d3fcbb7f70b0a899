import assert from 'node:assert/strict';
import { test } from 'node:test';
import { create, createFileRegistry, fromBinary, toJson } from '@bufbuild/protobuf';
import { FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';
import fc from 'fast-check';
import { errorDetailProtos } from '../src/grpc/error-detail-protos.ts';
import { decodeRpcStatus, encodeRpcStatus, type RpcStatusDetails } from '../src/grpc/rpc-status.ts';

const REGISTRY = createFileRegistry(create(FileDescriptorSetSchema, { file: [...errorDetailProtos()].reverse() }));
const STATUS = REGISTRY.getMessage('google.rpc.Status');

const PLAIN = { noNullPrototype: true } as const;

const DETAILS: RpcStatusDetails = {
  reason: 'SEAT_UNAVAILABLE',
  errorCode: 'INVENTORY_CONFLICT',
  violations: [{ field: 'seat_ids[1]', reason: 'is taken' }, { field: 'A-12', reason: '매진' }],
  retryAfterMs: 1_500,
  traceId: 'ab'.repeat(16),
};

/** As somebody reads it who knows only the published messages. */
function readBy(encoded: Uint8Array): unknown {
  assert.ok(STATUS !== undefined);
  return toJson(STATUS, fromBinary(STATUS, encoded), { registry: REGISTRY });
}

test('a status carries the messages of google.rpc, as their own descriptors read them', () => {
  const at = (name: string): string => `type.googleapis.com/google.rpc.${name}`;
  const info = { '@type': at('ErrorInfo'), reason: 'SEAT_UNAVAILABLE', domain: 'traffic-tacos', metadata: { error_code: 'INVENTORY_CONFLICT' } };
  const request = { '@type': at('RequestInfo'), requestId: 'ab'.repeat(16) };
  const retry = { '@type': at('RetryInfo'), retryDelay: '1.500s' };
  assert.deepEqual(readBy(encodeRpcStatus(9, 'Seat conflict.', DETAILS, false)), {
    code: 9,
    message: 'Seat conflict.',
    details: [
      info,
      request,
      {
        '@type': at('PreconditionFailure'),
        violations: [
          { type: 'SEAT_UNAVAILABLE', subject: 'seat_ids[1]', description: 'is taken' },
          { type: 'SEAT_UNAVAILABLE', subject: 'A-12', description: '매진' },
        ],
      },
      retry,
    ],
  });
  assert.deepEqual(readBy(encodeRpcStatus(3, 'No.', { ...DETAILS, violations: [{ field: 'qty', reason: 'is 0' }] }, true)), {
    code: 3,
    message: 'No.',
    details: [info, request, { '@type': at('BadRequest'), fieldViolations: [{ field: 'qty', description: 'is 0' }] }, retry],
  });
});

test('what is written is read back', () => {
  const violations = fc.array(fc.record({ field: fc.string({ unit: 'grapheme' }), reason: fc.string() }, PLAIN), { maxLength: 5 });
  const details = fc.record({
    reason: fc.string(),
    errorCode: fc.string({ minLength: 1 }),
    violations,
    retryAfterMs: fc.option(fc.nat(), { nil: undefined }),
    traceId: fc.string(),
  }, PLAIN);
  fc.assert(
    fc.property(fc.nat(16), fc.string(), details, fc.boolean(), (code, message, given, isBadRequest) => {
      assert.deepEqual(decodeRpcStatus(encodeRpcStatus(code, message, given, isBadRequest)), given);
    }),
  );
});

test('S20: however many violations there are, a status fits into the trailers that every client takes', () => {
  const many = Array.from({ length: 10_000 }, (_, i) => ({ field: `seat_ids[${i}]`, reason: 'must be a text of at most 128 characters' }));
  const encoded = encodeRpcStatus(3, 'No.', { ...DETAILS, violations: many }, true);
  assert.ok(encoded.length < 5_000, `${encoded.length} bytes`);
  const shown = decodeRpcStatus(encoded)?.violations ?? [];
  const last = shown.at(-1);
  assert.deepEqual([shown[0], last], [many[0], { field: '', reason: `and ${many.length - shown.length + 1} more` }]);
  const one = encodeRpcStatus(3, 'No.', { ...DETAILS, violations: [{ field: 'x'.repeat(1_000_000), reason: '' }] }, true);
  assert.deepEqual(decodeRpcStatus(one)?.violations, [{ field: '', reason: 'and 1 more' }]);
});

test('bytes of somebody else never throw, whatever they are', () => {
  const real = encodeRpcStatus(9, 'Seat conflict.', DETAILS, false);
  fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => void decodeRpcStatus(bytes)));
  fc.assert(
    fc.property(fc.nat(real.length - 1), fc.integer({ min: 1, max: 255 }), fc.nat(real.length), (at, flip, end) => {
      const bent = Uint8Array.from(real);
      bent[at] = (bent[at] ?? 0) ^ flip;
      decodeRpcStatus(bent.subarray(0, end));
    }),
  );
  assert.equal(decodeRpcStatus(real.subarray(0, real.length - 1)), undefined, 'cut short');
});
