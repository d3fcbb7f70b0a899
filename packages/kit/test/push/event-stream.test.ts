import assert from 'node:assert/strict';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { describe, it } from 'node:test';
import { DEFAULT_LIMITS, ManualClock, type Limits } from '@traffic-tacos/kernel';
import { OpenStreams, type PushStream, type Route } from '@traffic-tacos/kit';
import { openEvents, withServer, type TestServer } from '@traffic-tacos/kit/testing';

interface Streaming {
  readonly running: TestServer;
  readonly clock: ManualClock;
  readonly streams: OpenStreams;
  readonly url: string;
  /** Streams as the route's handler got them, oldest first. */
  readonly opened: readonly PushStream[];
  /** Moves the clock, and has the streams looked after. */
  pass(ms: number): void;
}

/** A server with one route that streams and says hello, over limits of the test's own. */
async function withStreams(body: (streaming: Streaming) => Promise<void>, limits: Partial<Limits> = {}, access: Route['access'] = 'optional', ready: () => Promise<void> = async () => undefined): Promise<void> {
  const clock = new ManualClock();
  const streams = new OpenStreams({ clock, limits: { ...DEFAULT_LIMITS, ...limits }, every: () => () => undefined });
  const opened: PushStream[] = [];
  const route: Route = {
    method: 'GET', path: '/v1/news', access, summary: 'News',
    handle: async () => {
      await ready();
      return {
        status: 200,
        events: (stream) => {
          opened.push(stream);
          stream.send({ id: '1', name: 'hello', data: { someText: 'a\nb' } });
        },
      };
    },
  };
  await withServer([route], (running) => body({ running, clock, streams, opened, url: `${running.url}/v1/news`, pass: (ms) => pass(clock, streams, ms) }), { streams, clock });
}

function pass(clock: ManualClock, streams: OpenStreams, ms: number): void {
  clock.advance(ms);
  streams.tick();
}

describe('a stream of server-sent events', () => {
  it('carries each update with its id and name, as one line of data', () =>
    withStreams(async ({ url, opened }) => {
      const source = await openEvents(url);
      assert.equal(source.status, 200);
      assert.equal(source.headers['content-type'], 'text/event-stream; charset=utf-8');
      assert.match(source.headers['x-trace-id'] as string, /^[0-9a-f]{32}$/);
      assert.deepEqual(await source.next(), { id: '1', event: 'hello', data: { someText: 'a\nb' } });
      opened[0]?.send({ name: 'more', data: { n: 2 } });
      assert.deepEqual(await source.next(), { id: undefined, event: 'more', data: { n: 2 } });
      source.close();
    }));

  it('beats while nothing happens, and not while something does', () =>
    withStreams(async ({ url, opened, pass: passMs }) => {
      const source = await openEvents(url);
      await source.next();
      passMs(14_000);
      opened[0]?.send({ name: 'more', data: {} });
      passMs(14_000);
      opened[0]?.send({ name: 'last', data: {} });
      passMs(15_000);
      assert.deepEqual([(await source.next())?.event, (await source.next())?.event, (await source.next())?.event], ['more', 'last', ':']);
      source.close();
    }));

  it('ends with its token, and says so', () =>
    withStreams(async ({ url, running, streams, pass: passMs }) => {
      const source = await openEvents(url, { authorization: await running.bearer('u1') });
      await source.next();
      passMs(3_599_000);
      assert.equal(streams.size, 1);
      passMs(1_000);
      assert.deepEqual((await source.nextNamed('closed'))?.data, { reason: 'token_expired' });
      assert.equal(await source.next(), undefined);
    }, {}, 'user'));

  it('tells its filler once when the client has gone', () =>
    withStreams(async ({ url, opened, streams }) => {
      const source = await openEvents(url);
      await source.next();
      const { promise, resolve } = Promise.withResolvers<void>();
      let ends = 0;
      opened[0]?.onEnd(() => {
        ends++;
        resolve();
      });
      source.close();
      await promise;
      opened[0]?.end('final');
      assert.deepEqual([ends, streams.size], [1, 0]);
    }));

  it('S20: keeps no room for whoever has gone before it was open', async () => {
    const asked = Promise.withResolvers<void>();
    const isGone = Promise.withResolvers<void>();
    const ready = async (): Promise<void> => {
      asked.resolve();
      await isGone.promise;
    };
    await withStreams(async ({ running, url, streams, opened }) => {
      const accepted = Promise.withResolvers<Socket>();
      const accept = (message: unknown): void => accepted.resolve((message as { readonly socket: Socket }).socket);
      subscribe('net.server.socket', accept);
      const client = connect(running.port, '127.0.0.1');
      client.write('GET /v1/news HTTP/1.1\r\nHost: x\r\n\r\n');
      const [socket] = await Promise.all([accepted.promise, asked.promise]);
      unsubscribe('net.server.socket', accept);
      const closed = new Promise((resolve) => socket.once('close', resolve));
      client.resetAndDestroy();
      await closed;
      isGone.resolve();
      // There is room for one.
      const next = await openEvents(url);
      assert.equal(next.status, 200);
      await next.next();
      assert.deepEqual([opened.length, streams.size], [1, 1]);
      next.close();
    }, { pushStreams: 1 }, 'optional', ready);
  });

  it('gives a HEAD its head, opens nothing, and keeps no room', () =>
    withStreams(async ({ running, opened, streams, url }) => {
      for (let i = 0; i < 3; i++) assert.equal(await statusOfHead(running.port), 200);
      assert.deepEqual([opened.length, streams.size], [0, 0]);
      const source = await openEvents(url);
      assert.equal(source.status, 200);
      source.close();
    }, { pushStreams: 1 }));

  it('S20: drops a client that does not read, with the reason, and cuts it off when that does not help', () =>
    withStreams(async ({ url, opened, streams, pass: passMs }) => {
      const source = await openEvents(url);
      await source.next();
      source.stall();
      const text = 'x'.repeat(64 * 1024);
      const { promise: ended, resolve } = Promise.withResolvers<void>();
      opened[0]?.onEnd(resolve);
      for (let i = 0; i < 2_000 && streams.size > 0; i++) {
        opened[0]?.send({ name: 'news', data: { text } });
        await new Promise(setImmediate);
      }
      await ended;
      passMs(5_000);
      source.resume();
      for (let event = await source.next(); event !== undefined; event = await source.next()) assert.notEqual(event.event, 'closed');
    }));
});

