import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { test } from 'node:test';
import type { ProtectionSettings } from '@traffic-tacos/kit';
import { SERVICE_NAMES } from '@traffic-tacos/platform';
import { codeOf, withPlatform, type TestPlatform } from '@traffic-tacos/platform/testing';
import { QueueService } from '@traffic-tacos/contracts';
import { GetQueueStatusRequest, JoinQueueRequest } from '@traffic-tacos/contracts/proto/gateway/v1/queue';
import { grpcCallers, withGrpcClient } from './support/grpc-callers.ts';

/** A token an hour: whoever has used it has none while a test runs. */
const ONE_EACH = { perSecond: 1 / 3_600, burst: 1 } as const;

const protectedBy = (scope: 'edge' | 'all', more: Partial<ProtectionSettings> = {}) => ({
  protection: { rateLimit: { ...ONE_EACH, scope }, trustedProxies: ['127.0.0.1'], ...more },
});

interface ListedPath {
  readonly [method: string]: { readonly responses?: Readonly<Record<string, unknown>> };
}

/** Routes whose document lists 429, as the table of routes writes them. */
async function limitedRoutes(on: TestPlatform, service: (typeof SERVICE_NAMES)[number]): Promise<readonly string[]> {
  const { body } = await (await on.user('nobody')).get(service, '/v3/api-docs');
  const paths = body['paths'] as Readonly<Record<string, ListedPath>>;
  return Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item).filter(([, { responses }]) => responses !== undefined && '429' in responses).map(([method]) => `${method.toUpperCase()} ${path}`));
}

test('the gateway limits every route of its own but the webhook, each lists it, and each gives it, after 403 and before 400', () =>
  withPlatform(async (on) => {
    const listed = await limitedRoutes(on, 'gateway');
    const own = on.routes.gateway.map(({ method, path }) => `${method} ${path.replaceAll(/:(\w+)/g, '{$1}')}`);
    assert.deepEqual([...listed].sort(), own.filter((route) => route !== 'POST /api/v1/webhooks/payment').sort());
    const root = await on.user('root', 'admin');
    await root.get('gateway', '/api/v1/orders');
    const stranger = { 'x-forwarded-for': '203.0.113.9' };
    await (await on.user('')).call('gateway', 'GET', '/api/v1/events', { headers: stranger });
    for (const route of listed) {
      const [method = '', path = ''] = route.split(' ');
      const { access } = on.routes.gateway.find((one) => one.method === method && one.path.replaceAll(/:(\w+)/g, '{$1}') === path) ?? assert.fail(route);
      const target = path.replaceAll(/\{\w+\}/g, 'x');
      const answer = await root.call('gateway', method, target, { body: method === 'GET' ? undefined : {}, headers: access === 'anyone' ? stranger : {} });
      assert.deepEqual([answer.status, codeOf(answer)], [429, 'RATE_LIMITED'], route);
    }
    const mallory = await on.user('mallory');
    await mallory.get('gateway', '/api/v1/orders');
    assert.equal((await mallory.get('gateway', '/api/v1/admin/stats')).status, 403);
  }, protectedBy('edge')));

test('the services behind are limited only where the scope says all, and then the reservation service alone, from the same bucket', async () => {
  const statuses = async (on: TestPlatform) => {
    const alice = await on.user('alice');
    await alice.get('gateway', '/api/v1/orders');
    return Promise.all([alice.get('reservation', '/v1/reservations'), alice.get('inventory', '/v1/events'), alice.get('gateway', '/api/v1/orders')]).then((answers) => answers.map(({ status }) => status));
  };
  await withPlatform(async (on) => assert.deepEqual(await statuses(on), [200, 200, 429]), protectedBy('edge'));
  await withPlatform(async (on) => {
    assert.deepEqual(await statuses(on), [429, 200, 429]);
    assert.deepEqual([(await limitedRoutes(on, 'reservation')).length > 0, await limitedRoutes(on, 'inventory')], [true, []]);
  }, protectedBy('all'));
});

test('whoever watches over the platform is never limited, and and browsers are told how safe to be by the gateway alone', () =>
  withPlatform(async (on) => {
    const nobody = await on.user('nobody');
    for (const path of ['/healthz', '/readyz', '/version', '/metrics', '/v3/api-docs', '/actuator/health']) {
      const seen = [await nobody.get('gateway', path), await nobody.get('gateway', path), await nobody.get('gateway', path)];
      assert.deepEqual(seen.map(({ status }) => status), [200, 200, 200], path);
    }
    assert.equal((await nobody.get('gateway', '/healthz')).headers['x-content-type-options'], 'nosniff');
    assert.equal((await nobody.get('reservation', '/healthz')).headers['x-content-type-options'], undefined);
  }, protectedBy('edge', { browser: { allowOrigins: [], isSafe: true, hstsSeconds: 0 } })));

