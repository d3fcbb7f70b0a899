import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RpcTarget } from '../src/case.ts';
import { grammarOf } from '../src/grammar.ts';
import type { RpcReply } from '../src/rpc/connection.ts';
import type { RpcDraft } from '../src/rpc/draft.ts';
import { wrongWithCall } from '../src/rpc/oracle.ts';
import { delimited, frameOf, varint } from '../src/rpc/wire.ts';
import type { Secrets } from '../src/secrets.ts';

const ROUTES = { gateway: [], reservation: [], inventory: [], payment: [], worker: [] };
const target = grammarOf({ routes: ROUTES }, 'rpc').targets.find(({ name }) => name.endsWith('ReservationService/GetReservation')) as RpcTarget;
const SECRETS: Secrets = { inAnswer: (text) => (text.includes('secret') ? 'a secret' : undefined), inLog: () => undefined };
const USER = { kind: 'user', name: 'u', userId: 'u', authorization: 'Bearer x', audience: undefined } as const;

const DRAFT: RpcDraft = {
  path: '/reservation.v1.ReservationService/GetReservation', method: 'POST', contentType: 'application/grpc', parts: [], message: undefined, body: undefined, metadata: [],
  sender: USER, userId: '', isCancelled: false, hasDeadline: false, isOnMethod: true, mayBreakFraming: false,
};
const REPLY: RpcReply = { httpStatus: 200, status: 0, message: '', body: frameOf(Buffer.alloc(0)), resetCode: 0 };

/** A response whose `error.code` is this number. */
const withError = (code: number): Buffer => {
  const field = target.method.output.fields.find(({ name }) => name === 'error')?.number ?? 0;
  return frameOf(Buffer.concat([varint(BigInt(field * 8 + 2)), delimited(Buffer.concat([Buffer.of(8), varint(BigInt(code))]))]));
};

test('the check of a call fires on each thing that may be wrong with its end', () => {
  const check = (reply: Partial<RpcReply>, draft: Partial<RpcDraft> = {}): string | undefined => wrongWithCall(SECRETS, target, { ...DRAFT, ...draft }, { ...REPLY, ...reply });
  assert.equal(check({}), undefined);
  for (const fault of [2, 13, 14, 15, 17]) assert.match(check({ status: fault }) ?? '', /ended with status/);
  assert.match(check({ status: 13, message: 'Failed to decompress message' }) ?? '', /ended with status 13/, 'nothing was compressed');
  assert.equal(check({ status: 13, message: 'Failed%20to%20decompress%20message' }, { mayBreakFraming: true }), undefined);
  assert.match(check({ status: 4 }) ?? '', /status 4/, 'without a deadline none can pass');
  assert.equal(check({ status: 4 }, { hasDeadline: true }), undefined);
  assert.match(check({ status: 12 }) ?? '', /status 12/, 'it is implemented');
  assert.match(check({ status: 8 }) ?? '', /status 8/, 'nothing was too large');
  assert.match(check({ status: undefined }) ?? '', /without a status/);
  assert.match(check({ status: 5, httpStatus: 500 }) ?? '', /HTTP status 500/);
  assert.match(check({ status: 5, message: 'a%20secret' }) ?? '', /shows a secret/);
  assert.match(check({ body: frameOf(Buffer.from('\n\u0006secret')) }) ?? '', /shows a secret/);
  assert.match(check({ body: Buffer.of(0, 0, 0, 0, 9, 1) }) ?? '', /no single framed message/);
  for (const kind of ['nobody', 'forged'] as const) assert.match(check({}, { sender: { ...USER, kind } }) ?? '', /lets in/);
  assert.match(check({}, { sender: { ...USER, kind: 'service', audience: 'payment' } }) ?? '', /lets in/, 'a credential for another service');
  assert.equal(check({ body: withError(5) }), undefined, 'NOT_FOUND is an outcome');
  assert.match(check({ body: withError(16) }) ?? '', /error code 16/, 'INTERNAL is none');
  assert.equal(check({ status: 13 }, { isCancelled: true }), undefined, 'nobody waits for it');
});
