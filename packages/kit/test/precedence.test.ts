import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { test } from 'node:test';
import { rawRequest, withServer } from '../src/testing.ts';
import { codeOf, errorOf, PUT_EVENT, ROUTES } from './sample-routes.ts';

const TOO_LARGE = 'x'.repeat(65_537);
const MALFORMED = '{"eventId":';
const JSON_TYPE = 'application/json';

test('precedence: no route before no method, both before the body, its type, the caller and the fields', async () => {
  await withServer(ROUTES, async ({ server }) => {
    const headers = { 'content-type': 'text/plain' };
    const unknown = await server.inject({ method: 'POST', path: '/nowhere', headers, body: TOO_LARGE });
    assert.deepEqual([unknown.status, codeOf(unknown)], [404, 'NOT_FOUND']);
    const method = await server.inject({ method: 'PUT', path: '/v1/reservations', headers, body: TOO_LARGE });
    assert.deepEqual([method.status, codeOf(method), method.headers['allow']], [405, 'METHOD_NOT_ALLOWED', 'GET, HEAD, POST']);
  });
});

test('precedence: 413, 415, 401, 403, 400 in this order', async () => {
  await withServer(ROUTES, async ({ server, bearer }) => {
    const user = await bearer('u1');
    const put = (body: string, type: string, authorization?: string) =>
      server.inject({
        method: 'PUT',
        path: '/v1/events/e1',
        body,
        headers: { 'content-type': type, ...(authorization === undefined ? {} : { authorization }) },
      });
    const hold = (body: string, type: string, headers = {}) =>
      server.inject({ method: 'POST', path: '/v1/reservations', body, headers: { 'content-type': type, ...headers } });

    assert.equal((await hold(TOO_LARGE, 'text/plain')).status, 413);
    assert.equal((await hold(MALFORMED, 'text/plain')).status, 415);
    assert.equal((await hold(MALFORMED, JSON_TYPE)).status, 401);
    assert.equal((await put(MALFORMED, JSON_TYPE, user)).status, 403);
    assert.equal((await put(MALFORMED, JSON_TYPE, await bearer('u1', 'organizer'))).status, 400);
    assert.equal(codeOf(await hold('{}', JSON_TYPE, { authorization: user })), 'IDEMPOTENCY_REQUIRED');
    assert.equal(codeOf(await hold('{}', JSON_TYPE, { authorization: user, 'idempotency-key': 'k' })), 'INVALID_REQUEST');
    assert.equal((await hold('{"eventId":"e"}', JSON_TYPE, { authorization: user, 'idempotency-key': 'k' })).status, 201);
  });
});

