import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { codeOf, type Answer, type Client } from '@traffic-tacos/platform/testing';
import { START_ORDER } from './support/separate-settings.ts';
import { withSeparate, type SeparateLayout } from './support/separate.ts';
import { openVersionBridge, type Speech, type VersionBridge } from './support/version-bridge.ts';

const BUYERS = 4;
const PRICE = 500;
const PLACES = 100_000;
const WITHIN_MS = 45_000;
/** Orders that are made beside each service that is replaced. */
const ORDERS_BESIDE_EACH = 4;
/** Whoever finds somebody gone asks again soon: a machine that starts services at the same time is slow enough. */
const CHANNELS = { breaker: { failureRatio: 0.5, openMs: 200, windowMs: 2_000, leastCalls: 20, trials: 2 }, reconnectMs: 50, greatestReconnectMs: 200 };
const ENVIRONMENT = { RATE_LIMIT_ENABLED: 'false', PAYMENT_APPROVE_DELAY_MS: '0' };
const CALLED = ['inventory', 'reservation', 'payment', 'worker', 'gateway'] as const;

/** What a buyer was told, to be held against what there is in the end. */
interface Ledger {
  readonly orders: Map<string, { readonly orderId: string; readonly buyer: Client }>;
  /** Answers of 500 and above that do not say when to come again. */
  readonly faults: string[];
}

/** Bridges in front of every service that another one calls. */
async function withBridges(body: (on: SeparateLayout, bridges: readonly VersionBridge[]) => Promise<void>): Promise<void> {
  const bridges: VersionBridge[] = [];
  try {
    await withSeparate((on) => body(on, bridges), {
      environment: ENVIRONMENT,
      channels: CHANNELS,
      network: async ({ grpcPorts }) => {
        const settings: Record<string, string> = {};
        for (const name of CALLED) {
          const bridge = await openVersionBridge(grpcPorts[name]);
          bridges.push(bridge);
          settings[`${name.toUpperCase()}_GRPC_ADDRESS`] = `127.0.0.1:${bridge.port}`;
        }
        return settings;
      },
    });
  } finally {
    for (const bridge of bridges) bridge.close();
  }
}

/** Asks with the same key until it is answered, as clients do who are told to come again, or who lose their connection. */
async function answered(ask: () => Promise<Answer>, { faults }: Ledger, isFinal = ({ status }: Answer): boolean => status < 500): Promise<Answer> {
  for (const deadline = performance.now() + WITHIN_MS; ; await setImmediate()) {
    const answer = await ask().catch(() => undefined);
    if (answer !== undefined && answer.status >= 500 && answer.headers['retry-after'] === undefined) faults.push(`${answer.status} ${answer.text}`);
    if (answer !== undefined && isFinal(answer)) return answer;
    assert.ok(performance.now() < deadline, `still ${answer?.status} ${answer?.text}`);
  }
}

/** Waits for a turn, holds a place, pays for it and confirms it; the order stands in the ledger. */
async function buy(buyer: Client, ledger: Ledger): Promise<void> {
  const key = crypto.randomUUID();
  const post = (path: string, name: string, body: unknown) => () => buyer.post('gateway', `/api/v1/${path}`, { key: `${key}-${name}`, body });
  const held = await answered(post('reservations', 'h', { event_id: 'evt_1', section: 'FLOOR', qty: 1, reservation_token: await turnOf(buyer, ledger) }), ledger);
  assert.equal(held.status, 201, held.text);
  const reservationId = String(held.body['reservation_id']);
  const intent = await answered(post('payments/intent', 'p', { reservation_id: reservationId, amount: PRICE, currency: 'KRW' }), ledger);
  assert.equal(intent.status, 201, intent.text);
  const confirm = post(`reservations/${reservationId}/confirm`, 'c', { payment_intent_id: intent.body['payment_intent_id'] });
  const confirmed = await answered(confirm, ledger, (answer) => answer.status < 500 && codeOf(answer) !== 'PAYMENT_NOT_APPROVED');
  assert.equal(confirmed.status, 200, confirmed.text);
  ledger.orders.set(reservationId, { orderId: String(confirmed.body['order_id']), buyer });
}

/** Comes as a visitor, who has another place each time, and asks to be let in until it is their turn. */
async function turnOf(buyer: Client, ledger: Ledger): Promise<string> {
  const ask = (path: string, body: unknown) => () => buyer.post('gateway', `/api/v1/queue/${path}`, { headers: { authorization: '' }, body });
  const joined = await answered(ask('join', { event_id: 'evt_1' }), ledger);
  const entered = await answered(ask('enter', { waiting_token: joined.body['waiting_token'] }), ledger, ({ status }) => status === 200);
  return String(entered.body['reservation_token']);
}

