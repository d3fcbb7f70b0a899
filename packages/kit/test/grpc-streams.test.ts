import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { grpcService, refuse, type GrpcCall } from '../src/index.ts';
import { withGrpcServer, type TestGrpcServer } from '../src/testing.ts';
import { endedBy, open, withClient, type Ended } from './grpc/calls.ts';
import { SHOP_AUTHZ, SHOP_METHODS, type Answer, type Ask } from './grpc/shop.ts';
import type { Client, ClientReadableStream, ServiceError } from '@grpc/grpc-js';

type Watch = (request: Ask, call: GrpcCall) => AsyncIterable<Answer>;

const withWatch = <T>(watch: Watch, body: (client: Client, running: TestGrpcServer) => Promise<T>): Promise<T> =>
  withGrpcServer({ services: [grpcService({ definition: SHOP_METHODS, handlers: { watch } })], authz: SHOP_AUTHZ }, (running) =>
    withClient(running.address, (client) => body(client, running)),
  );

async function readAll(stream: ClientReadableStream<Answer>): Promise<{ readonly texts: readonly string[]; readonly ended: Ended<Answer> | undefined }> {
  const texts: string[] = [];
  try {
    for await (const { text } of stream as AsyncIterable<Answer>) texts.push(text);
    return { texts, ended: undefined };
  } catch (error) {
    return { texts, ended: endedBy(error as ServiceError) };
  }
}

test('a stream sends what its handler yields, in order, and ends with it', async () => {
  async function* count({ text = '' }: Ask): AsyncGenerator<Answer> {
    for (let i = 0; i < Number(text); i++) yield { text: String(i) };
  }
  await withWatch(count, async (client, { metrics }) => {
    const { texts, ended } = await readAll(open(client, SHOP_METHODS.watch, { text: '1000' }));
    assert.deepEqual([texts.length, texts[999], ended], [1000, '999', undefined]);
    assert.match(await metrics.text(), /grpc_server_duration_seconds_count\{service="shop.v1.Shop",method="Watch",code="OK"\} 1/);
  });
});

test('a stream that is refused ends with a status, before or after its first message', async () => {
  const shop = grpcService({ definition: SHOP_METHODS, handlers: { watch: () => refuse('EVENT_NOT_FOUND') } });
  await withGrpcServer({ services: [shop], authz: SHOP_AUTHZ }, ({ address }) =>
    withClient(address, async (client) => {
      const { ended } = await readAll(open(client, SHOP_METHODS.watch, {}));
      assert.deepEqual([ended?.code, ended?.details?.reason], ['NOT_FOUND', 'EVENT_NOT_FOUND']);
    }),
  );
  async function* broken(): AsyncGenerator<Answer> {
    yield { text: 'first' };
    throw new TypeError('secret');
  }
  await withWatch(broken, async (client, { logLines }) => {
    const { ended } = await readAll(open(client, SHOP_METHODS.watch, {}));
    assert.equal(ended?.code, 'INTERNAL');
    assert.doesNotMatch(JSON.stringify(ended), /secret/);
    assert.equal(logLines.filter(({ level }) => level === 'error').length, 1);
  });
});

test('a client that leaves ends its stream: the handler is told, and nothing is logged as a fault', async () => {
  const left = Promise.withResolvers<void>();
  async function* forever(_request: Ask, { signal }: GrpcCall): AsyncGenerator<Answer> {
    try {
      yield { text: 'first' };
      if (!signal.aborted) await once(signal, 'abort');
    } finally {
      left.resolve();
    }
  }
  await withWatch(forever, async (client, { server, metrics, logLines }) => {
    const stream = open(client, SHOP_METHODS.watch, {});
    await once(stream, 'data');
    stream.on('error', () => undefined);
    stream.cancel();
    await left.promise;
    assert.deepEqual(await server.close(30_000), { kind: 'drained' });
    assert.match(await metrics.text(), /method="Watch",code="CANCELLED"\} 1/);
    assert.deepEqual(logLines.filter(({ level }) => level !== 'debug'), []);
  });
});

test('S20: a client that does not read is not sent more than fits, and does not hold up its handler\'s end', async () => {
  let sent = 0;
  const left = Promise.withResolvers<void>();
  async function* flood(): AsyncGenerator<Answer> {
    try {
      for (;;) {
        sent++;
        yield { text: 'x'.repeat(64 * 1024) };
      }
    } finally {
      left.resolve();
    }
  }
  await withWatch(flood, async (client, { server }) => {
    const stream = open(client, SHOP_METHODS.watch, {});
    stream.on('error', () => undefined);
    await once(stream, 'metadata');
    // The handler stands still once the window is full; a call answered afterwards shows that the rest goes on.
    await once(stream, 'readable');
    const before = sent;
    stream.cancel();
    await left.promise;
    assert.ok(before < 64, `${before} messages were taken from the handler for a reader who takes none`);
    assert.deepEqual(await server.close(30_000), { kind: 'drained' });
  });
});
