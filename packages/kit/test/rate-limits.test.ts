import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DEFAULT_LIMITS, SeededRandom } from '@traffic-tacos/kernel';
import { createProtection, type HttpServerOptions, type ProtectionSettings, type Route } from '../src/index.ts';
import { withServer, type TestServer } from '../src/testing.ts';
import { codeOf, ROUTES } from './sample-routes.ts';

const BURST = 3;
/** So slow that no token comes back while a test runs. */
const SLOW = { perSecond: 0.01, burst: BURST, scope: 'edge' } as const;

const protect = (rateLimit: ProtectionSettings['rateLimit'] = SLOW, service = 'gateway'): Partial<HttpServerOptions> =>
  createProtection({ rateLimit, trustedProxies: ['127.0.0.1', '10.0.0.0/8'] }, { limits: DEFAULT_LIMITS, random: new SeededRandom(1) }).serverOf(service);

/** Statuses of so many requests, one after the other. */
async function statuses({ server }: TestServer, count: number, headers: Readonly<Record<string, string>>, path = '/v1/reservations'): Promise<readonly number[]> {
  const seen: number[] = [];
  for (let i = 0; i < count; i++) seen.push((await server.inject({ method: 'GET', path, headers })).status);
  return seen;
}

const from = (address: string) => ({ 'x-forwarded-for': address });

test('a caller who asks too much is told 429 with when to come again, in the usual fields', async () => {
  await withServer(ROUTES, async (running) => {
    const beganMs = performance.now();
    await statuses(running, BURST, from('203.0.113.1'));
    const refused = await running.server.inject({ method: 'GET', path: '/v1/reservations', headers: from('203.0.113.1') });
    assert.deepEqual([refused.status, codeOf(refused)], [429, 'RATE_LIMITED']);
    const { headers } = refused;
    const seconds = Number(headers['retry-after']);
    const takenSeconds = (performance.now() - beganMs) / 1_000;
    assert.ok(seconds >= 99 - takenSeconds && seconds <= 100, `a token in 100 s, less the ${takenSeconds} s that this test has taken: ${seconds}`);
    assert.deepEqual([headers['ratelimit'], headers['ratelimit-policy']], [`"default";r=0;t=${seconds}`, '"default";q=3;w=300']);
    assert.deepEqual([headers['x-ratelimit-limit'], headers['x-ratelimit-remaining'], headers['x-ratelimit-reset']], ['3', '0', String(seconds)]);
  }, protect());
});

test('whoever is signed in has a bucket of their own, however many share the address, and wherever they come from', async () => {
  await withServer(ROUTES, async (running) => {
    assert.deepEqual(await statuses(running, BURST + 1, from('203.0.113.1')), [200, 200, 200, 429]);
    const alice = { authorization: await running.bearer('alice') };
    const bob = { authorization: await running.bearer('bob') };
    assert.deepEqual(await statuses(running, BURST, { ...alice, ...from('203.0.113.1') }), [200, 200, 200]);
    assert.deepEqual(await statuses(running, 1, { ...alice, ...from('203.0.113.2') }), [429]);
    assert.deepEqual(await statuses(running, BURST, { ...bob, ...from('203.0.113.1') }), [200, 200, 200]);
    assert.deepEqual(await statuses(running, BURST, from('203.0.113.2')), [200, 200, 200]);
  }, protect());
});

test('what a client writes into X-Forwarded-For itself gives it no other bucket', async () => {
  await withServer(ROUTES, async (running) => {
    const forged = [0, 1, 2, 3].map((i) => statuses(running, 1, from(`198.51.100.${i}, 203.0.113.1, 10.0.0.1`)));
    assert.deepEqual((await Promise.all(forged)).flat().sort(), [200, 200, 200, 429]);
  }, protect());
});

test('precedence: 404, 405, 413, 415, 401 and 403 before 429, 429 before 400', async () => {
  await withServer(ROUTES, async (running) => {
    const { server, bearer } = running;
    const user = { authorization: await bearer('alice') };
    await statuses(running, BURST, user);
    const post = (path: string, type: string, body: string, headers = {}) => server.inject({ method: 'POST', path, headers: { 'content-type': type, ...headers }, body });
    const hold = '/v1/reservations';
    assert.equal((await post('/nowhere', 'text/plain', 'x', user)).status, 404);
    assert.equal((await server.inject({ method: 'PUT', path: hold, headers: user })).status, 405);
    assert.equal((await post(hold, 'application/json', 'x'.repeat(65_537), user)).status, 413);
    assert.equal((await post(hold, 'text/plain', '{', user)).status, 415);
    assert.equal((await post(hold, 'application/json', '{', { authorization: 'Bearer nonsense' })).status, 401);
    assert.equal((await server.inject({ method: 'DELETE', path: '/v1/reservations/r1', headers: user })).status, 403);
    assert.equal((await post(hold, 'application/json', '{', user)).status, 429);
  }, protect());
});

test('what is refused takes nothing: one who asks without pause gets the exact rate', async () => {
  const rateLimit = { perSecond: 200, burst: 5, scope: 'edge' } as const;
  await withServer(ROUTES, async (running) => {
    const startedMs = performance.now();
    let granted = 0;
    while (granted < 105) if ((await statuses(running, 1, {}))[0] === 200) granted++;
    assert.ok(performance.now() - startedMs >= 490, 'a hundred more than the burst take half a second at least');
  }, protect(rateLimit));
});

