import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BrowserRules } from '../src/protection/browser-rules.ts';
import { withServer, type TestServer } from '../src/testing.ts';
import { ROUTES } from './sample-routes.ts';

const SHOP = 'https://shop.example';
const rules = (allowOrigins: readonly string[], isSafe = true, hstsSeconds = 0) => ({ browser: new BrowserRules({ allowOrigins, isSafe, hstsSeconds }) });

const ask = ({ server }: TestServer, path: string, headers: Readonly<Record<string, string>> = {}, method = 'GET') => server.inject({ method, path, headers });
const preflight = (running: TestServer, path: string, origin: string, method = 'POST') =>
  ask(running, path, { origin, 'access-control-request-method': method }, 'OPTIONS');

test('every answer, refusals too, tells browsers how safe to be; what an answer says itself stands', () =>
  withServer(ROUTES, async (running) => {
    for (const path of ['/v1/reservations', '/nowhere', '/healthz']) {
      const { headers } = await ask(running, path);
      assert.deepEqual(
        [headers['x-content-type-options'], headers['x-frame-options'], headers['referrer-policy'], headers['cache-control']],
        ['nosniff', 'DENY', 'no-referrer', 'no-store'], path,
      );
      assert.match(headers['content-security-policy'] ?? '', /^default-src 'none'/);
      assert.equal(headers['strict-transport-security'], undefined);
    }
    const page = await ask(running, '/swagger-ui.html');
    assert.match(page.headers['content-security-policy'] ?? '', /script-src 'self'/);
    assert.doesNotMatch(page.headers['content-security-policy'] ?? '', /,/, 'one policy, not two');
    assert.equal((await ask(running, '/v3/api-docs')).headers['cache-control'], 'no-cache');
  }, rules([])));

test('HTTPS is demanded by setting only, and all of it can be left to a proxy', async () => {
  await withServer(ROUTES, async (running) => {
    const { headers } = await ask(running, '/healthz');
    assert.equal(headers['strict-transport-security'], 'max-age=3600; includeSubDomains');
    assert.equal(headers['x-frame-options'], undefined);
  }, rules([], false, 3_600));
});

test('by default no other origin may read anything, and none is told that it may ask', () =>
  withServer(ROUTES, async (running) => {
    const { status, headers } = await ask(running, '/v1/reservations', { origin: SHOP });
    assert.deepEqual([status, headers['access-control-allow-origin'], headers['vary']], [200, undefined, undefined]);
    assert.equal((await preflight(running, '/v1/reservations', SHOP)).status, 405);
  }, rules([])));

test('an allowed origin may read answers, refusals too, and with its name: no star, no credentials, no others', () =>
  withServer(ROUTES, async (running) => {
    for (const path of ['/v1/reservations', '/internal/thing']) {
      const { headers } = await ask(running, path, { origin: SHOP });
      assert.equal(headers['access-control-allow-origin'], SHOP, path);
      assert.equal(headers['access-control-allow-credentials'], undefined);
      assert.match(headers['access-control-expose-headers'] ?? '', /Retry-After/);
      assert.equal(headers['vary'], 'Origin');
    }
    for (const origin of ['https://shop.example.evil.test', 'http://shop.example', 'null', `${SHOP}/`, SHOP.toUpperCase()]) {
      const { headers } = await ask(running, '/v1/reservations', { origin });
      assert.deepEqual([headers['access-control-allow-origin'], headers['vary']], [undefined, 'Origin'], origin);
    }
    assert.equal((await ask(running, '/v1/reservations')).headers['vary'], 'Origin', 'caches keep answers to nobody apart as well');
  }, rules([SHOP])));

test('a browser that asks first is told the methods of the path and what it may send; for others OPTIONS is no method', () =>
  withServer(ROUTES, async (running) => {
    const { status, headers, text } = await preflight(running, '/v1/reservations/r1', SHOP, 'DELETE');
    assert.deepEqual([status, text, headers['access-control-allow-methods'], headers['access-control-allow-origin']], [204, '', 'DELETE, GET, HEAD', SHOP]);
    assert.match(headers['access-control-allow-headers'] ?? '', /Authorization.*Idempotency-Key/);
    assert.equal(headers['access-control-max-age'], '600');
    assert.equal((await preflight(running, '/nowhere', SHOP)).status, 404);
    assert.equal((await preflight(running, '/v1/reservations', 'https://evil.test')).status, 405);
    assert.equal((await ask(running, '/v1/reservations', { origin: SHOP }, 'OPTIONS')).status, 405);
  }, rules([SHOP])));