describe('the limits of streams', () => {
  it('a user has so many and no more, and one that ends makes room', () =>
    withStreams(async ({ url, running }) => {
      const authorization = await running.bearer('u1');
      const first = await openEvents(url, { authorization });
      const second = await openEvents(url, { authorization });
      const third = await openEvents(url, { authorization });
      assert.deepEqual([first.status, second.status, third.status], [200, 200, 429]);
      assert.match(await third.rest(), /RATE_LIMITED/);
      assert.equal(third.headers['retry-after'], '5');
      assert.equal((await openEvents(url, { authorization: await running.bearer('u2') })).status, 200);
      first.close();
      await untilStatus(200, async () => openEvents(url, { authorization }));
    }, { pushStreamsPerUser: 2 }, 'user'));

  it('an address without a sign-in has so many', () =>
    withStreams(async ({ url, running }) => {
      assert.deepEqual([(await openEvents(url)).status, (await openEvents(url)).status], [200, 429]);
      assert.equal((await openEvents(url, { authorization: await running.bearer('u1') })).status, 200);
    }, { pushStreamsPerAddress: 1 }));

  it('all together are so many: 503, and come again', () =>
    withStreams(async ({ url }) => {
      const statuses = [];
      for (let i = 0; i < 4; i++) statuses.push((await openEvents(url)).status);
      assert.deepEqual(statuses, [200, 200, 200, 503]);
    }, { pushStreams: 3 }));
});

describe('S24: a server that drains', () => {
  it('ends its streams with a hint when to come again, different ones for different clients', () =>
    withStreams(async ({ url, running }) => {
      const sources = [await openEvents(url), await openEvents(url)];
      for (const source of sources) await source.next();
      const [closed, ...data] = await Promise.all([running.server.close(5_000), ...sources.map((source) => source.nextNamed('closed'))]);
      assert.deepEqual(closed, { kind: 'drained' });
      const hints = data.map((event) => Number(event?.data['retryAfterMs']));
      assert.ok(hints.every((ms) => ms >= 1_000 && ms <= 5_000), hints.join());
      assert.notEqual(hints[0], hints[1]);
    }));
});

async function statusOfHead(port: number): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  request({ port, method: 'HEAD', path: '/v1/news', agent: false }, (res) => resolve(res.resume().statusCode ?? 0)).on('error', reject).end();
  return promise;
}

async function untilStatus(wanted: number, ask: () => Promise<{ readonly status: number; close(): void }>): Promise<void> {
  const deadlineMs = performance.now() + 20_000;
  for (;;) {
    const { status, close } = await ask();
    close();
    if (status === wanted) return;
    assert.ok(performance.now() < deadlineMs, `still ${status}`);
  }
}
