import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createErrorRegistry, ERROR_TABLE, type Route } from '@traffic-tacos/kit';
import { withServer } from '@traffic-tacos/kit/testing';
import { PAYMENT_ERRORS } from '@traffic-tacos/payment';
import { openProxy, type Network, type TcpProxy } from './support/tcp-proxy.ts';
import { wireServices, type WiredServices } from './support/wired-services.ts';

const SEATS = Array.from({ length: 20 }, (_, place) => `A-${place + 1}`);
const EVENT = { id: 'evt_1', name: 'E', currency: 'KRW', purchase_limit: 20, sections: [{ id: 'A', name: 'A', price: 1000, seat_ids: SEATS }] };
/** What is prepared is answered by then, however busy the machine is; what is then asked of a mute network waits as long. */
const MUTE_TIMEOUT_MS = 5_000;
/** Where nobody is reached nothing is waited for. */
const PATIENT_MS = 30_000;
const NEVER_OPEN = { failureRatio: 1, openMs: 1, windowMs: 10_000, leastCalls: 1_000, trials: 1 };
const registry = createErrorRegistry(ERROR_TABLE, PAYMENT_ERRORS);

type Ask = (method: string, path: string, body?: unknown, role?: 'service') => Promise<{ readonly status: number; readonly code: string; readonly id: string }>;

interface Broken {
  readonly ask: Ask;
  readonly become: TcpProxy['become'];
}

/** Runs `body` against the REST routes of the reservation service, whose inventory is behind a network that can be broken. */
async function withNetwork(timeoutMs: number, body: (on: Broken, wired: WiredServices) => Promise<void>): Promise<void> {
  const opened: TcpProxy[] = [];
  const wired = await wireServices({
    events: [EVENT],
    toInventory: async (port) => {
      const proxy = await openProxy(port);
      opened.push(proxy);
      const settings = { timeoutMs, retries: 0, reconnectMs: 20, greatestReconnectMs: 50, breaker: NEVER_OPEN };
      return { address: `127.0.0.1:${proxy.port}`, unavailableAs: 'INVENTORY_SERVICE_ERROR', settings };
    },
  });
  try {
    await withServer(
      wired.reservation.routes,
      async ({ server, issuer }) => {
        const ask: Ask = async (method, path, sent, role) => {
          const token = await issuer.token(role === undefined ? { userId: 'alice' } : { userId: 'worker', role });
          const headers = { authorization: `Bearer ${token}`, 'idempotency-key': crypto.randomUUID() };
          const reply = await server.inject({ method, path, headers, ...(sent === undefined ? {} : { body: sent }) });
          const { error, reservationId = '' } = reply.json() as { readonly error?: { readonly code: string }; readonly reservationId?: string };
          return { status: reply.status, code: error?.code ?? '', id: reservationId };
        };
        await body({ ask, become: (network) => opened[0]?.become(network) }, wired);
      },
      { registry },
    );
  } finally {
    await wired.close();
    for (const proxy of opened) await proxy.close();
  }
}

/** Asks every route that declares the code, each about a hold of its own, once the network is as given. */
async function givenBy(code: string, network: Network, timeoutMs: number): Promise<{ readonly given: readonly string[]; readonly declared: readonly string[] }> {
  const given: string[] = [];
  let declared: readonly string[] = [];
  await withNetwork(timeoutMs, async ({ ask, become }, { reservation, payment, advance }) => {
    const routes = reservation.routes.filter(({ refusals = [] }) => refusals.includes(code));
    declared = routes.map(nameOf);
    const free = SEATS.values();
    const prepared: (readonly [Route, string, unknown])[] = [];
    for (const route of routes) {
      const { id, status, code: refused } = await ask('POST', '/v1/reservations', { eventId: 'evt_1', seatIds: [free.next().value] });
      assert.equal(status, 201, refused);
      const paid = await payment.payment.useCases.createIntent({
        userId: 'alice', traceId: 'a'.repeat(32), idempotencyKey: crypto.randomUUID(), reservationId: id, amountMinor: 1000, currency: 'KRW', scenario: 'APPROVE', method: undefined,
      });
      const intent = paid.kind === 'created' ? paid.intent.id : assert.fail(paid.kind);
      const fields = { reservationId: id, paymentIntentId: intent, extensionSeconds: 10, status: 'CANCELLED', eventId: 'evt_1', seatIds: ['A-20'] };
      prepared.push([route, id, Object.fromEntries(Object.keys(route.body ?? {}).flatMap((name) => (name in fields ? [[name, fields[name as keyof typeof fields]]] : [])))]);
    }
    await advance(200);
    become(network);
    const answers = await Promise.all(prepared.map(([route, id, body]) => ask(route.method, route.path.replace(':id', id), body, route.access === 'service' ? 'service' : undefined)));
    given.push(...prepared.filter((_, at) => answers[at]?.code === code).map(([route]) => nameOf(route)));
    become('open');
  });
  return { given, declared };
}

const nameOf = ({ method, path }: Route): string => `${method} ${path}`;

test('S17: every route that declares UPSTREAM_TIMEOUT gives it when the inventory is too slow', async () => {
  const { given, declared } = await givenBy('UPSTREAM_TIMEOUT', 'mute', MUTE_TIMEOUT_MS);
  assert.deepEqual(given, declared);
});

test('S17: every route that declares INVENTORY_SERVICE_ERROR gives it when the inventory is out of reach', async () => {
  const { given, declared } = await givenBy('INVENTORY_SERVICE_ERROR', 'cut', PATIENT_MS);
  assert.deepEqual(given, declared);
});
