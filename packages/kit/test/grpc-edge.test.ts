import assert from 'node:assert/strict';
import { test } from 'node:test';
import { grpcService, type GrpcCall, type GrpcSettings } from '../src/index.ts';
import { withGrpcServer, type TestGrpcServer } from '../src/testing.ts';
import { call, withClient, type Ended, type Sent } from './grpc/calls.ts';
import { SHOP_ALIAS, SHOP_AUTHZ, SHOP_METHODS, type Answer, type Ask } from './grpc/shop.ts';

type AskWith = (request: Ask, sent?: Sent) => Promise<Ended<Answer>>;

async function withLook<T>(
  look: (request: Ask, asked: GrpcCall) => Answer,
  body: (ask: AskWith, running: TestGrpcServer) => Promise<T>,
  { idempotency = 'none' as 'none' | 'optional' | 'required', settings = {} as Partial<GrpcSettings> } = {},
): Promise<T> {
  const shop = grpcService({ definition: SHOP_METHODS, handlers: { look }, idempotency: { look: idempotency }, aliases: [SHOP_ALIAS] });
  return withGrpcServer({ services: [shop], authz: SHOP_AUTHZ, settings }, (running) =>
    withClient(running.address, (client) => body((request, sent) => call(client, SHOP_METHODS.look, request, sent), running)),
  );
}

const keyOf = (_request: Ask, { idempotencyKey }: GrpcCall): Answer => ({ text: String(idempotencyKey) });

test('I7: a key comes from the request or from the metadata, and where it is required one that is missing or malformed is refused', async () => {
  await withLook(
    keyOf,
    async (ask) => {
      assert.equal((await ask({ idempotencyKey: 'k1' })).response?.text, 'k1');
      assert.equal((await ask({}, { 'idempotency-key': 'k2' })).response?.text, 'k2');
      assert.equal((await ask({ idempotencyKey: 'k3' }, { 'idempotency-key': 'k3' })).response?.text, 'k3');
      assert.equal((await ask({ idempotencyKey: 'x'.repeat(255) })).code, 'OK');
      const bad: readonly [Ask, Sent][] = [
        [{}, {}],
        [{ idempotencyKey: 'k1' }, { 'idempotency-key': 'k2' }],
        [{ idempotencyKey: 'x'.repeat(256) }, {}],
        [{ idempotencyKey: 'a\u0000b' }, {}],
        [{}, { 'idempotency-key': '' }],
      ];
      for (const [request, sent] of bad) {
        const { code, details } = await ask(request, sent);
        assert.deepEqual([code, details?.reason, details?.violations[0]?.field], ['INVALID_ARGUMENT', 'IDEMPOTENCY_REQUIRED', 'idempotency_key']);
      }
    },
    { idempotency: 'required' },
  );
});

test('I7: an optional key is checked when it is sent; under GRPC_AUTH=network none has to be', async () => {
  const optional = async (ask: AskWith): Promise<void> => {
    assert.equal((await ask({})).response?.text, 'undefined');
    assert.equal((await ask({ idempotencyKey: 'x'.repeat(256) })).code, 'INVALID_ARGUMENT');
    assert.equal((await ask({ idempotencyKey: 'k' })).response?.text, 'k');
  };
  await withLook(keyOf, optional, { idempotency: 'optional' });
  await withLook(keyOf, optional, { idempotency: 'required', settings: { auth: 'network' } });
  await withLook(keyOf, async (ask) => assert.equal((await ask({ idempotencyKey: 'k' })).response?.text, 'undefined'));
});

test('a trace is continued from traceparent or x-trace-id, and begun where neither holds', async () => {
  const trace = (_request: Ask, { traceId }: GrpcCall): Answer => ({ text: traceId });
  await withLook(trace, async (ask, { logLines }) => {
    const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
    const idOf = async (sent: Sent): Promise<string | undefined> => (await ask({}, sent)).response?.text;
    assert.equal(await idOf({ traceparent: `00-${traceId}-00f067aa0ba902b7-01`, 'x-trace-id': 'f'.repeat(32) }), traceId);
    assert.equal(await idOf({ 'x-trace-id': traceId.toUpperCase() }), traceId);
    const fresh = await idOf({ 'x-trace-id': 'not one' });
    assert.match(fresh ?? '', /^[0-9a-f]{32}$/);
    assert.deepEqual(logLines.map((line) => line['trace_id']), [traceId, traceId, fresh]);
  });
});

test('calls are counted by service, method and status, under the service\'s own name also when it is called by a long one', async () => {
  await withLook(keyOf, async (ask, { address, metrics, logLines }) => {
    await ask({});
    await withClient(address, (client) => call(client, { ...SHOP_METHODS.look, path: `/${SHOP_ALIAS}/Look` }, {}));
    await withClient(address, (client) => call(client, SHOP_METHODS.buy, {}));
    const text = await metrics.text();
    assert.match(text, /grpc_server_duration_seconds_count\{service="shop.v1.Shop",method="Look",code="OK"\} 2/);
    assert.match(text, /grpc_server_duration_seconds_count\{service="shop.v1.Shop",method="Buy",code="UNAUTHENTICATED"\} 1/);
    assert.match(text, /errors_total\{code="UNAUTHENTICATED",route="shop.v1.Shop\/Buy"\} 1/);
    assert.deepEqual(
      logLines.map(({ level, route, status }) => [level, route, status]),
      [
        ['debug', 'shop.v1.Shop/Look', 'OK'],
        ['debug', 'shop.v1.Shop/Look', 'OK'],
        ['debug', 'shop.v1.Shop/Buy', 'UNAUTHENTICATED'],
      ],
    );
  });
});

test('what is no client\'s mistake is logged at info, with its trace', async () => {
  await withLook(keyOf, async (ask, { health, logLines }) => {
    health.refuseAll('broken');
    await ask({}, { 'x-trace-id': 'ab'.repeat(16) });
    const { level, status, trace_id: traceId } = logLines.at(-1) ?? {};
    assert.deepEqual([level, status, traceId], ['info', 'UNAVAILABLE', 'ab'.repeat(16)]);
  });
});

test('two services that answer to one name keep the server from starting', async () => {
  const shop = grpcService({ definition: SHOP_METHODS, handlers: {} });
  await assert.rejects(withGrpcServer({ services: [shop, shop], authz: SHOP_AUTHZ }, async () => undefined), { name: 'InvariantBreach' });
});
