import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withServer } from '../src/testing.ts';
import { codeOf, GET_ONE } from './sample-routes.ts';

const LIVENESS = ['/healthz', '/actuator/health/liveness'];
const READINESS = ['/health', '/readyz', '/actuator/health', '/actuator/health/readiness'];

test('a ready server says UP on every path that load balancers and orchestrators ask', async () => {
  await withServer([], async ({ server, clock }) => {
    clock.set(1_760_000_000_123);
    for (const path of [...LIVENESS, ...READINESS]) {
      const reply = await server.inject({ method: 'GET', path });
      assert.deepEqual(reply.json(), { status: 'UP', service: 'test', timestamp: '2025-10-09T08:53:20.123Z' }, path);
    }
  });
});

test('a server with a reason against it is alive but not ready, and says why, until the reason is gone', async () => {
  await withServer([], async ({ server, health }) => {
    const get = (path: string) => server.inject({ method: 'GET', path });
    health.setNotReady('journal', 'is replaying');
    health.setNotReady('clock', 'is off');
    for (const path of READINESS) {
      const reply = await get(path);
      const { status, components } = reply.json() as Readonly<Record<string, unknown>>;
      assert.deepEqual([reply.status, status], [503, 'OUT_OF_SERVICE']);
      assert.deepEqual(components, [
        { name: 'journal', status: 'OUT_OF_SERVICE', reason: 'is replaying' },
        { name: 'clock', status: 'OUT_OF_SERVICE', reason: 'is off' },
      ]);
    }
    for (const path of LIVENESS) assert.equal((await get(path)).status, 200);
    health.setReady('journal');
    assert.equal((await get('/readyz')).status, 503);
    health.setReady('clock');
    assert.equal((await get('/readyz')).status, 200);
  });
});

test('S3: a process that refuses all work answers 503 with Retry-After to everything but liveness, for good', async () => {
  await withServer([GET_ONE], async ({ server, health }) => {
    health.refuseAll('the journal has failed');
    for (const path of ['/v1/reservations/r1', '/health', '/info', '/metrics']) {
      const reply = await server.inject({ method: 'GET', path });
      assert.deepEqual([reply.status, codeOf(reply), reply.headers['retry-after']], [503, 'SERVICE_UNAVAILABLE', '5'], path);
    }
    health.setReady('process');
    assert.equal((await server.inject({ method: 'GET', path: '/v1/reservations/r1' })).status, 503);
    for (const path of LIVENESS) assert.equal((await server.inject({ method: 'GET', path })).status, 200);
  });
});

test('a server tells what it is and which version runs', async () => {
  await withServer(
    [],
    async ({ server }) => {
      const get = async (path: string) => (await server.inject({ method: 'GET', path })).json();
      assert.deepEqual(await get('/version'), { service: 'test', version: '1.2.3', commit: 'abc' });
      const info = { app: { service: 'test', version: '1.2.3', commit: 'abc' }, runtime: { name: 'node', version: process.version } };
      for (const path of ['/info', '/actuator/info']) assert.deepEqual(await get(path), info);
    },
    { about: { version: '1.2.3', commit: 'abc' } },
  );
});

test('metrics: /metrics is for admins and for this machine, unless a proxy forwards; the others are open or as restricted', async () => {
  await withServer([], async ({ server, bearer }) => {
    const statusOf = async (path: string, headers = {}) => (await server.inject({ method: 'GET', path, headers })).status;
    assert.equal(await statusOf('/metrics'), 200);
    assert.equal(await statusOf('/metrics', { authorization: await bearer('u') }), 200, 'a token takes nothing away from this machine');
    assert.equal(await statusOf('/metrics', { authorization: 'Basic dTpw' }), 200, 'another scheme carries no token of ours');
    assert.equal(await statusOf('/metrics', { authorization: 'Bearer nonsense' }), 401, 'a bad token is a mistake to be heard of');
    for (const header of ['x-forwarded-for', 'forwarded', 'x-real-ip']) {
      assert.equal(await statusOf('/metrics', { [header]: '127.0.0.1' }), 401, header);
    }
    const forwarded = { 'x-forwarded-for': '10.0.0.1' };
    assert.equal(await statusOf('/metrics', { ...forwarded, authorization: await bearer('u', 'admin') }), 200);
    assert.equal(await statusOf('/metrics', { ...forwarded, authorization: await bearer('u') }), 403);
    for (const path of ['/actuator/metrics', '/actuator/prometheus']) assert.equal(await statusOf(path, forwarded), 200);
  });
  await withServer(
    [],
    async ({ server }) => {
      const headers = { 'x-forwarded-for': '10.0.0.1' };
      for (const path of ['/actuator/metrics', '/actuator/prometheus', '/metrics']) {
        assert.equal((await server.inject({ method: 'GET', path, headers })).status, 401, path);
      }
    },
    { settings: { actuatorMetricsAccess: 'operator' } },
  );
});

test('metrics: real requests are counted by method, template and status, errors by code, and read back', async () => {
  await withServer([GET_ONE], async ({ server }) => {
    const get = (path: string) => server.inject({ method: 'GET', path });
    await get('/v1/reservations/secret-id');
    await get('/v1/reservations/other-id?token=secret');
    await get('/nowhere/secret');
    const { text, headers } = await get('/actuator/prometheus');
    assert.match(headers['content-type'] ?? '', /^text\/plain; version=0\.0\.4/);
    assert.match(text, /http_server_requests_seconds_count\{method="GET",uri="\/v1\/reservations\/:id",status="200"\} 2/);
    assert.match(text, /http_server_requests_seconds_bucket\{le="\+Inf",method="GET",uri="none",status="404"\} 1/);
    assert.match(text, /errors_total\{code="NOT_FOUND",route="none"\} 1/);
    assert.doesNotMatch(text, /secret/);
    assert.deepEqual((await get('/actuator/metrics')).json(), { names: ['errors_total', 'http_server_requests_seconds'] });
  });
});
