import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { test } from 'node:test';
import {
  createHealth, createHttpServer, createLogger, createMetrics, createPooledRandom, createSystemClock, type EdgeReply, type Route,
} from '../src/index.ts';
import { rawRequest, withServer } from '../src/testing.ts';
import { GET_ONE } from './sample-routes.ts';

/** A route that answers when it is told to, and tells when it was reached. */
function waiting(): { readonly route: Route; readonly reached: Promise<void>; answer(reply: EdgeReply): void } {
  const reached = Promise.withResolvers<void>();
  const answer = Promise.withResolvers<EdgeReply>();
  const handle = (): Promise<EdgeReply> => {
    reached.resolve();
    return answer.promise;
  };
  return { route: { ...GET_ONE, path: '/slow', handle }, reached: reached.promise, answer: answer.resolve };
}

test('S24: closing answers what runs, as the last of its connection, and accepts nothing new', async () => {
  const { route, reached, answer } = waiting();
  await withServer([route], async ({ port, server }) => {
    const running = rawRequest(port, 'GET /slow HTTP/1.1\r\nHost: x\r\n\r\n');
    await reached;
    const closed = server.close(30_000);
    assert.equal(await rawRequest(port, 'GET /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n'), undefined, 'nothing new is accepted');
    answer({ status: 200, body: { id: 'done' } });
    const reply = await running;
    assert.deepEqual([reply?.status, reply?.text, reply?.headers['connection']], [200, '{"id":"done"}', 'close']);
    assert.deepEqual(await closed, { kind: 'drained' });
  });
});

test('S24: what is asked on an open connection while others drain is still answered, with Connection: close', async () => {
  const { route, reached, answer } = waiting();
  await withServer([route, GET_ONE], async ({ port, server }) => {
    const running = rawRequest(port, 'GET /slow HTTP/1.1\r\nHost: x\r\n\r\n');
    const kept = connect(port, '127.0.0.1');
    const health = 'GET /health HTTP/1.1\r\nHost: x\r\n\r\n';
    kept.write(health);
    await Promise.all([reached, once(kept, 'data')]);
    const closed = server.close(30_000);
    kept.write(health);
    const [late] = (await once(kept, 'data')) as [Buffer];
    assert.match(late.toString(), /^HTTP\/1\.1 200 [^]*Connection: close/i);
    assert.equal(late.toString().match(/connection:/gi)?.length, 1);
    await once(kept, 'close');
    answer({ status: 200 });
    assert.equal((await running)?.status, 200);
    assert.deepEqual(await closed, { kind: 'drained' });
  });
});

test('S24: a connection on which nobody has asked anything does not hold the close up', async () => {
  await withServer([GET_ONE], async ({ port, server }) => {
    const idle = connect(port, '127.0.0.1');
    await once(idle, 'connect');
    const kept = connect(port, '127.0.0.1');
    kept.write('GET /health HTTP/1.1\r\nHost: x\r\n\r\n');
    await once(kept, 'data');
    const ended = Promise.all([once(idle, 'close'), once(kept, 'close')]);
    idle.resume();
    kept.resume();
    assert.deepEqual(await server.close(60_000), { kind: 'drained' });
    await ended;
  });
});

test('S24: a large answer that is still going out is not cut', async () => {
  const data = 'x'.repeat(8 * 1024 * 1024);
  const route: Route = { ...GET_ONE, path: '/large', handle: () => ({ status: 200, content: { type: 'text/plain', data } }) };
  await withServer([route], async ({ port, server }) => {
    const socket = connect(port, '127.0.0.1');
    socket.write('GET /large HTTP/1.1\r\nHost: x\r\n\r\n');
    await once(socket, 'readable');
    const closed = server.close(30_000);
    let bytes = 0;
    for await (const chunk of socket) bytes += (chunk as Buffer).length;
    assert.ok(bytes > data.length, `only ${bytes} bytes came`);
    assert.deepEqual(await closed, { kind: 'drained' });
  });
});

test('S24: what still runs at the deadline is cut off and counted', async () => {
  const { route, reached, answer } = waiting();
  await withServer([route], async ({ port, server }) => {
    const running = rawRequest(port, 'GET /slow HTTP/1.1\r\nHost: x\r\n\r\n');
    await reached;
    assert.deepEqual(await server.close(50), { kind: 'cut_off', unanswered: 1 });
    assert.equal(await running, undefined);
    answer({ status: 200 });
  });
});

test('a port that is taken is refused by name, and the server can be closed all the same', async () => {
  await withServer([GET_ONE], async ({ port }) => {
    await withServer([GET_ONE], async ({ server }) => {
      await server.close(30_000);
      await assert.rejects(server.listen(port, '127.0.0.1'));
    });
    const metrics = createMetrics({ processMetrics: false });
    const logger = createLogger({ service: 'x', level: 'silent', destination: 2 });
    const other = createHttpServer({
      name: 'x', routes: [], verifier: { verify: () => ({ refused: 'UNAUTHENTICATED' }) }, logger, metrics, clock: createSystemClock(),
      random: createPooledRandom(), health: createHealth(), about: { version: '1' },
    });
    await assert.rejects(other.listen(port, '127.0.0.1'), { name: 'CannotListen', code: 'EADDRINUSE' });
    assert.deepEqual(await other.close(1_000), { kind: 'drained' });
  });
});