/** Buyers who buy one thing after the other while `body` runs; each ends what they have begun. */
async function besideBuyers(on: SeparateLayout, ledger: Ledger, body: (ordersAreMore: () => Promise<void>) => Promise<void>): Promise<void> {
  let isOver = false;
  const buying = Promise.all(Array.from({ length: BUYERS }, async (_, number) => {
    for (const buyer = await on.user(`buyer-${number}`); !isOver; ) await buy(buyer, ledger);
  }));
  // Whoever fails ends the wait for more orders as well.
  const failed = buying.then(() => undefined, () => void (isOver = true));
  const ordersAreMore = async (): Promise<void> => {
    for (const target = ledger.orders.size + ORDERS_BESIDE_EACH; ledger.orders.size < target && !isOver; ) await setImmediate();
  };
  try {
    await body(ordersAreMore);
  } finally {
    isOver = true;
    await failed;
  }
  await buying;
}

/** Everything that a buyer was told is there, and nothing else is. */
async function assertNothingLost(on: SeparateLayout, ledger: Ledger): Promise<void> {
  for (const [reservationId, { orderId, buyer }] of ledger.orders) {
    const order = await answered(() => buyer.get('gateway', `/api/v1/orders/${orderId}`), ledger);
    assert.deepEqual([order.status, order.body['reservation_id'], order.body['total_amount']], [200, reservationId, PRICE], order.text);
  }
  const watcher = await on.user('watcher');
  // What everybody may read is counted when it is on disk, and may be a second old.
  await answered(() => watcher.get('gateway', '/api/v1/events/evt_1/availability'), ledger, ({ body }) => body['remaining'] === PLACES - ledger.orders.size);
}

const newLedger = (): Ledger => ({ orders: new Map(), faults: [] });
const putSale = (on: SeparateLayout): Promise<void> => on.event('evt_1', 0, PLACES, { purchase_limit: PLACES, waiting_room: 'on', admission: { per_second: 100, max_active: 5_000 }, sections: [{ id: 'FLOOR', name: 'Floor', price: PRICE, capacity: PLACES }] });

test('S24: every service is replaced under load by one of a later version, one after the other: each drains in time, nobody gets a 5xx but to come again, and nothing is lost', () =>
  withBridges(async (on, bridges) => {
    await putSale(on);
    const ledger = newLedger();
    await besideBuyers(on, ledger, async (ordersAreMore) => {
      await ordersAreMore();
      for (const name of START_ORDER) {
        const closed = await on.replace(name);
        assert.deepEqual(closed.filter(({ kind }) => kind !== 'closed'), [], name);
        bridges[CALLED.findIndex((called) => called === name)]?.become('later');
        await ordersAreMore();
      }
      for (const deadline = performance.now() + WITHIN_MS; !bridges.every(({ changed }) => changed > 0); await ordersAreMore()) {
        assert.ok(performance.now() < deadline, 'not all of them have spoken as a later version');
      }
    });
    assert.deepEqual(ledger.faults, []);
    await assertNothingLost(on, ledger);
  }));

/** A hold while one service speaks so. */
async function buyThrough(speech: Speech): Promise<void> {
  await withBridges(async (on, bridges) => {
    await putSale(on);
    const buyer = await on.user('alice');
    const token = await turnOf(buyer, newLedger());
    bridges[CALLED.indexOf('inventory')]?.become(speech);
    const held = await buyer.post('gateway', '/api/v1/reservations', { key: 'k1', body: { event_id: 'evt_1', section: 'FLOOR', qty: 1, reservation_token: token } });
    assert.equal(held.status, 201, held.text);
  });
}

test('S24: planted bug, a version that gives a field another number: no hold comes through', async () => {
  await buyThrough('later');
  await assert.rejects(buyThrough('breaking'), assert.AssertionError);
});

test('S24: planted bug, an order that a buyer was told of and that is not there: it is found', () =>
  withBridges(async (on) => {
    await putSale(on);
    const ledger = newLedger();
    const buyer = await on.user('alice');
    await buy(buyer, ledger);
    await assertNothingLost(on, ledger);
    const [[reservationId = '', { orderId = '' } = {}] = []] = ledger.orders;
    const lost = new Map([[reservationId, { orderId: `${orderId.slice(0, -1)}${orderId.endsWith('0') ? '1' : '0'}`, buyer }]]);
    await assert.rejects(assertNothingLost(on, { ...ledger, orders: lost }), assert.AssertionError);
  }));
