import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Route } from '../src/index.ts';
import { rawRequest, withServer } from '../src/testing.ts';
import { errorOf, GET_ONE, ROUTES } from './sample-routes.ts';

const TRACE = '0af7651916cd43dd8448eb211c80319c';

test('every answer names its trace and tells the server\'s now, also those that never became a request', async () => {
  await withServer(ROUTES, async ({ port, clock }) => {
    clock.set(1_760_000_000_123);
    const requests = [
      'GET /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n',
      'HEAD /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n',
      'GET /nowhere HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n',
      'POST /v1/reservations HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n',
      'GET /v1/%ZZ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n',
      'GET /health HTTP/1.1\r\nConnection: close\r\n\r\n',
      'nonsense\r\n\r\n',
    ];
    for (const request of requests) {
      const reply = await rawRequest(port, request);
      assert.match(reply?.headers['x-trace-id'] ?? '', /^[0-9a-f]{32}$/, request);
      assert.equal(reply?.headers['x-server-time'], '1760000000123', request);
      assert.equal(reply?.headers['date'], 'Thu, 09 Oct 2025 08:53:20 GMT', request);
    }
  });
});

test('a trace is continued from traceparent, taken from X-Trace-Id, and begun where neither is valid', async () => {
  await withServer([GET_ONE], async ({ server }) => {
    const traceOf = async (headers: Readonly<Record<string, string>>) =>
      (await server.inject({ method: 'GET', path: '/v1/reservations/r1', headers })).headers['x-trace-id'] ?? '';
    const parent = `00-${TRACE}-b7ad6b7169203331-01`;
    assert.equal(await traceOf({ traceparent: parent }), TRACE);
    assert.equal(await traceOf({ traceparent: parent, 'x-trace-id': 'f'.repeat(32) }), TRACE);
    assert.equal(await traceOf({ traceparent: `cc-${TRACE}-b7ad6b7169203331-01-later` }), TRACE);
    assert.equal(await traceOf({ 'x-trace-id': TRACE.toUpperCase() }), TRACE);
    const replaced = [
      { 'x-trace-id': TRACE.slice(1) },
      { 'x-trace-id': `${TRACE}0` },
      { 'x-trace-id': '0'.repeat(32) },
      { 'x-trace-id': 'x'.repeat(32) },
      { traceparent: `ff-${TRACE}-b7ad6b7169203331-01` },
      { traceparent: `00-${'0'.repeat(32)}-b7ad6b7169203331-01` },
      { traceparent: `00-${TRACE.toUpperCase()}-b7ad6b7169203331-01` },
    ];
    for (const headers of replaced) {
      const given = await traceOf(headers);
      assert.match(given, /^[0-9a-f]{32}$/);
      assert.notEqual(given, TRACE);
    }
  });
});

test('two requests without a trace have different ones', async () => {
  await withServer([GET_ONE], async ({ server }) => {
    const replies = await Promise.all(Array.from({ length: 2_000 }, () => server.inject({ method: 'GET', path: '/v1/reservations/r1' })));
    assert.equal(new Set(replies.map(({ headers }) => headers['x-trace-id'])).size, 2_000);
  });
});

test('an error has its trace, its instant, and a path without the query, where tokens travel', async () => {
  await withServer(ROUTES, async ({ server, clock }) => {
    clock.set(1_760_000_000_123);
    const reply = await server.inject({ method: 'GET', path: '/nowhere/at-all?token=secret', headers: { 'x-trace-id': TRACE } });
    assert.deepEqual(reply.json(), {
      error: {
        code: 'NOT_FOUND',
        message: 'The resource was not found.',
        traceId: TRACE,
        timestamp: '2025-10-09T08:53:20.123Z',
        path: '/nowhere/at-all',
        details: [],
      },
    });
    const long = await server.inject({ method: 'GET', path: `/${'x'.repeat(5_000)}` });
    assert.equal(errorOf(long).path.length, 512);
  });
});

test('messages follow Accept-Language: the language liked best of English and Korean, English when neither is named', async () => {
  await withServer(ROUTES, async ({ server }) => {
    const isKorean = async (language: string): Promise<boolean> => {
      const reply = await server.inject({ method: 'GET', path: '/nowhere', headers: { 'accept-language': language } });
      return /[가-힣]/.test(errorOf(reply).message);
    };
    for (const language of ['ko', 'ko-KR', 'KO', 'ja, ko;q=0.5', 'en;q=0.3, ko;q=0.8', 'ko, en']) {
      assert.equal(await isKorean(language), true, language);
    }
    for (const language of ['en', '*', 'fr', 'kok', '', 'ko;q=0', 'en, ko', 'ko;q=x', ';;,', `ko${' '.repeat(2_000)}`]) {
      assert.equal(await isKorean(language), false, language);
    }
  });
});

test('a handler\'s own header fields, contents and empty answers go out as they are', async () => {
  const routes: Route[] = [
    { ...GET_ONE, path: '/text', handle: () => ({ status: 200, content: { type: 'text/plain; charset=utf-8', data: '한글' } }) },
    { ...GET_ONE, path: '/bytes', handle: () => ({ status: 200, content: { type: 'image/png', data: Uint8Array.of(1, 2, 3) } }) },
    { ...GET_ONE, path: '/cached', handle: () => ({ status: 304, headers: { ETag: '"v1"' } }) },
    { ...GET_ONE, path: '/created', handle: () => ({ status: 201, body: [], headers: { Location: '/x', 'Idempotency-Replayed': 'true' } }) },
    { ...GET_ONE, path: '/wait', handle: () => ({ refused: 'NOT_READY', retryAfterSeconds: 3, headers: { 'X-Queue': '5' } }) },
  ];
  await withServer(routes, async ({ server, url }) => {
    const get = (path: string) => server.inject({ method: 'GET', path });
    const text = await get('/text');
    assert.deepEqual([text.text, text.headers['content-length'], text.headers['content-type']], ['한글', '6', 'text/plain; charset=utf-8']);
    assert.deepEqual(new Uint8Array(await (await fetch(`${url}/bytes`)).arrayBuffer()), Uint8Array.of(1, 2, 3));
    const cached = await get('/cached');
    assert.deepEqual([cached.status, cached.headers['etag'], cached.headers['content-length']], [304, '"v1"', undefined]);
    const created = await get('/created');
    assert.deepEqual([created.text, created.headers['location'], created.headers['idempotency-replayed']], ['[]', '/x', 'true']);
    const wait = await get('/wait');
    assert.deepEqual([wait.status, wait.headers['retry-after'], wait.headers['x-queue']], [403, '3', '5']);
    const head = await server.inject({ method: 'HEAD', path: '/text' });
    assert.deepEqual([head.status, head.text, head.headers['content-length']], [200, '', '6']);
  });
});

test('401 says how to authenticate', async () => {
  await withServer(ROUTES, async ({ server }) => {
    const reply = await server.inject({ method: 'GET', path: '/internal/thing', headers: { authorization: 'Bearer x' } });
    assert.deepEqual([reply.status, reply.headers['www-authenticate']], [401, 'Bearer']);
  });
});
