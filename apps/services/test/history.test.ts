import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { HistoryReader } from '@traffic-tacos/journal';
import { durationMs } from '@traffic-tacos/kernel';
import { historyPath, type ServiceName } from '@traffic-tacos/platform';
import { HISTORY_SHAPES, until, type Client } from '@traffic-tacos/platform/testing';
import { withSeparate, type SeparateLayout } from './support/separate.ts';

const AT_ONCE = { limits: { historyGraceMs: 1 } };

test('I4: services apart read, list, cancel and replay what has left their memory as before, and after a restart', () =>
  withSeparate(async (on) => {
    await on.event('evt_1', 12);
    const alice = await on.user('alice');
    const key = crypto.randomUUID();
    const held = await alice.hold('evt_1', ['A-1', 'A-2'], key);
    const cancelled = await alice.cancel(held.id);
    const ids = [held.id];
    for (let i = 3; i <= 6; i++) ids.unshift((await alice.hold('evt_1', [`A-${i}`])).id);
    await alice.cancel(ids[1] ?? assert.fail());
    // Of two that were made within a millisecond the greater id comes first.
    ids.sort().reverse();
    const path = `/v1/reservations/${held.id}`;
    const read = await alice.get('reservation', path);
    await leftMemory(on, 'reservation', 2);
    assert.deepEqual((await alice.get('reservation', path)).body, read.body);
    assert.deepEqual((await alice.cancel(held.id)).body, cancelled.body);
    assert.equal((await alice.hold('evt_1', ['A-1', 'A-2'], key)).text, held.text);
    assert.deepEqual(await listed(alice, 2), ids);
    const again = await on.restart();
    const aliceAgain = await again.user('alice');
    assert.deepEqual((await aliceAgain.get('reservation', path)).body, read.body);
    assert.deepEqual(await listed(aliceAgain, 2), ids);
    assert.equal((await (await again.user('bob')).get('reservation', path)).status, 404);
  }, AT_ONCE));

test('I2, I3: services apart give back the places of an order that has left memory, once its payment has', () =>
  withSeparate(async (on) => {
    await on.event('evt_1', 4);
    const alice = await on.user('alice');
    const { id } = await alice.hold('evt_1', ['A-1', 'A-2']);
    const intentId = await alice.pay(id, 2000);
    await untilStatus(alice, id, 'CONFIRMED');
    const order = (await alice.get('reservation', '/v1/orders')).body;
    await leftMemory(on, 'reservation', 2);
    await leftMemory(on, 'payment', 1);
    assert.deepEqual((await alice.get('reservation', '/v1/orders')).body, order);
    const again = await on.restart();
    const root = await again.user('root', 'admin');
    assert.equal((await root.post('payment', `/v1/payments/intents/${intentId}/refund`, {})).status, 200);
    const aliceAgain = await again.user('alice');
    await untilStatus(aliceAgain, id, 'REFUNDED');
    assert.equal((await aliceAgain.hold('evt_1', ['A-1'])).status, 201);
  }, AT_ONCE));

test('I3: a payment captured after the end finds its reservation in the history of the reservation service, and its hold in that of the inventory', () =>
  withSeparate(async (on) => {
    await on.event('evt_1', 4);
    const alice = await on.user('alice');
    const [first, second] = [await alice.beginPayment('evt_1', 'A-1', 1_000), await alice.beginPayment('evt_1', 'A-2', 1_000)];
    await leftMemory(on, 'reservation', 2);
    await leftMemory(on, 'inventory', 2);
    const bob = await on.user('bob');
    const bought = await bob.holdForLong('evt_1', 'A-2');
    await bob.pay(bought, 1000);
    await untilStatus(bob, bought, 'CONFIRMED');
    for (const { intentId } of [first, second]) await alice.post('gateway', '/api/v1/payments/process', { body: { payment_intent_id: intentId } });
    await untilStatus(alice, first.id, 'CONFIRMED');
    await untilStatus(alice, second.id, 'FAILED');
  }, { ...AT_ONCE, holdMs: durationMs(400), lateApproveDelayMs: durationMs(120_000) }));

