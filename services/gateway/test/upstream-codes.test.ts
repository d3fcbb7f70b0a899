import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UpstreamFailure, type ErrorCode, type Route } from '@traffic-tacos/kit';
import { withGateway } from './gateway-under-test.ts';

const NOBODY = '0'.repeat(26);
/** What stands for `:id`, by what comes before it. */
const IDS: Readonly<Record<string, string>> = { events: 'evt_1', reservations: `rsv_${NOBODY}`, orders: `ord_${NOBODY}`, payments: `pay_${NOBODY}`, payment: `pay_${NOBODY}` };

const BODIES: readonly (readonly [RegExp, Readonly<Record<string, unknown>>])[] = [
  [/\/intent$/, { reservation_id: `rsv_${NOBODY}`, amount: 1, currency: 'KRW' }],
  [/\/process$/, { payment_intent_id: `pay_${NOBODY}` }],
  [/\/confirm$/, { payment_intent_id: `pay_${NOBODY}` }],
  [/\/extend$/, { extension_seconds: 1 }],
  [/\/reservations$/, { event_id: 'evt_1', qty: 1 }],
];

/** A service of which every question fails in the same way. */
const failing = <Service extends object>(service: Service, code: ErrorCode): Service =>
  new Proxy(service, { get: () => () => Promise.reject(new UpstreamFailure('a service', 'timed_out', code)) });

/** The statuses and codes that all routes give while the services behind the gateway fail with the code. */
async function codesWhileFailing(inventoryFailsAs: ErrorCode, othersFailAs: ErrorCode): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  await withGateway(
    async ({ gateway, ask }) => {
      for (const { method, path } of gateway.routes.filter(({ path: one }) => one.startsWith('/api/v1') && !one.includes('/auth/'))) {
        const target = path.replace(/(\w+)\/:id/, (_, kind: string) => `${kind}/${IDS[kind] ?? assert.fail(kind)}`);
        const body = method === 'POST' ? (BODIES.find(([pattern]) => pattern.test(path))?.[1] ?? {}) : undefined;
        const answer = await ask(method, target, { as: 'alice', key: 'k', ...(body === undefined ? {} : { body }) });
        found.set(`${method} ${path}`, `${answer.status} ${JSON.stringify(answer.body).match(/"code":"(\w+)"/)?.[1] ?? ''}`);
      }
    },
    {
      breakServices: ({ catalogue, reservations, payments, orders }) => ({
        catalogue: failing(catalogue, inventoryFailsAs), reservations: failing(reservations, othersFailAs), payments: failing(payments, othersFailAs),
        orders: failing(orders, othersFailAs),
      }),
    },
  );
  return found;
}

/** The routes that declare the code. */
async function declaring(code: string): Promise<readonly string[]> {
  let names: readonly string[] = [];
  const nameOf = ({ method, path }: Route): string => `${method} ${path}`;
  await withGateway(({ gateway }) => {
    names = gateway.routes.filter(({ refusals = [] }) => refusals.includes(code)).map(nameOf);
    return Promise.resolve();
  });
  return names;
}

test('S17: every route that declares UPSTREAM_TIMEOUT gives it when the service behind it is too slow, and no other does', async () => {
  const found = await codesWhileFailing('UPSTREAM_TIMEOUT', 'UPSTREAM_TIMEOUT');
  const given = [...found].filter(([, answer]) => answer === '504 UPSTREAM_TIMEOUT').map(([name]) => name);
  assert.deepEqual(given.sort(), [...(await declaring('UPSTREAM_TIMEOUT'))].sort());
});

test('S17: every route that declares INVENTORY_SERVICE_ERROR gives it when the inventory is away, and no other does', async () => {
  const found = await codesWhileFailing('INVENTORY_SERVICE_ERROR', 'SERVICE_UNAVAILABLE');
  const given = [...found].filter(([, answer]) => answer === '503 INVENTORY_SERVICE_ERROR').map(([name]) => name);
  assert.deepEqual(given.sort(), [...(await declaring('INVENTORY_SERVICE_ERROR'))].sort());
  // What is the gateway's own to tell needs nobody behind it.
  const others = [...found].filter(([name]) => !name.includes('/admin/')).map(([, answer]) => answer);
  assert.deepEqual(new Set(others), new Set(['503 INVENTORY_SERVICE_ERROR', '503 SERVICE_UNAVAILABLE']));
});
