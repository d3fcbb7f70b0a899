import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { ManualClock, type EpochMs } from '@traffic-tacos/kernel';
import { grpcService, type GrpcCall } from '../src/index.ts';
import { withGrpcServer } from '../src/testing.ts';
import { call, metadataOf, withClient } from './grpc/calls.ts';
import { SHOP_AUTHZ, SHOP_METHODS, type Answer, type Ask } from './grpc/shop.ts';

const HOUR_MS = 3_600_000;
/** Longer than it takes to be decided on any machine. */
const PATIENCE_MS = 3_000;

/** As far from the machine's clock as the test says. */
class ShiftedClock extends ManualClock {
  constructor(byMs: number) {
    super(Date.now() + byMs);
  }

  override wallMs(): EpochMs {
    return super.nowMs();
  }
}

test('S7: a request whose deadline has passed when its turn comes is not decided', async () => {
  let decided = 0;
  const look = (): Answer => ({ text: `decision ${++decided}` });
  const shop = grpcService({ definition: SHOP_METHODS, handlers: { look } });
  const ask = async (clock: ShiftedClock) =>
    withGrpcServer({ services: [shop], authz: SHOP_AUTHZ, clock }, ({ address, metrics }) =>
      withClient(address, async (client) => ({ ended: await call(client, SHOP_METHODS.look, {}, {}, 60_000), text: await metrics.text() })),
    );
  const late = await ask(new ShiftedClock(HOUR_MS));
  assert.deepEqual([late.ended.code, late.ended.details?.reason, decided], ['DEADLINE_EXCEEDED', 'DEADLINE_EXCEEDED', 0]);
  assert.match(late.text, /grpc_server_duration_seconds_count\{service="shop.v1.Shop",method="Look",code="DEADLINE_EXCEEDED"\} 1/);
  const inTime = await ask(new ShiftedClock(-HOUR_MS));
  assert.deepEqual([inTime.ended.response?.text, decided], ['decision 1', 1]);
});

test('S7: once decided, the deadline changes only the answer', async () => {
  const answer = Promise.withResolvers<Answer>();
  const seen = Promise.withResolvers<GrpcCall>();
  let applied = 0;
  const look = async (_request: Ask, asked: GrpcCall): Promise<Answer> => {
    seen.resolve(asked);
    const decided = await answer.promise;
    applied++;
    return decided;
  };
  const shop = grpcService({ definition: SHOP_METHODS, handlers: { look } });
  await withGrpcServer({ services: [shop], authz: SHOP_AUTHZ }, async ({ address, metrics, server }) => {
    await withClient(address, async (client) => {
      const running = call(client, SHOP_METHODS.look, {}, {}, PATIENCE_MS);
      const { signal, deadlineMs } = await seen.promise;
      assert.ok(deadlineMs - Date.now() <= PATIENCE_MS, 'the handler is told how long the client waits');
      if (!signal.aborted) await once(signal, 'abort');
      answer.resolve({ text: 'too late to be read' });
      assert.equal((await running).code, 'DEADLINE_EXCEEDED');
    });
    assert.deepEqual([await server.close(30_000), applied], [{ kind: 'drained' }, 1]);
    assert.match(await metrics.text(), /grpc_server_duration_seconds_count\{[^}]*code="DEADLINE_EXCEEDED"\} 1/);
  });
});

test('S7: a call that its client gave up while its token was verified is not decided', async () => {
  const verified = Promise.withResolvers<void>();
  const asked = Promise.withResolvers<void>();
  let decided = 0;
  const buy = (): Answer => ({ text: `decision ${++decided}` });
  const shop = grpcService({ definition: SHOP_METHODS, handlers: { buy } });
  const verifier = {
    verify: async () => {
      asked.resolve();
      await verified.promise;
      return { userId: 'u1', roles: [] };
    },
  };
  await withGrpcServer({ services: [shop], authz: SHOP_AUTHZ, verifier }, async ({ address, metrics, server }) => {
    await withClient(address, async (client) => {
      const { path, requestSerialize, responseDeserialize } = SHOP_METHODS.buy;
      const ended = Promise.withResolvers<number | undefined>();
      const running = client.makeUnaryRequest(path, requestSerialize, responseDeserialize, {}, metadataOf({ authorization: 'Bearer t' }), (error) =>
        ended.resolve(error?.code),
      );
      await asked.promise;
      running.cancel();
      assert.equal(await ended.promise, 1);
      // The cancellation has arrived once a later call on the same connection has.
      await call(client, { ...SHOP_METHODS.look }, {});
      verified.resolve();
    });
    assert.deepEqual([await server.close(30_000), decided], [{ kind: 'drained' }, 0]);
    assert.match(await metrics.text(), /code="CANCELLED"\} 1/);
  });
});

test('a call without a deadline has none', async () => {
  const look = (_request: Ask, { deadlineMs }: GrpcCall): Answer => ({ text: String(deadlineMs) });
  const shop = grpcService({ definition: SHOP_METHODS, handlers: { look } });
  await withGrpcServer({ services: [shop], authz: SHOP_AUTHZ }, ({ address }) =>
    withClient(address, async (client) => {
      assert.equal((await call(client, SHOP_METHODS.look, {}, {}, Infinity)).response?.text, 'Infinity');
    }),
  );
});
