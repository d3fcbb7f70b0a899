import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { createHealth, grpcService } from '../src/index.ts';
import { withGrpcServer, type TestGrpcServer } from '../src/testing.ts';
import { call, open, withClient } from './grpc/calls.ts';
import { healthMethods } from './grpc/published.ts';
import { SHOP_ALIAS, SHOP_AUTHZ, SHOP_METHODS } from './grpc/shop.ts';
import type { Client, ClientReadableStream } from '@grpc/grpc-js';

const SHOP = grpcService({ definition: SHOP_METHODS, handlers: { look: () => ({ text: '' }) }, aliases: [SHOP_ALIAS] });
const { check, list, watch } = healthMethods();

const withShop = (body: (running: TestGrpcServer, client: Client) => Promise<void>): Promise<void> =>
  withGrpcServer({ services: [SHOP], authz: SHOP_AUTHZ }, (running) => withClient(running.address, (client) => body(running, client)));

test('health: Check answers for the process, for each service by each of its names, and NOT_FOUND for others', async () => {
  await withShop(async ({ health }, client) => {
    const statusOf = async (service: string): Promise<string> => {
      const { code, response } = await call(client, check, { service });
      return response?.status ?? code;
    };
    const names = ['', 'shop.v1.Shop', SHOP_ALIAS, 'shop.v2.Shop'];
    const all = (): Promise<readonly string[]> => Promise.all(names.map(statusOf));
    assert.deepEqual(await all(), ['SERVING', 'SERVING', 'SERVING', 'NOT_FOUND']);
    health.setNotReady('journal', 'replaying');
    assert.deepEqual(await all(), ['NOT_SERVING', 'NOT_SERVING', 'NOT_SERVING', 'NOT_FOUND']);
    health.setReady('journal');
    assert.deepEqual(await statusOf(''), 'SERVING');
    const { response } = await call(client, list, {});
    assert.deepEqual(Object.keys(response?.statuses ?? {}).sort(), ['', SHOP_ALIAS, 'shop.v1.Shop'].sort());
    assert.deepEqual(response?.statuses['shop.v1.Shop'], { status: 'SERVING' });
  });
});

async function nextStatus(stream: ClientReadableStream<{ readonly status: string }>): Promise<string> {
  const [message] = (await once(stream, 'data')) as [{ readonly status: string }];
  return message.status;
}

test('health: Watch tells the status at once and after each change, and of a service that is not there too', async () => {
  await withShop(async ({ health }, client) => {
    const stream = open(client, watch, { service: 'shop.v1.Shop' });
    assert.equal(await nextStatus(stream), 'SERVING');
    health.setNotReady('journal', 'replaying');
    assert.equal(await nextStatus(stream), 'NOT_SERVING');
    health.setNotReady('journal', 'still replaying');
    health.setReady('journal');
    assert.equal(await nextStatus(stream), 'SERVING', 'what did not change is not told');
    const unknown = open(client, watch, { service: 'shop.v2.Shop' });
    assert.equal(await nextStatus(unknown), 'SERVICE_UNKNOWN');
    for (const one of [stream, unknown]) {
      one.on('error', () => undefined);
      one.cancel();
    }
  });
});

test('S3: a process that refuses all work answers UNAVAILABLE to everything but health, which says so', async () => {
  await withShop(async ({ health }, client) => {
    const stream = open(client, watch, { service: '' });
    assert.equal(await nextStatus(stream), 'SERVING');
    health.refuseAll('memory and disk may have parted');
    assert.equal(await nextStatus(stream), 'NOT_SERVING');
    const refused = await call(client, SHOP_METHODS.look, {});
    assert.deepEqual([refused.code, refused.details?.reason, refused.details?.retryAfterMs], ['UNAVAILABLE', 'SERVICE_UNAVAILABLE', 5000]);
    assert.equal((await call(client, check, { service: '' })).response?.status, 'NOT_SERVING');
    stream.on('error', () => undefined);
    stream.cancel();
  });
});

test('S24: a server that closes tells its watchers NOT_SERVING, and ends their streams', async () => {
  await withShop(async ({ server }, client) => {
    const stream = open(client, watch, { service: '' });
    assert.equal(await nextStatus(stream), 'SERVING');
    const last = nextStatus(stream);
    const ended = once(stream, 'status') as Promise<[{ readonly code: number }]>;
    const closed = server.close(30_000);
    assert.equal(await last, 'NOT_SERVING');
    assert.equal((await ended)[0].code, 0);
    assert.deepEqual(await closed, { kind: 'drained' });
  });
});

test('listeners of health hear of changes until they leave', () => {
  const health = createHealth();
  let heard = 0;
  const leave = health.onChange(() => heard++);
  health.setReady('journal');
  assert.equal(heard, 0, 'nothing has changed');
  health.setNotReady('journal', 'replaying');
  health.setReady('journal');
  leave();
  health.refuseAll('broken');
  assert.equal(heard, 2);
});
