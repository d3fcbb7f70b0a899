import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DEFAULT_LIMITS, ManualClock, SeededRandom, type Limits } from '@traffic-tacos/kernel';
import { ERROR_REGISTRY, OpenStreams, refuse, type HttpServerOptions, type PushStream, type SocketTopic } from '@traffic-tacos/kit';
import { openSocket, problemOf, rawRequest, withServer, type RawReply, type TestServer, type TestSocket } from '@traffic-tacos/kit/testing';
import { BrowserRules } from '../../src/protection/browser-rules.ts';
import { RateLimits } from '../../src/protection/rate-limits.ts';

interface Under {
  readonly running: TestServer;
  readonly streams: OpenStreams;
  readonly opened: readonly PushStream[];
  /** Opens a socket, or fails the test. */
  open(headers?: Readonly<Record<string, string>>): Promise<TestSocket>;
  token(userId: string): Promise<string>;
  pass(ms: number): void;
}

const NO_NEWS = refuse('NOT_FOUND');

/** A server whose topics are `news`, for anyone, of which `none` is not there, and `mine`, for users. */
async function withSockets(body: (under: Under) => Promise<void>, limits: Partial<Limits> = {}, overrides: Partial<HttpServerOptions> = {}): Promise<void> {
  const clock = new ManualClock();
  const all = { ...DEFAULT_LIMITS, ...limits };
  const streams = new OpenStreams({ clock, limits: all, every: () => () => undefined });
  const opened: PushStream[] = [];
  const topic = (access: SocketTopic['access']): SocketTopic => ({
    access,
    open: async ({ id, caller, lastEventId }) =>
      id === 'none' ? NO_NEWS : (stream) => {
        opened.push(stream);
        stream.send({ id: '1', name: 'status', data: { forUser: caller?.userId, seen: lastEventId } });
      },
  });
  const sockets = { path: '/ws', topics: { news: topic('anyone'), mine: topic('user') }, limits: all };
  await withServer([], async (running) => {
    const open: Under['open'] = async (headers) => {
      const socket = await openSocket(`${running.url}/ws`, headers);
      return 'status' in socket ? assert.fail(`refused with ${socket.status}: ${socket.body}`) : socket;
    };
    const pass = (ms: number): void => {
      clock.advance(ms);
      running.clock.advance(ms);
      streams.tick();
    };
    await body({ running, streams, opened, open, token: async (userId) => (await running.bearer(userId)).slice('Bearer '.length), pass });
  }, { clock, streams, sockets, ...overrides });
}