test('S22: who waits in line asks by the waiting token, however many share the address', () =>
  withPlatform(async (on) => {
    await on.event('evt_1', 5, 10, { waiting_room: 'on' });
    const nobody = await on.user('');
    const join = async (address: string) =>
      String((await nobody.call('gateway', 'POST', '/api/v1/queue/join', { body: { event_id: 'evt_1' }, headers: { 'x-forwarded-for': address, authorization: '' } })).body['waiting_token']);
    const [one, other] = [await join('203.0.113.1'), await join('203.0.113.2')];
    const status = async (token: string) => (await nobody.call('gateway', 'GET', `/api/v1/queue/status?token=${token}`, { headers: { 'x-forwarded-for': '203.0.113.3', authorization: '' } })).status;
    assert.deepEqual([await status(one), await status(other), await status(one), await status('wtk_forged'), await status('wtk_other')], [200, 200, 429, 404, 429]);
  }, protectedBy('edge')));

test('S22: who claims a turn does so by the waiting token, however many share the address; what is no genuine one counts for the address', () =>
  withPlatform(async (on) => {
    await on.event('evt_1', 5, 10, { waiting_room: 'on', sale_starts_at: '2999-01-01T00:00:00Z' });
    const nobody = await on.user('');
    const ask = (path: string, address: string, body: unknown) => nobody.call('gateway', 'POST', `/api/v1/queue/${path}`, { body, headers: { 'x-forwarded-for': address, authorization: '' } });
    const join = async (address: string) => String((await ask('join', address, { event_id: 'evt_1' })).body['waiting_token']);
    const [one, other] = [await join('203.0.113.1'), await join('203.0.113.2')];
    const enter = async (body: unknown) => codeOf(await ask('enter', '203.0.113.3', body));
    assert.deepEqual([await enter({ waiting_token: one }), await enter({ waitingToken: other }), await enter({ waiting_token: one })], ['NOT_READY', 'NOT_READY', 'RATE_LIMITED']);
    assert.deepEqual([await enter({ waiting_token: 'wtk_forged' }), await enter('{'), await enter({})], ['TOKEN_NOT_FOUND', 'RATE_LIMITED', 'RATE_LIMITED']);
  }, protectedBy('edge')));

/** What a client does with a challenge of four bits: one number in sixteen is right. */
function solutionOf(challenge: string): string {
  for (let number = 0; ; number++) if (hash('sha256', `${challenge}:${number}`).startsWith('0')) return `${challenge}:${number}`;
}

test('S22: where work is demanded, strangers join a waiting room once for each challenge that they solve, and who is signed in joins as always', () =>
  withPlatform(async (on) => {
    await on.event('evt_1', 5, 10, { waiting_room: 'on' });
    const join = async (headers: Readonly<Record<string, string>>) =>
      (await on.user('alice')).call('gateway', 'POST', '/api/v1/queue/join', { body: { event_id: 'evt_1' }, headers });
    const refused = await join({ authorization: '' });
    assert.deepEqual([refused.status, codeOf(refused)], [403, 'FORBIDDEN']);
    const solved = { authorization: '', 'x-challenge-solution': solutionOf(String(refused.headers['x-challenge'])) };
    assert.deepEqual([(await join(solved)).status, (await join(solved)).status, (await join({})).status], [202, 403, 202]);
  }, { protection: { trustedProxies: [], challengeBits: 4 } }));

test('S22: where work is demanded, it is demanded over gRPC as well', () =>
  withPlatform(async (on) => {
    await on.event('evt_1', 5, 10, { waiting_room: 'on' });
    await withGrpcClient(on, 'gateway', async (client) => {
      const join = (sent: Readonly<Record<string, string>> = {}) => client.call(QueueService.joinQueue, JoinQueueRequest.create({ eventId: 'evt_1' }), sent);
      const refused = await join();
      assert.equal(refused.code, 'PERMISSION_DENIED');
      const solved = { 'x-challenge-solution': solutionOf(String(refused.trailers.get('x-challenge')[0])) };
      assert.deepEqual([(await join(solved)).code, (await join(solved)).code, (await join(await grpcCallers(on).user('alice'))).code], ['OK', 'PERMISSION_DENIED', 'OK']);
    });
  }, { protection: { trustedProxies: [], challengeBits: 4 } }));

test('S22: over gRPC as well who waits in line asks by the waiting token, and what is no genuine one counts for the address', () =>
  withPlatform(async (on) => {
    await on.event('evt_1', 5, 10, { waiting_room: 'on' });
    await withGrpcClient(on, 'gateway', async (client) => {
      const join = async (address: string) => (await client.call(QueueService.joinQueue, JoinQueueRequest.create({ eventId: 'evt_1' }), { 'x-forwarded-for': address })).response?.waitingToken ?? '';
      const [one, other] = [await join('203.0.113.1'), await join('203.0.113.2')];
      const status = async (waitingToken: string) => (await client.call(QueueService.getQueueStatus, GetQueueStatusRequest.create({ waitingToken }), { 'x-forwarded-for': '203.0.113.3' })).code;
      assert.deepEqual([await status(one), await status(other), await status(one)], ['OK', 'OK', 'RESOURCE_EXHAUSTED']);
      assert.deepEqual([await status('wtk_forged'), await status('wtk_other')], ['OK', 'RESOURCE_EXHAUSTED']);
    });
  }, protectedBy('edge')));
