import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { test } from 'node:test';
import { rawRequest, withServer } from '../src/testing.ts';
import { codeOf, GET_ONE, OPEN_HOLD, ROUTES } from './sample-routes.ts';

const CLOSING = 'HTTP/1.1\r\nHost: x\r\nConnection: close\r\n';
const json = (text: string): { json(): unknown } => ({ json: () => JSON.parse(text) as unknown });

test('S20: bytes that are not HTTP get a 4xx with an error document, and the connection ends', async () => {
  const garbage = [
    'nonsense\r\n\r\n',
    'GET / HTTP/9.9\r\n\r\n',
    'GET /a b HTTP/1.1\r\nHost: x\r\n\r\n',
    'GET / HTTP/1.1\r\nHost: x\r\nbad header\r\n\r\n',
    'GET / HTTP/1.1\r\nHost: x\r\nX: a\u0000b\r\n\r\n',
    'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: x\r\n\r\n',
    'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n',
    'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n',
    'POST /open/reservations HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n',
    Buffer.from([0x16, 0x03, 0x01, 0x02, 0x00]),
  ];
  await withServer(ROUTES, async ({ port }) => {
    for (const bytes of garbage) {
      const reply = await rawRequest(port, bytes);
      assert.equal(reply?.status, 400, String(bytes));
      assert.equal(codeOf(json(reply.text)), 'INVALID_REQUEST');
      assert.equal(reply.headers['connection'], 'close');
    }
  });
});

test('S18: a header of the limit is taken, a larger one is 431', async () => {
  await withServer(ROUTES, async ({ port }) => {
    const request = (bytes: number): string => `GET /health ${CLOSING}Authorization: Bearer ${'e'.repeat(bytes)}\r\n\r\n`;
    assert.equal((await rawRequest(port, request(16_000)))?.status, 200);
    const reply = await rawRequest(port, request(17_000));
    assert.deepEqual([reply?.status, codeOf(json(reply?.text ?? ''))], [431, 'INVALID_REQUEST']);
    assert.equal((await rawRequest(port, request(1_000_000)))?.status, 431);
  });
});

test('S20: slow headers, a slow body and a silent connection are ended with 408, while others are served', async () => {
  const settings = { headersTimeoutMs: 100, requestTimeoutMs: 150, timeoutCheckMs: 20 };
  await withServer(
    [OPEN_HOLD],
    async ({ port, server }) => {
      const slow = Promise.all([
        rawRequest(port, 'GET /health HTTP/1.1\r\nHost:'),
        rawRequest(port, 'POST /open/reservations HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 50\r\n\r\n{"a"'),
        rawRequest(port, ''),
      ]);
      assert.equal((await server.inject({ method: 'GET', path: '/health' })).status, 200);
      for (const reply of await slow) assert.deepEqual([reply?.status, codeOf(json(reply?.text ?? ''))], [408, 'INVALID_REQUEST']);
    },
    { settings },
  );
});

test('S18: a header that may stand there once and stands there twice is refused: whoever is in front may have believed the other one', async () => {
  await withServer(ROUTES, async ({ port }) => {
    const body = '{"eventId":"e","quantity":1}';
    const statusOf = async (fields: readonly string[]) =>
      (await rawRequest(port, `POST /open/reservations HTTP/1.1\r\n${fields.map((field) => `${field}\r\n`).join('')}Content-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`))?.status;
    const once = ['Host: x', 'Content-Type: application/json'];
    const usual = await statusOf(once);
    assert.ok(usual !== undefined && usual !== 401 && usual !== 415);
    assert.equal(await statusOf([...once, 'Host: y']), 400);
    assert.equal(await statusOf([...once, 'Content-Type: text/plain']), 415);
    const tokens = ['Authorization: Bearer a', 'Authorization: Bearer b'];
    for (const fields of [tokens, tokens.toReversed()]) {
      const reply = await rawRequest(port, `DELETE /v1/reservations/r1 HTTP/1.1\r\nHost: x\r\n${fields.join('\r\n')}\r\nConnection: close\r\n\r\n`);
      assert.deepEqual([reply?.status, /must be a bearer token/.test(reply?.text ?? '')], [401, true]);
    }
  });
});