test('405 names the methods of the path, also for parameters, trailing slashes and methods nobody knows', async () => {
  await withServer(ROUTES, async ({ server, port }) => {
    const allow = async (method: string, path: string) => (await server.inject({ method, path })).headers['allow'];
    assert.equal(await allow('POST', '/v1/reservations/r1'), 'DELETE, GET, HEAD');
    assert.equal(await allow('GET', '/v1/reservations/r1/cancel/'), 'POST');
    assert.equal(await allow('OPTIONS', '/health?x=1'), 'GET, HEAD');
    const strange = await rawRequest(port, 'PROPFIND /v1/reservations/r1 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
    assert.deepEqual([strange?.status, strange?.headers['allow']], [405, 'DELETE, GET, HEAD']);
  });
});

test('roles: each route lets in exactly those it is for', async () => {
  const verdicts: Readonly<Record<string, readonly number[]>> = {
    // nobody, user, organizer, admin, service
    'DELETE /v1/reservations/r1': [401, 403, 403, 204, 403],
    'GET /internal/thing': [401, 403, 403, 403, 200],
    // Its body is missing: whoever may not enter is not told so.
    'POST /v1/payments/p1/refund': [401, 403, 403, 400, 400],
    'PUT /v1/events/e1': [401, 403, 400, 400, 403],
    'GET /v1/reservations': [200, 200, 200, 200, 403],
    // Its body is missing as well.
    'POST /v1/reservations': [401, 400, 400, 400, 403],
    'GET /v1/reservations/r1': [200, 200, 200, 200, 200],
  };
  await withServer(ROUTES, async ({ server, bearer }) => {
    const roles = await Promise.all([bearer('u'), bearer('u', 'organizer'), bearer('u', 'admin'), bearer('u', 'service')]);
    for (const [route, expected] of Object.entries(verdicts)) {
      const [method = '', path = ''] = route.split(' ');
      const senders = [undefined, ...roles];
      const replies = await Promise.all(
        senders.map((authorization) => server.inject({ method, path, headers: authorization === undefined ? {} : { authorization } })),
      );
      assert.deepEqual(replies.map(({ status }) => status), expected, route);
    }
  });
});

test('S19: a service credential is no user’s sign-in on any route, unless its holder has another role as well', async () => {
  await withServer(ROUTES, async ({ server, bearer }) => {
    const get = async (role: string) => (await server.inject({ method: 'GET', path: '/v1/reservations', headers: { authorization: await bearer('reservation', role) } })).status;
    assert.deepEqual([await get('service'), await get('service service'), await get('service user')], [403, 403, 200]);
  });
});

test('a bad token is 401 even where none is needed, and no token is looked at where anyone may enter', async () => {
  await withServer(ROUTES, async ({ server }) => {
    const get = (path: string, authorization: string) => server.inject({ method: 'GET', path, headers: { authorization } });
    for (const value of ['Bearer nonsense', 'Bearer', 'bearer a b', 'Bearer ']) {
      assert.equal((await get('/v1/reservations', value)).status, 401, value);
    }
    assert.equal((await get('/v1/reservations', 'Basic dTpw')).status, 200, 'another scheme carries no token of ours');
    assert.equal((await get('/internal/thing', 'Basic dTpw')).status, 401);
    assert.equal((await get('/v1/reservations/r1', 'Bearer nonsense')).status, 200);
  });
});

test('the role is checked before a 32 MiB body is read: the refusal comes while most of it is still unsent', async () => {
  await withServer([PUT_EVENT], async ({ port, bearer }) => {
    const authorization = await bearer('u1');
    const { promise, resolve } = Promise.withResolvers<string>();
    const socket = connect(port, '127.0.0.1');
    let answer = '';
    socket.on('data', (chunk: Buffer) => {
      answer += chunk.toString('utf8');
      if (answer.includes('\r\n\r\n')) resolve(answer);
    });
    socket.write(`PUT /v1/events/e1 HTTP/1.1\r\nHost: x\r\nAuthorization: ${authorization}\r\nContent-Length: 33554432\r\n\r\n{`);
    const head = await promise;
    assert.match(head, /^HTTP\/1\.1 403 /);
    assert.match(head, /Connection: close/);
    socket.destroy();
  });
});

test('Expect: 100-continue is answered with the refusal itself, or with leave to go on', async () => {
  await withServer([PUT_EVENT], async ({ port, bearer }) => {
    const request = async (role: string | undefined, body: string): Promise<string> =>
      `PUT /v1/events/e1 HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: ${await bearer('u1', role)}\r\n` +
      `Content-Length: 9\r\nExpect: 100-continue\r\n\r\n${body}`;
    const refused = await rawRequest(port, await request(undefined, ''));
    assert.equal(refused?.status, 403);
    const taken = await rawRequest(port, await request('organizer', '{"id":12}'));
    assert.deepEqual([taken?.status, taken?.text], [200, '{"bytesOfDocument":9}']);
    const other = await rawRequest(port, (await request('organizer', '{"id":12}')).replace('100-continue', 'something'));
    assert.equal(other?.status, 200, 'an expectation that means nothing is passed over');
  });
});

test('a raw document is handed over whole, up to its own limit, and must be there', async () => {
  await withServer([PUT_EVENT], async ({ server, url, bearer }) => {
    const headers = { authorization: await bearer('u1', 'organizer') };
    const big = { id: 'e', list: Array.from({ length: 20_000 }, (_, i) => `seat-${i}`) };
    const sent = JSON.stringify(big);
    for (const body of [sent, sent.slice(0, -2) + ',"x"'.repeat(2_000_000) + ']}']) {
      const reply = await fetch(`${url}/v1/events/e1`, { method: 'PUT', headers, body: Buffer.from(body) });
      assert.deepEqual(await reply.json(), { bytesOfDocument: body.length });
    }
    const missing = await server.inject({ method: 'PUT', path: '/v1/events/e1', headers });
    assert.deepEqual(errorOf(missing).details, [{ field: 'body', reason: 'is required' }]);
  });
});
