import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Unavailable } from '@traffic-tacos/kernel';
import {
  createUnaryClient, DEFAULT_GRPC_CHANNEL_SETTINGS, grpcService, refuse, UpstreamFailure, type GrpcCall, type GrpcChannelOptions, type Refusal, type UpstreamFailureReason,
} from '../src/index.ts';
import { convertThrown } from '../src/errors/convert-thrown.ts';
import { freePort, withGrpcServer, type TestGrpcServer } from '../src/testing.ts';
import { withChannel, type TestChannel } from './grpc/channels.ts';
import { SHOP_AUTHZ, SHOP_METHODS, type Answer, type Ask } from './grpc/shop.ts';

type Look = (request: Ask, asked: GrpcCall) => Answer | Refusal | Promise<Answer | Refusal>;

const withLook = <T>(look: Look, body: (running: TestChannel & TestGrpcServer) => Promise<T>, overrides: Partial<GrpcChannelOptions> = {}): Promise<T> =>
  withGrpcServer({ services: [grpcService({ definition: SHOP_METHODS, handlers: { look, greet: look, buy: look } })], authz: SHOP_AUTHZ }, (server) =>
    withChannel(server.address, (running) => body({ ...server, ...running }), overrides),
  );

/** An address at which nobody listens. */
const NOBODY = '127.0.0.1:1';

async function reasonOf(call: Promise<unknown>): Promise<UpstreamFailureReason> {
  const failure: unknown = await call.then(() => assert.fail('an answer'), (thrown: unknown) => thrown);
  assert.ok(failure instanceof UpstreamFailure && failure instanceof Unavailable, String(failure));
  return failure.reason;
}

test('an answer is handed over with its outcome, a refusal with its code and details, and neither is repeated', async () => {
  let asked = 0;
  const look: Look = ({ text }) => {
    asked++;
    if (text === 'sold') return refuse('SEAT_UNAVAILABLE');
    return text === 'bad' ? refuse('INVALID_REQUEST', { details: [{ field: 'seatIds', reason: 'is empty' }] }) : { text: 'here' };
  };
  await withLook(look, async ({ channel, metrics }) => {
    const ask = (text: string) => channel.call(SHOP_METHODS.look, { text }, { isIdempotent: true });
    assert.deepEqual(await ask('it'), { kind: 'answered', response: { text: 'here', error: undefined } });
    const sold = await ask('sold');
    assert.equal(sold.kind === 'answered' && sold.response.error?.code, 14);
    assert.deepEqual(await ask('bad'), {
      kind: 'refused',
      refusal: {
        status: 'INVALID_ARGUMENT',
        reason: 'INVALID_REQUEST',
        message: 'The request is not valid; see details.',
        details: [{ field: 'seat_ids', reason: 'is empty' }],
      },
    });
    assert.equal(asked, 3);
    const text = await metrics.text();
    assert.match(text, /grpc_client_duration_seconds_count\{service="shop.v1.Shop",method="Look",code="OK"\} 2/);
    assert.match(text, /grpc_client_duration_seconds_count\{service="shop.v1.Shop",method="Look",code="INVALID_ARGUMENT"\} 1/);
    assert.match(text, /circuit_breaker_state\{target="shop"\} 0/);
  });
});

test('whoever asks through a channel that is closed, or is about to repeat, finds nobody, which is no fault', async () => {
  await withLook(() => ({ text: '' }), async ({ channel }) => {
    channel.close();
    assert.equal(await reasonOf(channel.call(SHOP_METHODS.look, { text: 'late' })), 'unreachable');
  });
  let close = (): void => undefined;
  await withChannel(NOBODY, async ({ channel, waits }) => {
    close = () => channel.close();
    assert.equal(await reasonOf(channel.call(SHOP_METHODS.look, { text: 'again' }, { isIdempotent: true })), 'unreachable');
    assert.equal(waits.length, 0);
  }, { delay: async () => close() });
});

