import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withServer } from '../src/testing.ts';
import { LIST, OPEN_HOLD, ROUTES } from './sample-routes.ts';

test('a route with a fixed path answers alike whether it is found at once or by the router', async () => {
  const requests = [
    ['POST', '/open/reservations'],
    ['POST', '/open/reservations/'],
    ['POST', '/open/reservations?x=1'],
    ['POST', '/open//reservations'],
    ['PUT', '/open/reservations'],
    ['GET', '/open/reservations'],
    ['GET', '/v1/reservations'],
    ['HEAD', '/v1/reservations'],
    ['GET', '/v1/reservations?pageSize=0'],
    ['GET', '/v1/reservations?page_size=2'],
    ['GET', '/__proto__'],
    ['GET', '/constructor'],
  ] as const;
  await withServer(ROUTES, async ({ server, url }) => {
    for (const [method, path] of requests) {
      const body = method === 'POST' || method === 'PUT' ? JSON.stringify({ event_id: 'e' }) : undefined;
      const headers = { 'x-trace-id': 'a'.repeat(32), ...(body === undefined ? {} : { 'content-type': 'application/json' }) };
      // Without a socket every request goes through the router.
      const routed = await server.inject({ method, path, headers, body });
      const overSocket = await fetch(url + path, { method, headers, ...(body === undefined ? {} : { body }) });
      assert.deepEqual([overSocket.status, await overSocket.text()], [routed.status, routed.text], `${method} ${path}`);
      assert.equal(overSocket.headers.get('allow') ?? undefined, routed.headers['allow']);
    }
  });
});

test('two routes of one method and path do not start', async () => {
  await assert.rejects(withServer([OPEN_HOLD, OPEN_HOLD], async () => undefined), /already declared/);
  await withServer([LIST, { ...LIST, path: '/other' }], async () => undefined);
});