test('malformed percent-encoding and targets that are no path are 4xx: only the root itself leads to the page of all routes', async () => {
  await withServer([GET_ONE], async ({ port }) => {
    const statusOf = async (target: string) => (await rawRequest(port, `GET ${target} ${CLOSING}\r\n`))?.status;
    const long = (chars: number): string => `/v1/reservations/${'x'.repeat(chars)}`;
    for (const target of ['/v1/reservations/%', '/v1/reservations/%ZZ', '/%E0%A4%A', '/v1/reservations/%C3%28']) {
      assert.equal(await statusOf(target), 400, target);
    }
    const noPaths = ['*', '//', '//?x', '*?x', '*x', '*healthz', '*v1/reservations/r1', '//v1', '//healthz', '/healthz//', 'http://other//', 'http://other'];
    for (const target of [...noPaths, '/v1/reservations/', 'http://other/v1', long(257)]) assert.equal(await statusOf(target), 404, target);
    for (const target of ['/', '/?x', '/swagger-ui', '/swagger-ui/', 'http://other/']) assert.equal(await statusOf(target), 302, target);
    for (const target of ['/healthz', '/healthz?x', 'http://other/healthz']) assert.equal(await statusOf(target), 200, target);
    assert.equal(await statusOf(long(256)), 200);
    assert.equal(await statusOf('/v1/reservations/%2e%2e%2Fetc%00?%'), 200);
  });
});

test('a body in pieces, a body in chunks, and requests in one packet are all answered, in order', async () => {
  await withServer([OPEN_HOLD], async ({ port }) => {
    const body = (id: string): string => JSON.stringify({ eventId: id });
    const post = (id: string, last = ''): string =>
      `POST /open/reservations HTTP/1.1\r\nHost: x\r\n${last}Content-Length: ${body(id).length}\r\n\r\n${body(id)}`;
    const pipelined = await received(port, [post('a') + post('b') + post('c', 'Connection: close\r\n')]);
    assert.deepEqual([...pipelined.matchAll(/\{"eventId":"(.)"\}/g)].map(([, id]) => id), ['a', 'b', 'c']);
    const whole = post('pieces', 'Connection: close\r\n');
    assert.match(await received(port, [whole.slice(0, 40), whole.slice(40, -8), whole.slice(-8)]), /"pieces"/);
    const chunked = `POST /open/reservations ${CLOSING}Transfer-Encoding: chunked\r\n\r\n`;
    assert.match(await received(port, [`${chunked}5\r\n{"eve\r\n9\r\nntId":"c"\r\n`, '1\r\n}\r\n0\r\n\r\n']), /\{"eventId":"c"\}/);
    assert.match(await received(port, [`${chunked}0\r\n\r\n`]), /is required/);
  });
});

test('S20: beyond the connection limit a connection is closed at once; below it, the next one is served', async () => {
  await withServer(
    [GET_ONE],
    async ({ port }) => {
      const first = await connected(port);
      const second = await connected(port);
      assert.equal(await rawRequest(port, 'GET /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n'), undefined);
      first.destroy();
      second.write('GET /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
      const [chunk] = (await once(second, 'data')) as [Buffer];
      assert.match(chunk.toString(), /^HTTP\/1\.1 200 /);
    },
    { settings: { connections: 2 } },
  );
});

test('a client that leaves in the middle of its body leaves nothing behind', async () => {
  await withServer([OPEN_HOLD], async ({ port, server }) => {
    const socket = await connected(port);
    socket.write('POST /open/reservations HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 50\r\n\r\n{"a"');
    await server.inject({ method: 'GET', path: '/health' });
    socket.resetAndDestroy();
    await once(socket, 'close');
    assert.deepEqual(await server.close(30_000), { kind: 'drained' });
  });
});

test('a refusal that was given before the body came is not lost where the body turns out to be broken', async () => {
  await withServer(ROUTES, async ({ port }) => {
    const head = 'POST /v1/reservations HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n';
    for (const pieces of [[`${head}ZZ\r\n{}\r\n`], [head, 'ZZ\r\n{}\r\n'], [head, '2\r\n{}\r\n', 'ZZ\r\n']]) {
      const answer = await received(port, pieces);
      assert.match(answer, /^HTTP\/1\.1 401 /, JSON.stringify(pieces));
      assert.match(answer, /"code":"UNAUTHENTICATED"[^]*\}$/);
    }
  });
});

async function connected(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => socket.destroy());
  await once(socket, 'connect');
  return socket;
}

/** Sends the pieces in packets of their own and collects all that comes. */
async function received(port: number, pieces: readonly string[]): Promise<string> {
  const socket = await connected(port);
  socket.setNoDelay(true);
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  for (const piece of pieces) await new Promise<void>((resolve) => socket.write(piece, () => setImmediate(resolve)));
  await once(socket, 'close');
  return Buffer.concat(chunks).toString('utf8');
}