test('when a repeat makes sense is handed over with a refusal, and with a failure to whoever waits behind this service', async () => {
  const look: Look = ({ text }) => refuse(text === 'limited' ? 'RATE_LIMITED' : 'SERVICE_UNAVAILABLE', { retryAfterSeconds: 7 });
  await withLook(look, async ({ channel }) => {
    const limited = await channel.call(SHOP_METHODS.look, { text: 'limited' });
    assert.deepEqual(limited.kind === 'refused' && [limited.refusal.reason, limited.refusal.retryAfterMs], ['RATE_LIMITED', 7_000]);
    const failure: unknown = await channel.call(SHOP_METHODS.look, { text: 'away' }).catch((thrown: unknown) => thrown);
    assert.ok(failure instanceof UpstreamFailure);
    assert.equal(failure.retryAfterMs, 7_000);
    assert.equal(convertThrown(failure).refusal.retryAfterSeconds, 7);
    assert.equal(convertThrown(new UpstreamFailure('shop', 'breaker_open', 'SERVICE_UNAVAILABLE')).refusal.retryAfterSeconds, 1);
  });
});

test('a channel that asks for statuses gets an outcome as a refusal, with its code of the error table and its details', async () => {
  const look: Look = () => refuse('SEAT_UNAVAILABLE', { details: [{ field: 'seatIds', reason: 'A-1 is held' }] });
  await withLook(
    look,
    async ({ channel }) => {
      const answer = await channel.call(SHOP_METHODS.look, { text: 'it' });
      assert.equal(answer.kind, 'refused');
      assert.partialDeepStrictEqual(answer, { refusal: { status: 'ABORTED', reason: 'SEAT_UNAVAILABLE', details: [{ field: 'seat_ids', reason: 'A-1 is held' }] } });
      assert.equal(channel.breakerState, 'closed');
    },
    { errorMode: 'status' },
  );
});

test('calls carry the channel\'s credential or the user\'s token, the trace and the key', async () => {
  const seen: unknown[] = [];
  const look: Look = (_request, { caller, traceId, metadata }) => {
    seen.push([caller.kind, traceId, metadata('idempotency-key')]);
    return { text: '' };
  };
  const issued: { token: string | Promise<string> } = { token: '' };
  const credential = (): string | Promise<string> => issued.token;
  await withLook(
    look,
    async ({ channel, issuer }) => {
      const traceId = 'ab'.repeat(16);
      issued.token = await issuer.token({ userId: 'reservation', role: 'service' });
      await channel.call(SHOP_METHODS.buy, {}, { traceId, idempotencyKey: 'k1' });
      issued.token = Promise.resolve(issued.token);
      await channel.call(SHOP_METHODS.buy, {}, { traceId, idempotencyKey: '열쇠' });
      await channel.call(SHOP_METHODS.buy, {}, { traceId, token: await issuer.token({ userId: 'u1' }) });
      assert.deepEqual(seen, [['service', traceId, 'k1'], ['service', traceId, undefined], ['user', traceId, undefined]]);
      issued.token = Promise.reject(new Unavailable('no credential to be had'));
      await assert.rejects(channel.call(SHOP_METHODS.buy, {}), Unavailable);
    },
    { credential },
  );
});

test('S17: the wait for a credential counts into the deadline: whoever gives none in time is given up like a service that does not answer', async () => {
  await withLook(
    () => ({ text: '' }),
    async ({ channel }) => assert.equal(await reasonOf(channel.call(SHOP_METHODS.buy, {})), 'timed_out'),
    { credential: () => new Promise<string>(() => undefined), settings: { timeoutMs: 200 } },
  );
});

