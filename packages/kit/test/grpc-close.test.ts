import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { test } from 'node:test';
import { grpcService, type GrpcCall } from '../src/index.ts';
import { withGrpcServer } from '../src/testing.ts';
import { call, open, withClient } from './grpc/calls.ts';
import { SHOP_AUTHZ, SHOP_METHODS, type Answer, type Ask } from './grpc/shop.ts';

/** A window that answers when it is told to, and tells when it was reached. */
function waitingShop() {
  const reached = Promise.withResolvers<void>();
  const answer = Promise.withResolvers<Answer>();
  const look = (): Promise<Answer> => {
    reached.resolve();
    return answer.promise;
  };
  const greet = (): Answer => ({ text: 'hello' });
  return { shop: grpcService({ definition: SHOP_METHODS, handlers: { look, greet } }), reached: reached.promise, answer: answer.resolve };
}

test('S24: closing answers what runs, ends the connections, and accepts nothing new', async () => {
  const { shop, reached, answer } = waitingShop();
  await withGrpcServer({ services: [shop], authz: SHOP_AUTHZ }, ({ address, server }) =>
    withClient(address, async (client) => {
      const running = call(client, SHOP_METHODS.look, {});
      await reached;
      const idle = connect(Number(address.split(':')[1]), '127.0.0.1');
      await once(idle, 'connect');
      idle.resume();
      const closed = server.close(30_000);
      await once(idle, 'close');
      const late = await withClient(address, (another) => call(another, SHOP_METHODS.greet, {}));
      assert.equal(late.code, 'UNAVAILABLE');
      assert.equal((await call(client, SHOP_METHODS.greet, {})).code, 'UNAVAILABLE', 'a new call on an old connection goes elsewhere');
      answer({ text: 'done' });
      assert.equal((await running).response?.text, 'done');
      assert.deepEqual(await closed, { kind: 'drained' });
    }),
  );
});

test('S24: what has no answer at the deadline is cut off and counted', async () => {
  const { shop, reached, answer } = waitingShop();
  await withGrpcServer({ services: [shop], authz: SHOP_AUTHZ }, ({ address, server }) =>
    withClient(address, async (client) => {
      const running = call(client, SHOP_METHODS.look, {});
      await reached;
      assert.deepEqual(await server.close(50), { kind: 'cut_off', unanswered: 1 });
      assert.equal((await running).code, 'UNAVAILABLE');
      answer({ text: 'for nobody' });
    }),
  );
});

/** Sends a message for each that it is given, until the signal tells it to stop. */
async function* numbers({ signal }: GrpcCall): AsyncGenerator<Answer> {
  yield { text: 'first' };
  if (!signal.aborted) await once(signal, 'abort');
}

test('S24: streams are told to end when the server closes, and their clients to come back', async () => {
  const shop = grpcService({ definition: SHOP_METHODS, handlers: { watch: (_request: Ask, asked) => numbers(asked) } });
  await withGrpcServer({ services: [shop], authz: SHOP_AUTHZ }, ({ address, server }) =>
    withClient(address, async (client) => {
      const stream = open(client, SHOP_METHODS.watch, {});
      await once(stream, 'data');
      const failure = once(stream, 'error') as Promise<[{ readonly code: number; readonly details: string }]>;
      assert.deepEqual(await server.close(30_000), { kind: 'drained' });
      const [{ code, details }] = await failure;
      assert.deepEqual([code, details], [14, 'The server is closing; connect again.']);
    }),
  );
});

test('a port that is taken is refused with the system\'s code', async () => {
  const { shop } = waitingShop();
  await withGrpcServer({ services: [shop], authz: SHOP_AUTHZ }, ({ address }) =>
    withGrpcServer({ services: [shop], authz: SHOP_AUTHZ }, async ({ server }) => {
      await server.close(100);
      await assert.rejects(server.listen(Number(address.split(':')[1]), '127.0.0.1'), { name: 'CannotListen', code: 'EADDRINUSE' });
    }),
  );
});
