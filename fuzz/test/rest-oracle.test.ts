import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createErrorRegistry, ERROR_TABLE, type Access, type Route } from '@traffic-tacos/kit';
import type { RawReply } from '@traffic-tacos/kit/testing';
import { SERVICE_NAMES, type ServiceName } from '@traffic-tacos/platform';
import type { Listed } from '@traffic-tacos/platform/testing';
import type { RestTarget } from '../src/case.ts';
import type { RestDraft } from '../src/rest/draft.ts';
import { wrongWithReply } from '../src/rest/oracle.ts';
import type { Secrets } from '../src/secrets.ts';
import type { Sender } from '../src/world.ts';

const SECRETS: Secrets = { inAnswer: (text) => (text.includes('secret') ? 'a secret' : undefined), inLog: () => undefined };
const NOTHING: Listed = new Map();
const LISTED: Listed = new Map([['GET /v1/orders/{id}', new Set(['200', '400 INVALID_REQUEST', '401 UNAUTHENTICATED', '403 FORBIDDEN', '404 ORDER_NOT_FOUND'])]]);
const listing = (reservation: Listed) => Object.fromEntries(SERVICE_NAMES.map((name) => [name, name === 'reservation' ? reservation : NOTHING])) as Readonly<Record<ServiceName, Listed>>;
const DEPS = { registry: createErrorRegistry(ERROR_TABLE), secrets: SECRETS, listed: listing(LISTED) };

const targetOf = (access: Access, path = '/v1/orders/:id'): RestTarget => {
  const route: Route = { method: 'GET', path, access, summary: '', handle: () => ({ status: 200 }) };
  return { surface: 'rest', name: `GET reservation ${path}`, service: 'reservation', route, weight: 1 };
};

const sender = (kind: Sender['kind'], more: Partial<Sender> = {}): Sender => ({ kind, name: 'n', userId: 'u', authorization: 'Bearer x', audience: undefined, ...more });
const NOBODY = sender('nobody', { authorization: undefined });
const SERVICE = sender('service', { audience: 'reservation' });

const DRAFT: RestDraft = {
  method: 'GET', segments: ['v1', 'orders', 'x'], query: [], headers: [], members: undefined, body: undefined, sender: sender('user'), version: 'HTTP/1.1', target: undefined, framing: 'length',
  tail: undefined, cuts: [], isIsolated: false, isOnRoute: true,
};
const TRACE = 'a'.repeat(32);
const HEADERS = { 'x-trace-id': TRACE, 'x-server-time': '1', date: 'now', 'www-authenticate': 'Bearer' };

const granted = (text = '{}', status = 200): RawReply => ({ status, headers: HEADERS, text });
const refused = (status: number, code: string, headers: RawReply['headers'] = {}): RawReply => {
  const error = { code, message: 'no', trace_id: TRACE, timestamp: '2026-01-01T00:00:00.000Z', path: '/v1', details: [] };
  return { status, headers: { ...HEADERS, ...headers }, text: JSON.stringify({ error }) };
};

const check = (target: RestTarget, reply: RawReply, draft: Partial<RestDraft> = {}): string =>
  wrongWithReply(DEPS, target, { ...DRAFT, ...draft }, Buffer.from('GET / HTTP/1.1\r\n\r\n'), reply) ?? 'right';

const UNAUTHENTICATED = refused(401, 'UNAUTHENTICATED');
const FORBIDDEN = refused(403, 'FORBIDDEN');
const ABSENT = refused(404, 'ORDER_NOT_FOUND');

test('S20: the check of an answer fires on a fault, on a secret, and on whatever the document does not list for the operation', () => {
  const target = targetOf('user');
  assert.equal(check(target, granted()), 'right');
  assert.equal(check(target, ABSENT), 'right');
  assert.match(check(target, refused(500, 'INTERNAL_ERROR')), /answered 500/);
  assert.match(check(target, refused(503, 'SERVICE_UNAVAILABLE')), /answered 503/);
  assert.match(check(target, granted('a secret')), /shows a secret/);
  assert.match(check(target, granted('{}', 201)), /answers 201, which its document does not list/);
  assert.match(check(target, refused(409, 'SALE_NOT_OPEN')), /answers 409 SALE_NOT_OPEN, which its document does not list/);
  assert.match(check(target, refused(404, 'EVENT_NOT_FOUND')), /answers 404 EVENT_NOT_FOUND/, 'the status is listed with another code');
  assert.equal(check(target, refused(405, 'METHOD_NOT_ALLOWED'), { isOnRoute: false }), 'right');
  assert.match(check(targetOf('anyone', '/v1/unknown'), granted()), /its document does not know it/);
  assert.equal(check(targetOf('anyone', '/v1/unknown'), refused(404, 'NOT_FOUND')), 'right');
});