test('health, metrics and documents are never limited, and a route may be left out or be limited further', async () => {
  const sample = (path: string, rateLimit: Route['rateLimit']): Route => ({
    method: 'GET', path, access: 'anyone', summary: '', handle: () => ({ status: 200 }), ...(rateLimit === undefined ? {} : { rateLimit }),
  });
  const tight = { name: 'tight', perSecond: 0.01, burst: 1 };
  await withServer([sample('/open', 'none'), sample('/tight', tight), sample('/tight/too', tight), sample('/usual', undefined)], async (running) => {
    assert.deepEqual(await statuses(running, 2, {}, '/tight'), [200, 429]);
    const other = await running.server.inject({ method: 'GET', path: '/tight/too' });
    assert.deepEqual([other.status, other.headers['ratelimit-policy']], [429, '"tight";q=1;w=100'], 'one name, one bucket');
    assert.deepEqual(await statuses(running, 1, {}, '/usual'), [429], 'the three before it counted');
    for (const path of ['/open', '/healthz', '/readyz', '/version', '/v3/api-docs']) assert.deepEqual(await statuses(running, BURST + 1, {}, path), [200, 200, 200, 200], path);
    const { paths } = (await running.server.inject({ method: 'GET', path: '/v3/api-docs' })).json() as { readonly paths: Readonly<Record<string, { readonly get: { readonly responses: object } }>> };
    const limited = Object.entries(paths).filter(([, { get }]) => '429' in get.responses).map(([path]) => path);
    assert.deepEqual(limited, ['/tight', '/tight/too', '/usual'], 'the document lists 429 where it may be given');
  }, protect());
});

test('the scope decides which services are limited, and all of a process share what a caller has left', async () => {
  const machine = { limits: DEFAULT_LIMITS, random: new SeededRandom(1) };
  const servedBy = (scope: 'edge' | 'all', service: string) => createProtection({ rateLimit: { ...SLOW, scope }, trustedProxies: [] }, machine).serverOf(service).rateLimits !== undefined;
  assert.deepEqual(['gateway', 'reservation', 'inventory', 'payment'].map((service) => servedBy('edge', service)), [true, false, false, false]);
  assert.deepEqual(['gateway', 'reservation', 'inventory', 'payment'].map((service) => servedBy('all', service)), [true, true, false, false]);
  const shared = createProtection({ rateLimit: { ...SLOW, scope: 'all' }, trustedProxies: [] }, machine);
  await withServer(ROUTES, async (gateway) => {
    await withServer(ROUTES, async (reservation) => {
      assert.deepEqual(await statuses(gateway, 2, {}), [200, 200]);
      assert.deepEqual(await statuses(reservation, 2, {}), [200, 429]);
    }, shared.serverOf('reservation'));
  }, shared.serverOf('gateway'));
});

test('a service is known by its own credential, acts for many users, and is not limited', async () => {
  const route: Route = { method: 'GET', path: '/internal', access: 'service', summary: '', handle: () => ({ status: 200 }) };
  await withServer([route], async (running) => {
    assert.deepEqual(await statuses(running, BURST + 2, { authorization: await running.bearer('gateway', 'service') }, '/internal'), [200, 200, 200, 200, 200]);
  }, protect());
});

test('without limits nobody is told anything', async () => {
  await withServer(ROUTES, async (running) => {
    assert.equal((await statuses(running, 300, {})).every((status) => status === 200), true);
  }, createProtection({ rateLimit: undefined, trustedProxies: [] }, { limits: DEFAULT_LIMITS, random: new SeededRandom(1) }).serverOf('gateway'));
});

test('whoever waits in line has a bucket of their own by their waiting token; a forged one counts for nothing', async () => {
  const status: Route = {
    method: 'GET', path: '/queue/status', access: 'anyone', summary: '', query: { token: { schema: { type: 'string' } } },
    holderOf: (token) => (token.startsWith('genuine-') ? token.slice(8) : undefined), handle: () => ({ status: 200 }),
  };
  await withServer([...ROUTES, status], async (running) => {
    assert.deepEqual(await statuses(running, BURST + 1, {}, '/queue/status?token=genuine-1'), [200, 200, 200, 429]);
    assert.deepEqual(await statuses(running, 1, {}, '/queue/status?token=genuine-2'), [200], 'from the same address');
    const forged = [0, 1, 2, 3].map((i) => statuses(running, 1, {}, `/queue/status?token=forged-${i}`));
    assert.deepEqual((await Promise.all(forged)).flat().sort(), [200, 200, 200, 429], 'all of them are of one address');
    assert.deepEqual(await statuses(running, 1, {}, '/queue/status?token=a&token=b'), [429], 'two tokens are none');
    const alice = { authorization: await running.bearer('alice') };
    assert.deepEqual(await statuses(running, BURST, alice, '/queue/status?token=genuine-1'), [200, 200, 200], 'who is signed in is known by that');
  }, protect());
});

test('whoever is signed in is known where anybody may ask, too; a token that is not genuine is neither refused there nor known', async () => {
  await withServer(ROUTES, async (running) => {
    const open = '/v1/reservations/r1';
    assert.deepEqual(await statuses(running, BURST + 1, {}, open), [200, 200, 200, 429]);
    assert.deepEqual(await statuses(running, BURST + 1, { authorization: await running.bearer('alice') }, open), [200, 200, 200, 429]);
    assert.deepEqual(await statuses(running, 1, { authorization: 'Bearer nonsense' }, open), [429]);
    const seen = await running.server.inject({ method: 'GET', path: open, headers: { authorization: await running.bearer('bob') } });
    assert.doesNotMatch(seen.text, /bob/, 'the handler is not told');
  }, protect());
});