test('S17: a service that cannot be reached is asked again up to three times when the call may be repeated, after growing waits', async () => {
  await withChannel(NOBODY, async ({ channel, waits, metrics }) => {
    assert.equal(await reasonOf(channel.call(SHOP_METHODS.look, {})), 'unreachable');
    assert.deepEqual(waits, [], 'neither idempotent nor with a key: not repeated');
    for (const options of [{ isIdempotent: true }, { idempotencyKey: 'k' }]) {
      assert.equal(await reasonOf(channel.call(SHOP_METHODS.look, {}, options)), 'unreachable');
    }
    assert.equal(waits.length, 6);
    for (const [at, wait] of waits.entries()) {
      const greatest = 10 * 2 ** (at % 3);
      assert.ok(wait >= greatest / 2 && wait <= greatest, `wait ${at} of ${wait} ms`);
    }
    assert.equal(new Set(waits).size, 6, 'no two waits are alike');
    assert.match(await metrics.text(), /grpc_client_duration_seconds_count\{service="shop.v1.Shop",method="Look",code="UNAVAILABLE"\} 9/);
  });
});

test('S17: a repeat that succeeds is an answer like any other', async () => {
  let asked = 0;
  const look: Look = () => {
    if (++asked < 3) throw new Unavailable('not yet');
    return { text: String(asked) };
  };
  await withLook(look, async ({ channel, waits }) => {
    const answer = await channel.call(SHOP_METHODS.look, {}, { idempotencyKey: 'k' });
    assert.equal(answer.kind === 'answered' && answer.response.text, '3');
    assert.deepEqual(waits, [1000, 1000], 'the service has said when to ask again');
  });
});

test('S17: nobody is asked again when the deadline comes first, and what is no outage is not asked again', async () => {
  let asked = 0;
  const look: Look = ({ text }) => {
    asked++;
    if (text === 'bug') throw new TypeError('a bug');
    return refuse('SERVICE_UNAVAILABLE', { retryAfterSeconds: 60 });
  };
  await withLook(look, async ({ channel, waits }) => {
    const deadlineMs = Date.now() + 30_000;
    assert.equal(await reasonOf(channel.call(SHOP_METHODS.look, {}, { idempotencyKey: 'k', deadlineMs })), 'unreachable');
    assert.equal(await reasonOf(channel.call(SHOP_METHODS.look, { text: 'bug' }, { idempotencyKey: 'k' })), 'unreachable');
    assert.deepEqual([asked, waits], [2, []]);
  });
});

test('S17: a service that is too slow is given up at the deadline, and clients are told 504', async () => {
  const never = Promise.withResolvers<Answer>();
  await withLook(
    () => never.promise,
    async ({ channel, metrics }) => {
      const failure: unknown = await channel.call(SHOP_METHODS.look, {}, { idempotencyKey: 'k' }).catch((thrown: unknown) => thrown);
      assert.equal((failure as UpstreamFailure).reason, 'timed_out');
      assert.deepEqual(convertThrown(failure), { refusal: refuse('UPSTREAM_TIMEOUT', { retryAfterSeconds: 1 }), isBug: false });
      assert.match(await metrics.text(), /code="DEADLINE_EXCEEDED"\} 1/);
      never.resolve({ text: '' });
    },
    { settings: { timeoutMs: 50 } },
  );
});

test('what cannot be reached is told clients by the code that the channel was given', async () => {
  const failureOf = (overrides: Partial<GrpcChannelOptions>) =>
    withChannel(NOBODY, ({ channel }) => channel.call(SHOP_METHODS.look, {}).catch((thrown: unknown) => convertThrown(thrown).refusal.refused), overrides);
  assert.equal(await failureOf({}), 'SERVICE_UNAVAILABLE');
  assert.equal(await failureOf({ unavailableAs: 'INVENTORY_SERVICE_ERROR' }), 'INVENTORY_SERVICE_ERROR');
});

test('S17: the breaker opens on failures, spares the service, and closes after 30 s when it is well again', async () => {
  let isWell = false;
  let asked = 0;
  const look: Look = () => {
    asked++;
    if (!isWell) throw new TypeError('a bug');
    return { text: 'well' };
  };
  await withLook(look, async ({ channel, clock, metrics }) => {
    const ask = () => channel.call(SHOP_METHODS.look, {}, { idempotencyKey: 'k' });
    for (let i = 0; i < 20; i++) assert.equal(await reasonOf(ask()), 'unreachable');
    assert.deepEqual([channel.breakerState, asked], ['open', 20]);
    assert.equal(await reasonOf(ask()), 'breaker_open');
    assert.match(await metrics.text(), /circuit_breaker_state\{target="shop"\} 2/);
    isWell = true;
    clock.advance(30_000);
    for (let i = 0; i < 3; i++) assert.equal((await ask()).kind, 'answered');
    assert.deepEqual([channel.breakerState, asked], ['closed', 23]);
    assert.match(await metrics.text(), /circuit_breaker_state\{target="shop"\} 0/);
  });
});

