import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect as connectHttp2, type ClientHttp2Session } from 'node:http2';
import { connect } from 'node:net';
import { test } from 'node:test';
import fc from 'fast-check';
import { grpcService, type GrpcSettings } from '../src/index.ts';
import { withGrpcServer, type TestGrpcServer } from '../src/testing.ts';
import { call, withClient, type Ended, type Sent } from './grpc/calls.ts';
import { SHOP_AUTHZ, SHOP_METHODS, type Answer, type Ask } from './grpc/shop.ts';

const MIB = 1024 * 1024;
const NO_LIMIT = { 'grpc.max_receive_message_length': -1, 'grpc.max_send_message_length': -1 };

type AskWith = (request: Ask, sent?: Sent) => Promise<Ended<Answer>>;

async function withShop<T>(
  look: (request: Ask) => Answer | Promise<Answer>,
  settings: Partial<GrpcSettings>,
  body: (ask: AskWith, running: TestGrpcServer) => Promise<T>,
): Promise<T> {
  const shop = grpcService({ definition: SHOP_METHODS, handlers: { look } });
  return withGrpcServer({ services: [shop], authz: SHOP_AUTHZ, settings }, (running) =>
    withClient(running.address, (client) => body((request, sent) => call(client, SHOP_METHODS.look, request, sent), running), undefined, NO_LIMIT),
  );
}

/** A text that makes a message of so many bytes: a byte for the field, and a length in front of it. */
const textFor = (messageBytes: number): string => 'x'.repeat(messageBytes - 1 - (messageBytes > 2 * MIB + 4 ? 4 : messageBytes > 16 * 1024 + 3 ? 3 : 2));

test('a message of 10 MiB is taken and sent, one byte more is RESOURCE_EXHAUSTED, in either direction', async () => {
  const limit = 10 * MIB;
  assert.equal(SHOP_METHODS.look.requestSerialize({ text: textFor(limit) }).length, limit);
  const look = ({ text = '', userId = '' }: Ask): Answer => ({ text: userId === '' ? String(text.length) : textFor(Number(userId)) });
  await withShop(look, {}, async (ask, { logLines, metrics }) => {
    assert.equal((await ask({ text: textFor(limit) })).response?.text, String(textFor(limit).length));
    assert.equal((await ask({ text: textFor(limit + 1) })).code, 'RESOURCE_EXHAUSTED');
    assert.equal((await ask({ userId: String(limit) })).response?.text.length, textFor(limit).length);
    const tooLarge = await ask({ userId: String(limit + 1) });
    assert.deepEqual([tooLarge.code, tooLarge.details?.reason], ['RESOURCE_EXHAUSTED', 'RESPONSE_TOO_LARGE']);
    assert.ok(logLines.some((line) => line['level'] === 'error'), 'an answer that cannot be sent is a fault of ours');
    assert.match(await metrics.text(), /grpc_server_duration_seconds_count\{[^}]*code="RESOURCE_EXHAUSTED"\} 1/);
  });
});

test('metadata up to its limit is taken, a byte more is RESOURCE_EXHAUSTED before anything is looked at', async () => {
  let decided = 0;
  await withShop(() => ({ text: String(++decided) }), { metadataBytes: 2_000 }, async (ask, { address }) => {
    // A client that sends nothing of its own: the name is one byte, the value the rest.
    const session = connectHttp2(`http://${address}`);
    try {
      assert.equal(await statusOf(session, 1_999), undefined, 'answered');
      assert.equal(await statusOf(session, 2_000), '8');
    } finally {
      session.close();
    }
    const over = await ask({}, { x: 'a'.repeat(2_000) });
    assert.deepEqual([over.code, over.details?.reason, decided], ['RESOURCE_EXHAUSTED', 'METADATA_TOO_LARGE', 1]);
  });
});

/** The status of a call that ends without an answer, with a value of so many bytes for its only metadata. */
function statusOf(session: ClientHttp2Session, valueBytes: number): Promise<unknown> {
  const headers = { ':method': 'POST', ':path': SHOP_METHODS.look.path, 'content-type': 'application/grpc', te: 'trailers', x: 'a'.repeat(valueBytes) };
  const stream = session.request(headers);
  stream.end(Buffer.alloc(5));
  stream.resume();
  return once(stream, 'response').then(([head]: readonly Record<string, unknown>[]) => head?.['grpc-status']);
}

test('S23: beyond the calls that may wait at one time a call is UNAVAILABLE at once', async () => {
  const answer = Promise.withResolvers<Answer>();
  let begun = 0;
  const bothBegun = Promise.withResolvers<void>();
  const look = (): Promise<Answer> => {
    if (++begun === 2) bothBegun.resolve();
    return answer.promise;
  };
  await withShop(look, { callsAtOnce: 2 }, async (ask) => {
    const waiting = [ask({}), ask({})];
    await bothBegun.promise;
    const shed = await ask({});
    assert.deepEqual([shed.code, shed.details?.reason, shed.details?.retryAfterMs, begun], ['UNAVAILABLE', 'SERVICE_UNAVAILABLE', 1000, 2]);
    answer.resolve({ text: 'done' });
    for (const ended of await Promise.all(waiting)) assert.equal(ended.response?.text, 'done');
    assert.equal((await ask({})).code, 'OK');
  });
});

