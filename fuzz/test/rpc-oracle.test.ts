import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ReservationService } from '@traffic-tacos/contracts';
import { grpcService } from '@traffic-tacos/kit';
import { SERVICE_NAMES } from '@traffic-tacos/platform';
import type { RpcTarget } from '../src/case.ts';
import { grammarOf } from '../src/grammar.ts';
import type { RpcReply } from '../src/rpc/connection.ts';
import type { RpcDraft } from '../src/rpc/draft.ts';
import { wrongWithCall } from '../src/rpc/oracle.ts';
import { delimited, frameOf, varint } from '../src/rpc/wire.ts';
import type { Secrets } from '../src/secrets.ts';

const ofEach = <T>(names: readonly string[], value: T): never => Object.fromEntries(names.map((name) => [name, value])) as never;
const handler = (): object => ({});
const SERVED = grpcService({ definition: ReservationService, handlers: { getReservation: handler as never } });
const targets = grammarOf({ routes: ofEach(SERVICE_NAMES, []), rpcs: ofEach(['reservation'], [SERVED]), sockets: undefined }, 'rpc').targets as readonly RpcTarget[];
const target = targets.find(({ name }) => name.endsWith('ReservationService/GetReservation')) ?? assert.fail();
const SECRETS: Secrets = { inAnswer: (text) => (text.includes('secret') ? 'a secret' : undefined), inLog: () => undefined };
const USER = { kind: 'user', name: 'u', userId: 'u', authorization: 'Bearer x', audience: undefined } as const;

const DRAFT: RpcDraft = {
  path: '/reservation.v1.ReservationService/GetReservation', method: 'POST', contentType: 'application/grpc', parts: [], message: undefined, body: undefined, metadata: [],
  sender: USER, userId: '', givenUpAfterMs: undefined, hasDeadline: false, isOnMethod: true, mayBreakFraming: false,
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
  const strangers = [{ ...USER, kind: 'nobody' }, { ...USER, kind: 'forged' }, { ...USER, kind: 'service', audience: 'payment' }] as const;
  for (const sender of strangers) {
    assert.match(check({}, { sender }) ?? '', /lets in/);
    for (const status of [3, 5, 7, 12]) assert.match(check({ status }, { sender }) ?? '', /and not with 16/, 'nothing is said of what is behind');
    assert.equal(check({ status: 16 }, { sender }), undefined);
    assert.equal(check({ status: 3 }, { sender, hasDeadline: true }), undefined, 'a deadline that is none');
  }
  assert.equal(check({ body: withError(5) }), undefined, 'NOT_FOUND is an outcome');
  assert.match(check({ body: withError(16) }) ?? '', /error code 16/, 'INTERNAL is none');
  assert.equal(check({ status: 13 }, { givenUpAfterMs: 0 }), undefined, 'nobody waits for it');
});

test('S19: a service where only users may call, and a user where only services may, must end with PERMISSION_DENIED', () => {
  const end = (callers: readonly string[], kind: 'user' | 'service' | 'admin', status: number): string | undefined =>
    wrongWithCall(SECRETS, { ...target, callers: new Set(callers) }, { ...DRAFT, sender: { ...USER, kind, audience: 'reservation' } }, { ...REPLY, status });
  for (const [callers, kind] of [[['user'], 'service'], [['service'], 'user'], [['admin'], 'service'], [['service'], 'admin'], [['admin'], 'user']] as const) {
    assert.equal(end(callers, kind, 7), undefined);
    assert.match(end(callers, kind, 0) ?? '', /lets in/, `${kind} where ${callers.join()} are`);
    assert.match(end(callers, kind, 5) ?? '', /and not with 7/);
  }
  for (const [callers, kind] of [[['user', 'service'], 'service'], [['admin'], 'admin'], [['user'], 'admin']] as const) assert.equal(end(callers, kind, 5), undefined);
});

test('where anyone may call, a token that is looked at must hold; where none is looked at, it makes no difference', () => {
  const end = (takesTokens: boolean, status: number): string | undefined =>
    wrongWithCall(SECRETS, { ...target, callers: new Set(['anyone']), takesTokens }, { ...DRAFT, sender: { ...USER, kind: 'forged' } }, { ...REPLY, status });
  assert.equal(end(false, 0), undefined);
  assert.match(end(true, 0) ?? '', /lets in/);
  assert.equal(end(true, 16), undefined);
});

test('a stream may give any number of messages and end with its deadline; a call has one answer', () => {
  const two = Buffer.concat([frameOf(Buffer.alloc(0)), frameOf(Buffer.alloc(0))]);
  const streamed = (reply: Partial<RpcReply>) => wrongWithCall(SECRETS, { ...target, isStream: true }, { ...DRAFT, hasDeadline: true }, { ...REPLY, ...reply });
  for (const body of [Buffer.alloc(0), two]) assert.equal(streamed({ body }), undefined);
  assert.equal(streamed({ status: 4, body: two }), undefined);
  assert.match(streamed({ body: two.subarray(1) }) ?? '', /no row of framed messages/);
  assert.match(wrongWithCall(SECRETS, target, DRAFT, { ...REPLY, body: two }) ?? '', /no single framed message/);
});

test('every method that a port serves is asked, streams among them, and those that nothing handles', () => {
  const isOf = (name: string) => targets.find((one) => one.name.endsWith(name));
  assert.equal(targets.length, Object.keys(ReservationService).length);
  assert.deepEqual([isOf('/GetReservation')?.isHandled, isOf('/CreateReservation')?.isHandled], [true, false]);
});