test('I3: a failed payment that the reservation service has not heard of stays where a start tells it, though the history has it', () =>
  withSeparate(async (on) => {
    await on.event('evt_1', 4);
    const alice = await on.user('alice');
    const { id } = await alice.hold('evt_1', ['A-1']);
    const intentId = await alice.intent(id, 1000, 'FAIL');
    const { reservation, payment } = on.services;
    await reservation.stop(5_000);
    await until(() => alice.get('gateway', `/api/v1/payments/${intentId}/status`), ({ body }) => body['status'] === 'FAILED');
    await payment.stop(5_000);
    const again = await on.restart();
    await untilStatus(await again.user('alice'), id, 'FAILED');
  }, { ...AT_ONCE, holdMs: durationMs(600_000), environment: { PAYMENT_FAILED_POLICY: 'release', PAYMENT_FAIL_DELAY_MS: '2000' } }));

test('services apart: a payment of which a part goes back after it has left memory leaves it once more, with the mark that it was answered', () =>
  withSeparate(async (on) => {
    await on.event('evt_1', 4);
    const alice = await on.user('alice');
    const { id } = await alice.hold('evt_1', ['A-1', 'A-2']);
    const intentId = await alice.pay(id, 2000);
    await untilStatus(alice, id, 'CONFIRMED');
    const { intents, answered } = on.services.payment.kept.payment ?? assert.fail();
    const haveLeft = (): Promise<unknown> => until(() => setImmediate([intents.live, answered.live]), ([intent, mark]) => intent === 0 && mark === 0);
    await haveLeft();
    const { moved } = on.services.payment;
    const root = await on.user('root', 'admin');
    const refund = await root.post('payment', `/v1/payments/intents/${intentId}/refund`, { body: { amount: 500 }, key: 'a part' });
    assert.equal(refund.status, 200, refund.text);
    await until(() => setImmediate(on.services.payment.moved), (now) => now > moved);
    await haveLeft();
    const { body } = await alice.get('payment', `/v1/payments/intents/${intentId}`);
    assert.deepEqual([body['status'], body['refundedAmount']], ['COMPLETED', 500]);
  }, AT_ONCE));

test('services apart take three times as many reservations as they have room for, and refuse none', () =>
  withSeparate(async (on) => {
    await on.event('evt_1', 4);
    const alice = await on.user('alice');
    const { services } = on;
    for (let i = 0; i < 3 * ROOM; i++) {
      await until(() => setImmediate(services.reservation.moved), () => services.reservation.moved >= i - ROOM / 2);
      const { id, status } = await alice.hold('evt_1', ['A-1']);
      assert.equal(status, 201);
      assert.equal((await alice.cancel(id)).status, 200);
    }
    assert.equal((await listed(alice, 7)).length, 3 * ROOM);
  }, { limits: { historyGraceMs: 1, reservationRows: ROOM, orderRows: ROOM } }));

const ROOM = 8;
const TABLES: Readonly<Partial<Record<ServiceName, readonly string[]>>> = { reservation: ['reservations', 'orders'], payment: ['intents'], inventory: ['holds'] };

const untilStatus = (client: Client, id: string, status: string): Promise<unknown> =>
  until(() => client.get('reservation', `/v1/reservations/${id}`), ({ body }) => body['status'] === status);

/** Until so many records of the service are in its history, and no longer in memory. */
async function leftMemory({ dataDir, services }: SeparateLayout, name: ServiceName, records: number): Promise<void> {
  await until(() => setImmediate(services[name].moved), () => services[name].moved >= records);
  const reader = new HistoryReader(historyPath(join(dataDir, name)));
  const rows = HISTORY_SHAPES.filter(({ name: table }) => TABLES[name]?.includes(table) === true).flatMap((shape) => [...reader.of(shape).all()]);
  reader.close();
  assert.ok(rows.length >= records, `${rows.length} rows`);
}

async function listed(client: Client, limit: number): Promise<readonly string[]> {
  const ids: string[] = [];
  for (let cursor = ''; ; ) {
    const { body } = await client.get('reservation', `/v1/reservations?limit=${limit}${cursor}`);
    ids.push(...(body['reservations'] as readonly { readonly reservationId: string }[]).map(({ reservationId }) => reservationId));
    if (typeof body['nextCursor'] !== 'string') return ids;
    cursor = `&cursor=${body['nextCursor']}`;
  }
}
