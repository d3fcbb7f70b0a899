import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DEFAULT_LIMITS, SeededRandom } from '@traffic-tacos/kernel';
import { createProtection, grpcService } from '../src/index.ts';
import { withGrpcServer, withServer } from '../src/testing.ts';
import { call, withClient, type Sent } from './grpc/calls.ts';
import { SHOP_AUTHZ, SHOP_METHODS } from './grpc/shop.ts';
import { ROUTES } from './sample-routes.ts';

/** So slow that no token comes back while a test runs. */
const SLOW = { perSecond: 0.01, burst: 2, scope: 'edge' } as const;
const shop = grpcService({ definition: SHOP_METHODS, handlers: { look: () => ({ text: 'seen' }), buy: () => ({ text: 'seen' }) } });

test('callers over gRPC are limited like those over REST, and from the same buckets: by user, and by the address where nobody is named', async () => {
  const { rateLimits } = createProtection({ rateLimit: SLOW, trustedProxies: ['127.0.0.1'] }, { limits: DEFAULT_LIMITS, random: new SeededRandom(1) }).serverOf('gateway');
  await withServer(ROUTES, async (rest) => {
    const verifier = rest.issuer.verifier();
    await withGrpcServer({ services: [shop], authz: SHOP_AUTHZ, rateLimits, verifier }, (running) =>
      withClient(running.address, async (client) => {
        const ask = async (method: typeof SHOP_METHODS.look, sent: Sent): Promise<string> => (await call(client, method, {}, sent)).code;
        const alice = { authorization: await rest.bearer('alice'), 'idempotency-key': 'k' };
        assert.equal((await rest.server.inject({ method: 'GET', path: '/v1/reservations', headers: alice })).status, 200);
        assert.deepEqual([await ask(SHOP_METHODS.buy, alice), await ask(SHOP_METHODS.buy, alice)], ['OK', 'RESOURCE_EXHAUSTED']);
        assert.equal((await call(client, SHOP_METHODS.buy, {}, alice)).details?.reason, 'RATE_LIMITED');
        assert.equal(await ask(SHOP_METHODS.buy, { ...alice, authorization: await rest.bearer('bob') }), 'OK');
        const from = (address: string) => ask(SHOP_METHODS.look, { 'x-forwarded-for': address });
        assert.deepEqual([await from('203.0.113.1'), await from('203.0.113.1'), await from('203.0.113.1'), await from('203.0.113.2')], ['OK', 'OK', 'RESOURCE_EXHAUSTED', 'OK']);
      }));
  }, { rateLimits });
});