test('S17: a service that goes away and comes back under the same address is found again', async () => {
  const shop = grpcService({ definition: SHOP_METHODS, handlers: { look: () => ({ text: 'here' }) } });
  const port = await freePort();
  const settings = { reconnectMs: 10, greatestReconnectMs: 20, breaker: { ...DEFAULT_GRPC_CHANNEL_SETTINGS.breaker, leastCalls: 1_000_000 } };
  await withChannel(`127.0.0.1:${port}`, async ({ channel }) => {
    const look = (): Promise<string> => channel.call(SHOP_METHODS.look, {}).then(({ kind }) => kind, ({ reason }: UpstreamFailure) => reason);
    for (const round of [1, 2]) {
      assert.equal(await look(), 'unreachable', `before round ${round}`);
      await withGrpcServer({ services: [shop], authz: SHOP_AUTHZ, port }, async () => {
        let found = await look();
        while (found === 'unreachable') found = await look();
        assert.equal(found, 'answered');
      });
    }
  }, { settings });
});

test('S17: callers with hardly any time left do not open the breaker for the others', async () => {
  const never = Promise.withResolvers<Answer>();
  await withLook(
    () => never.promise,
    async ({ channel }) => {
      const hurried = Array.from({ length: 30 }, () => reasonOf(channel.call(SHOP_METHODS.look, {}, { deadlineMs: Date.now() + 40 })));
      assert.deepEqual(new Set(await Promise.all(hurried)), new Set(['timed_out']));
      assert.equal(channel.breakerState, 'closed');
      never.resolve({ text: '' });
    },
    { settings: { timeoutMs: 100 } },
  );
});

test('S17: beyond the calls that may wait for a service at one time, further ones are not begun', async () => {
  const answer = Promise.withResolvers<Answer>();
  await withLook(
    () => answer.promise,
    async ({ channel, metrics }) => {
      const ask = () => channel.call(SHOP_METHODS.look, {});
      const waiting = [ask(), ask()];
      assert.equal(await reasonOf(ask()), 'too_many_calls');
      answer.resolve({ text: 'done' });
      for (const ended of await Promise.all(waiting)) assert.equal(ended.kind, 'answered');
      assert.equal((await ask()).kind, 'answered', 'there is room again');
      assert.match(await metrics.text(), /code="OK"\} 3/);
    },
    { settings: { callsAtOnce: 2 } },
  );
});

test('the methods of a client are repeated without a key only where they are said to be idempotent', async () => {
  await withChannel(NOBODY, async ({ channel, waits }) => {
    const client = createUnaryClient(channel, SHOP_METHODS, { idempotent: ['look'] });
    assert.equal('watch' in client, false, 'streams are left out');
    assert.equal(await reasonOf(client.greet({})), 'unreachable');
    assert.equal(waits.length, 0);
    assert.equal(await reasonOf(client.look({})), 'unreachable');
    assert.equal(waits.length, 3);
    assert.equal(await reasonOf(client.greet({}, { idempotencyKey: 'k' })), 'unreachable');
    assert.equal(waits.length, 6);
  });
});

test('a request that cannot be written is a bug of ours, and no failure of the service', async () => {
  const requestSerialize = (): Buffer => {
    throw new TypeError('not encodable');
  };
  await withChannel(NOBODY, async ({ channel, metrics }) => {
    await assert.rejects(channel.call({ ...SHOP_METHODS.look, requestSerialize }, {}), TypeError);
    assert.doesNotMatch(await metrics.text(), /grpc_client_duration_seconds_count\{/);
  });
});
