import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ERROR_REGISTRY, type Route } from '../src/index.ts';
import { problemOf } from '../src/testing/route-fuzz.ts';
import { rawRequest, routeFuzz, withServer } from '../src/testing.ts';
import { OPEN_HOLD, ROUTES } from './sample-routes.ts';

test('S20: no request, however odd, gets a 5xx or an error without its shape: a service\'s spelling', async () => {
  await routeFuzz(ROUTES, { runs: 600 });
});

test('S20: no request, however odd, gets a 5xx or an error without its shape: the gateway\'s spelling', async () => {
  await routeFuzz(ROUTES, { runs: 300, server: { settings: { answerSpelling: 'snake', idempotencyKeyFormat: 'uuid' } } });
});

test('the fuzzer finds a handler that fails on one odd value among valid ones', async () => {
  const failing: Route = {
    ...OPEN_HOLD,
    handle: ({ body }) => {
      if (Array.isArray(body['seatIds']) && body['seatIds'].length > 2) throw new TypeError('planted');
      return { status: 201, body: {} };
    },
  };
  await assert.rejects(routeFuzz([failing], { runs: 2_000, seed: 1 }), /answered 500/);
});

test('the fuzzer gets past validation: handlers behind sign-in, roles and required keys are reached', async () => {
  const reached = new Map<string, number>();
  const counting = ROUTES.map((route): Route => ({
    ...route,
    handle: (request) => {
      const name = `${route.method} ${route.path}`;
      reached.set(name, (reached.get(name) ?? 0) + 1);
      return route.handle(request);
    },
  }));
  await routeFuzz(counting, { runs: 900, seed: 1 });
  for (const { method, path } of ROUTES) {
    const times = reached.get(`${method} ${path}`) ?? 0;
    assert.ok(times >= 3, `${method} ${path} was reached ${times} times`);
  }
});

test('the check of an answer fires on each thing that may be wrong with one', async () => {
  await withServer(ROUTES, async ({ port }) => {
    const request = Buffer.from('GET /internal/thing HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
    const good = await rawRequest(port, request);
    if (good === undefined) return assert.fail('no answer');
    const check = (change: Partial<typeof good>) => problemOf({ ...good, ...change }, request, ERROR_REGISTRY);
    const without = (name: string) => ({ headers: { ...good.headers, [name]: '' } });
    const changed = (from: string | RegExp, to: string) => ({ text: good.text.replace(from, to) });
    assert.equal(check({}), undefined);
    assert.match(check({ status: 500 }) ?? '', /answered 500/);
    assert.match(check({ status: 100 }) ?? '', /answered 100/);
    assert.match(check(without('x-trace-id')) ?? '', /X-Trace-Id/);
    assert.match(check(without('x-server-time')) ?? '', /server time/);
    assert.match(check(without('www-authenticate')) ?? '', /authenticate/);
    assert.match(check({ text: 'Unauthorized' }) ?? '', /without an error document/);
    assert.match(check(changed('UNAUTHENTICATED', 'FORBIDDEN')) ?? '', /code FORBIDDEN with status 401/);
    assert.match(check(changed(/"traceId":"[0-9a-f]{4}/, '"traceId":"zzzz')) ?? '', /two different traces/);
    assert.match(check(changed(/"message":"[^"]*"/, '"message":""')) ?? '', /no message/);
    assert.match(check(changed('/internal/thing', '/internal/thing?token=x')) ?? '', /clean path/);
    assert.match(check(changed(/"timestamp":"[^"]*"/, '"timestamp":"soon"')) ?? '', /no timestamp/);
    assert.match(check(changed('"details":[]', '"details":[{"field":5,"reason":"x"}]')) ?? '', /malformed details/);
  });
});