describe('a WebSocket', () => {
  it('carries what is followed, each update with its topic, id and state', () =>
    withSockets(async ({ open, opened }) => {
      const socket = await open();
      socket.say({ type: 'subscribe', topic: 'news', id: 'a', last_event_id: '0' });
      assert.deepEqual(await socket.next(), { type: 'subscribed', topic: 'news', id: 'a' });
      assert.deepEqual(await socket.next(), { type: 'event', topic: 'news', id: 'a', event: 'status', event_id: '1', data: { seen: '0' } });
      opened[0]?.end('final');
      assert.deepEqual(await socket.next(), { type: 'ended', topic: 'news', id: 'a', reason: 'final' });
      socket.say({ type: 'ping' });
      assert.deepEqual(await socket.next(), { type: 'pong' });
      socket.close();
    }));

  it('I10: gives what needs a sign-in to nobody before it, and to its user afterwards', () =>
    withSockets(async ({ open, token }) => {
      const socket = await open();
      socket.say({ type: 'subscribe', topic: 'mine', id: 'a' });
      assert.partialDeepStrictEqual(await socket.next(), { type: 'error', code: 'UNAUTHENTICATED', topic: 'mine', id: 'a' });
      socket.say({ type: 'authenticate', token: 'nonsense' });
      assert.partialDeepStrictEqual(await socket.next(), { type: 'error', code: 'UNAUTHENTICATED' });
      socket.say({ type: 'authenticate', token: await token('u1') });
      assert.deepEqual(await socket.next(), { type: 'authenticated', user_id: 'u1' });
      socket.say({ type: 'subscribe', topic: 'mine', id: 'a' });
      assert.equal((await socket.nextOf('event'))['type'], 'event');
      socket.say({ type: 'authenticate', token: await token('u2') });
      assert.partialDeepStrictEqual(await socket.next(), { type: 'error', code: 'FORBIDDEN' });
      socket.close();
    }));

  it('answers what is wrong with a message, and goes on', () =>
    withSockets(async ({ open }) => {
      const socket = await open();
      for (const bad of ['', 'no json', '[]', 'null', '{}', '{"type":"steal"}', '{"type":"subscribe"}', '{"type":"subscribe","topic":"news"}', '{"type":"authenticate","token":5}']) {
        socket.say(bad);
        assert.partialDeepStrictEqual(await socket.next(), { type: 'error', code: 'INVALID_REQUEST' }, bad);
      }
      for (const topic of ['none', '__proto__', 'constructor']) {
        socket.say({ type: 'subscribe', topic, id: 'a' });
        assert.partialDeepStrictEqual(await socket.next(), { type: 'error', code: 'INVALID_REQUEST', topic }, topic);
      }
      socket.say({ type: 'subscribe', topic: 'news', id: 'none' });
      assert.partialDeepStrictEqual(await socket.next(), { type: 'error', code: 'NOT_FOUND', topic: 'news', id: 'none' });
      socket.close();
    }));

  it('stops telling when told to, and counts no topic twice', () =>
    withSockets(async ({ open, opened }) => {
      const socket = await open();
      for (let i = 0; i < 2; i++) socket.say({ type: 'subscribe', topic: 'news', id: 'a' });
      await socket.nextOf('subscribed');
      await socket.nextOf('subscribed');
      assert.equal(opened.length, 1);
      socket.say({ type: 'unsubscribe', topic: 'news', id: 'a' });
      await socket.nextOf('unsubscribed');
      opened[0]?.send({ name: 'status', data: {} });
      socket.say({ type: 'ping' });
      assert.equal((await socket.next())['type'], 'pong');
      socket.close();
    }));

  it('beats, with a frame that pages see', () =>
    withSockets(async ({ open, pass }) => {
      const socket = await open();
      socket.say({ type: 'subscribe', topic: 'news', id: 'a' });
      await socket.nextOf('event');
      pass(15_000);
      assert.deepEqual(await socket.next(), { type: 'heartbeat' });
      socket.close();
    }));

  it('ends with its token, unless a newer one of the same user came in time', () =>
    withSockets(async ({ open, token, running, pass }) => {
      const socket = await open();
      socket.say({ type: 'authenticate', token: await token('u1') });
      await socket.nextOf('authenticated');
      pass(3_000_000);
      socket.say({ type: 'authenticate', token: await running.issuer.token({ userId: 'u1' }) });
      await socket.nextOf('authenticated');
      pass(3_000_000);
      socket.say({ type: 'ping' });
      await socket.nextOf('pong');
      pass(600_000);
      assert.partialDeepStrictEqual(await socket.nextOf('closing'), { reason: 'token_expired' });
      assert.deepEqual(await socket.closed(), { code: 4401, reason: 'token_expired' });
    }));

  it('counts every sign-in and every subscription by the limit of rates, with all else that the same caller asks', () =>
    withSockets(async ({ open, token }) => {
      const [one, other] = [await open(), await open()];
      one.say({ type: 'authenticate', token: await token('u1') });
      assert.equal((await one.next())['type'], 'authenticated');
      for (const type of ['subscribed', 'event', 'subscribed', 'event']) {
        if (type === 'subscribed') one.say({ type: 'subscribe', topic: 'mine', id: crypto.randomUUID() });
        assert.equal((await one.next())['type'], type);
      }
      one.say({ type: 'subscribe', topic: 'mine', id: 'c' });
      assert.partialDeepStrictEqual(await one.next(), { type: 'error', code: 'RATE_LIMITED', id: 'c' });
      other.say({ type: 'authenticate', token: 'nonsense' });
      assert.partialDeepStrictEqual(await other.next(), { type: 'error', code: 'UNAUTHENTICATED' });
      other.say({ type: 'authenticate', token: await token('u2') });
      assert.partialDeepStrictEqual(await other.next(), { type: 'error', code: 'RATE_LIMITED' }, 'strangers are counted by their address');
      for (const socket of [one, other]) socket.close();
    }, {}, { rateLimits: new RateLimits({ perCaller: { name: 'default', perSecond: 1 / 3_600, burst: 2 }, trustedProxies: [], limits: DEFAULT_LIMITS, random: new SeededRandom(1) }) }));

  it('S20: sends away who says nothing, who floods, and whose message is too large', () =>
    withSockets(async ({ open, pass, streams }) => {
      const silent = await open();
      pass(9_999);
      assert.equal(streams.size, 1);
      pass(1);
      assert.equal((await silent.closed()).code, 4408);
      const flood = await open();
      for (let i = 0; i < 2_000; i++) flood.say({ type: 'ping' });
      assert.equal((await flood.closed()).code, 1008);
      const large = await open();
      large.say('x'.repeat(DEFAULT_LIMITS.pushMessageBytes + 1));
      assert.equal((await large.closed()).code, 1009);
      const edge = await open();
      edge.say(`{"type":"ping"}${' '.repeat(DEFAULT_LIMITS.pushMessageBytes - 15)}`);
      assert.equal((await edge.next())['type'], 'pong');
      edge.close();
    }));

  it('S20: drops a client that does not read', () =>
    withSockets(async ({ open, opened, streams, pass }) => {
      const socket = await open();
      socket.say({ type: 'subscribe', topic: 'news', id: 'a' });
      await socket.nextOf('event');
      socket.stall();
      const text = 'x'.repeat(64 * 1024);
      for (let i = 0; i < 2_000 && streams.size > 0; i++) {
        opened[0]?.send({ name: 'status', data: { text } });
        await new Promise(setImmediate);
      }
      assert.equal(streams.size, 0);
      pass(5_000);
      socket.resume();
      assert.ok([1006, 1013].includes((await socket.closed()).code));
    }));
});