test('one connection carries only so many calls at one time; the next waits for one of them', async () => {
  const answers: ((answer: Answer) => void)[] = [];
  const twoBegun = Promise.withResolvers<void>();
  const thirdBegun = Promise.withResolvers<void>();
  const look = (): Promise<Answer> =>
    new Promise((resolve) => {
      answers.push(resolve);
      if (answers.length === 2) twoBegun.resolve();
      if (answers.length === 3) thirdBegun.resolve();
    });
  await withShop(look, { streamsPerConnection: 2 }, async (ask) => {
    // The limit is known to the client once it has heard from the server.
    const first = ask({});
    const second = ask({});
    await twoBegun.promise;
    const third = ask({});
    answers[0]?.({ text: '1' });
    assert.equal((await first).response?.text, '1');
    await thirdBegun.promise;
    assert.equal(answers.length, 3);
    for (const resolve of answers) resolve({ text: 'rest' });
    assert.deepEqual((await Promise.all([second, third])).map(({ response }) => response?.text), ['rest', 'rest']);
  });
});

test('S20: more connections than the limit are closed at once', async () => {
  await withShop(() => ({ text: '' }), { connections: 1 }, async (ask, { address }) => {
    assert.equal((await ask({})).code, 'OK');
    const [host = '', port] = address.split(':');
    const another = connect(Number(port), host);
    await once(another, 'close');
    assert.equal((await ask({})).code, 'OK', 'the first one is served on');
  });
});

test('S20: a connection that gives no sign of life is ended', async () => {
  await withShop(() => ({ text: '' }), { keepAliveMs: 20, keepAliveTimeoutMs: 20 }, async (_ask, { address }) => {
    const [host = '', port] = address.split(':');
    const silent = connect(Number(port), host);
    silent.resume();
    await once(silent, 'close');
  });
});

test('S20: any bytes for a message and any metadata get an answer that is no fault of ours', async () => {
  await withShop(({ text = '' }) => ({ text }), {}, async (_ask, { address, logLines }) => {
    await withClient(address, async (client) => {
      const raw = { ...SHOP_METHODS.look, requestSerialize: (bytes: Buffer) => bytes };
      const name = fc.stringMatching(/^[a-z0-9_.-]{1,20}$/).filter((key) => !key.endsWith('-bin') && !key.startsWith('grpc-'));
      const value = fc.oneof(fc.string(), fc.constantFrom('status', '0', 'ko', `00-${'0'.repeat(32)}-${'0'.repeat(16)}-00`));
      const sent = fc.dictionary(fc.oneof(name, fc.constantFrom('authorization', 'traceparent', 'x-trace-id', 'x-error-mode', 'accept-language')), value);
      await fc.assert(
        fc.asyncProperty(fc.uint8Array({ maxLength: 64 }), sent, async (bytes, metadata) => {
          const { code } = await call(client, raw as never, Buffer.from(bytes), metadata);
          assert.ok(['OK', 'INVALID_ARGUMENT'].includes(code), code);
        }),
        { numRuns: 200 },
      );
    });
    assert.deepEqual(logLines.filter(({ level }) => level !== 'debug'), []);
  });
});

test('S20: bytes that are no message are the client\'s mistake, whatever they are', async () => {
  let decided = 0;
  const shop = grpcService({ definition: SHOP_METHODS, handlers: { look: () => ({ text: String(++decided) }) } });
  await withGrpcServer({ services: [shop], authz: SHOP_AUTHZ }, ({ address, logLines }) =>
    withClient(address, async (client) => {
      const raw = { ...SHOP_METHODS.look, requestSerialize: (bytes: Buffer) => bytes };
      const shapes = ['0aff', '0a05616263', 'ff', '0a0180', '9a', '08ffffffffffffffffffffff01', '22', '1302'];
      for (const hex of shapes) {
        const ended = await call(client, raw as never, Buffer.from(hex, 'hex'));
        assert.deepEqual([ended.code, ended.details?.violations], ['INVALID_ARGUMENT', [{ field: 'message', reason: 'cannot be decoded' }]], hex);
      }
      assert.equal(decided, 0);
      assert.equal(logLines.filter(({ level }) => level !== 'debug').length, 0, 'nobody is woken for it');
    }),
  );
});

test('a name that nothing answers to is UNIMPLEMENTED', async () => {
  await withShop(() => ({ text: '' }), {}, (_ask, { address }) =>
    withClient(address, async (client) => {
      for (const path of ['/shop.v1.Shop/Steal', '/shop.v2.Shop/Look', '/x']) {
        assert.equal((await call(client, { ...SHOP_METHODS.look, path }, {})).code, 'UNIMPLEMENTED', path);
      }
    }),
  );
});