test('S18, S19: whoever is not let in must get exactly 401 or 403, and a service credential must get 403 wherever services have no business', () => {
  for (const access of ['user', 'organizer', 'admin', 'service', 'service_or_admin'] as const) {
    for (const stranger of [NOBODY, sender('forged'), sender('service', { audience: 'payment' })]) {
      assert.equal(check(targetOf(access), UNAUTHENTICATED, { sender: stranger }), 'right', access);
      for (const reply of [FORBIDDEN, ABSENT, refused(400, 'INVALID_REQUEST')]) assert.match(check(targetOf(access), reply, { sender: stranger }), /and not 401/, access);
      assert.match(check(targetOf(access), granted(), { sender: stranger }), /lets in/, access);
    }
  }
  for (const access of ['optional', 'user', 'organizer', 'admin'] as const) {
    assert.equal(check(targetOf(access), FORBIDDEN, { sender: SERVICE }), 'right', access);
    for (const reply of [ABSENT, UNAUTHENTICATED, refused(400, 'INVALID_REQUEST')]) assert.match(check(targetOf(access), reply, { sender: SERVICE }), /and not 403/, access);
    assert.match(check(targetOf(access), granted(), { sender: SERVICE }), /lets in service/, access);
  }
  for (const access of ['service', 'service_or_admin'] as const) assert.equal(check(targetOf(access), ABSENT, { sender: SERVICE }), 'right', access);
  for (const [access, kind] of [['organizer', 'user'], ['admin', 'organizer'], ['service', 'admin'], ['service_or_admin', 'user']] as const) {
    assert.match(check(targetOf(access), ABSENT, { sender: sender(kind) }), /and not 403/, `${kind} at ${access}`);
  }
});

test('S18: a token at a route for anyone is not looked at, at an optional one only what is a bearer token, and operators are those on the machine itself', () => {
  const basic = sender('forged', { authorization: 'Basic eDp5' });
  assert.equal(check(targetOf('anyone'), granted(), { sender: sender('forged') }), 'right');
  assert.equal(check(targetOf('optional'), granted(), { sender: basic }), 'right');
  assert.match(check(targetOf('optional'), granted(), { sender: sender('forged') }), /lets in/);
  assert.equal(check(targetOf('operator'), granted(), { sender: NOBODY }), 'right');
  assert.match(check(targetOf('operator'), granted(), { sender: sender('forged') }), /lets in/);
  const headers: RestDraft['headers'] = [['X-Forwarded-For', '10.0.0.1']];
  assert.match(check(targetOf('operator'), granted(), { sender: NOBODY, headers }), /lets in/);
  assert.match(check(targetOf('operator'), ABSENT, { sender: sender('user'), headers }), /and not 403/);
});

test('what the parser, the size of a body or the length of a parameter refuses comes before the sender', () => {
  const stranger = { sender: NOBODY };
  const loose = { ...DEPS, listed: listing(new Map([['GET /v1/orders/{id}', new Set(['413 PAYLOAD_TOO_LARGE', '400 INVALID_REQUEST', '404 NOT_FOUND'])]])) };
  const seen = (reply: RawReply, draft: Partial<RestDraft> = {}) => wrongWithReply(loose, targetOf('user'), { ...DRAFT, ...stranger, ...draft }, Buffer.alloc(0), reply) ?? 'right';
  assert.equal(seen(refused(413, 'PAYLOAD_TOO_LARGE')), 'right');
  assert.equal(seen(refused(400, 'INVALID_REQUEST', { connection: 'close' })), 'right');
  assert.match(seen(refused(404, 'NOT_FOUND')), /and not 401/);
  assert.equal(seen(refused(404, 'NOT_FOUND'), { segments: ['v1', 'orders', 'x'.repeat(257)] }), 'right');
});