describe('WebSockets are let in', () => {
  it('from the own origin, from allowed ones, and from programs; from no others', () =>
    withSockets(async ({ open, running }) => {
      for (const origin of [running.url, 'https://shop.example']) (await open({ origin })).close();
      for (const origin of ['https://evil.example', 'null', 'http://127.0.0.1:1']) {
        const refused = await openSocket(`${running.url}/ws`, { origin });
        assert.ok('status' in refused && refused.status === 403 && refused.body.includes('FORBIDDEN'), origin);
      }
    }, {}, { browser: new BrowserRules({ allowOrigins: ['https://shop.example'], isSafe: true, hstsSeconds: 0 }) }));

  it('as many as there is room for, by address, by user and in all', () =>
    withSockets(async ({ open, running, token }) => {
      const sockets = [await open(), await open()];
      const third = await openSocket(`${running.url}/ws`);
      assert.ok('status' in third && third.status === 429, JSON.stringify(third));
      const answers: unknown[] = [];
      for (const socket of sockets) {
        socket.say({ type: 'authenticate', token: await token('u1') });
        answers.push(await socket.next());
      }
      assert.partialDeepStrictEqual(answers, [{ type: 'authenticated' }, { type: 'error', code: 'RATE_LIMITED' }]);
      for (const socket of sockets) socket.close();
    }, { pushStreamsPerAddress: 2, pushStreamsPerUser: 1 }));

  it('each with so many topics', () =>
    withSockets(async ({ open }) => {
      const socket = await open();
      for (const id of ['a', 'b', 'c']) socket.say({ type: 'subscribe', topic: 'news', id });
      assert.partialDeepStrictEqual(await socket.nextOf('error'), { code: 'RATE_LIMITED', id: 'c' });
      socket.close();
    }, { pushTopics: 2 }));

  it('at their path alone: elsewhere the request is an ordinary one', () =>
    withSockets(async ({ running }) => {
      const refused = await openSocket(`${running.url}/healthz`);
      assert.ok('status' in refused && refused.status === 200, JSON.stringify(refused));
      assert.equal((await rawRequest(running.port, 'GET /ws HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n'))?.status, 404);
    }));

  it('with a handshake that is one: what is wrong with it is told in the form of every refusal, with a trace id', () =>
    withSockets(async ({ running, streams }) => {
      const shake = (line: string, ...fields: readonly string[]): Promise<RawReply | undefined> =>
        rawRequest(running.port, [`${line} HTTP/1.1`, 'Host: x', 'Connection: Upgrade', 'Upgrade: websocket', `traceparent: 00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`, ...fields, '', ''].join('\r\n'));
      const [key, version] = ['Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==', 'Sec-WebSocket-Version: 13'];
      const wrong = [
        [405, await shake('POST /ws', key, version)],
        [400, await shake('GET /ws', version)],
        [400, await shake('GET /ws', 'Sec-WebSocket-Key: c2hvcnQ=', version)],
        [400, await shake('GET /ws', key)],
        [400, await shake('GET /ws', key, 'Sec-WebSocket-Version: 7')],
        [400, await shake('GET /ws', key, version, 'Sec-WebSocket-Protocol: ,,')],
      ] as const;
      for (const [status, reply] of wrong) {
        assert.equal(reply?.status, status, JSON.stringify(reply));
        assert.equal(problemOf(reply, Buffer.from('GET'), ERROR_REGISTRY), undefined);
        assert.equal(reply.headers['x-trace-id'], 'a'.repeat(32));
        if (status === 400) assert.equal(reply.headers['sec-websocket-version'], '13');
      }
      assert.equal(streams.size, 0);
    }));

  it('and the document tells of them, with every status that is seen here', () =>
    withSockets(async ({ running }) => {
      const { info } = (await (await fetch(`${running.url}/v3/api-docs`)).json()) as { readonly info: { readonly description: string } };
      const [, told = ''] = /`GET \/ws` with (.*)$/.exec(info.description) ?? [];
      assert.deepEqual(told.match(/\b[1-5]\d\d\b/g), ['101', '400', '403', '405', '429', '503']);
    }));

  it('S3: not when the process refuses all work', () =>
    withSockets(async ({ running }) => {
      running.health.refuseAll('the journal has failed');
      const refused = await openSocket(`${running.url}/ws`);
      assert.ok('status' in refused && refused.status === 503, JSON.stringify(refused));
    }));

  it('S24: and told to come again when the server drains', () =>
    withSockets(async ({ open, running }) => {
      const socket = await open();
      const closing = running.server.close(5_000);
      const frame = await socket.nextOf('closing');
      assert.ok(frame['reason'] === 'draining' && Number(frame['retry_after_ms']) >= 1_000, JSON.stringify(frame));
      assert.equal((await socket.closed()).code, 1001);
      assert.deepEqual(await closing, { kind: 'drained' });
    }));
});
