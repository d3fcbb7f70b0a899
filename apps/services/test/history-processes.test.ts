import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { HistoryReader } from '@traffic-tacos/journal';
import { historyPath, type ServiceName } from '@traffic-tacos/platform';
import { HISTORY_SHAPES } from '@traffic-tacos/platform/testing';
import { withProcesses, type Answer, type ServiceProcesses } from './support/service-processes.ts';

const EVENT = { id: 'evt_1', name: 'Sale', currency: 'KRW', purchase_limit: 4, sections: [{ id: 'A', name: 'A', price: 1000, rows: [{ id: 'A', seats: '1-4' }] }] };
const WITHIN_MS = 60_000;
const SHORT_MEMORY = fileURLToPath(new URL('./support/short-memory.ts', import.meta.url));
/** What each service hands over of one reservation that was cancelled and one that was bought. */
const HANDED_OVER: Readonly<Partial<Record<ServiceName, Readonly<Record<string, number>>>>> = { reservation: { reservations: 2, orders: 1 }, payment: { intents: 1 } };

/** Asks again, as clients do, while the services are too busy to answer each other in time. */
async function until(ask: () => Promise<Answer>, isWanted: (answer: Answer) => boolean): Promise<Answer> {
  const deadline = performance.now() + WITHIN_MS;
  for (;;) {
    const answer = await ask();
    if (isWanted(answer)) return answer;
    assert.ok(performance.now() < deadline, `still ${answer.status} ${JSON.stringify(answer.body)}`);
    await setImmediate();
  }
}

const patiently = (ask: () => Promise<Answer>): Promise<Answer> => until(ask, ({ status }) => status < 500);

/** Until the history in the service's own directory has so many rows of each table. */
async function handedOver(dataDir: string, name: ServiceName, rows: Readonly<Record<string, number>>): Promise<void> {
  const path = historyPath(join(dataDir, name));
  const deadline = performance.now() + WITHIN_MS;
  for (;;) {
    const found = existsSync(path) ? countRows(path, Object.keys(rows)) : {};
    if (Object.entries(rows).every(([table, count]) => (found[table] ?? 0) >= count)) return;
    assert.ok(performance.now() < deadline, `${name}: ${JSON.stringify(found)}`);
    await setImmediate();
  }
}

function countRows(path: string, tables: readonly string[]): Record<string, number> {
  const reader = new HistoryReader(path);
  const shapes = HISTORY_SHAPES.filter(({ name }) => tables.includes(name));
  const counted = Object.fromEntries(shapes.map((shape) => [shape.name, [...reader.of(shape).all()].length]));
  reader.close();
  return counted;
}

async function held(on: ServiceProcesses, seatId: string): Promise<string> {
  const body = { event_id: EVENT.id, seat_ids: [seatId] };
  const answer = await patiently(() => on.ask('gateway', 'POST', '/api/v1/reservations', { as: 'alice', key: seatId, body }));
  assert.equal(answer.status, 201, JSON.stringify(answer.body));
  return String(answer.body['reservation_id']);
}

async function pay(on: ServiceProcesses, id: string): Promise<string> {
  const body = { reservation_id: id, amount: 1000, currency: 'KRW' };
  const intent = await patiently(() => on.ask('gateway', 'POST', '/api/v1/payments/intent', { as: 'alice', key: id, body }));
  assert.equal(intent.status, 201, JSON.stringify(intent.body));
  await until(() => read(on, id), ({ body: { status } }) => status === 'CONFIRMED');
  return String(intent.body['payment_intent_id']);
}

const read = (on: ServiceProcesses, id: string, as = 'alice'): Promise<Answer> => patiently(() => on.ask('gateway', 'GET', `/api/v1/reservations/${id}`, { as }));

test('I4: each service hands what has ended over to a history in its own directory; after kill -9 of all of them it reads as before, and is given back', () =>
  withProcesses(async (on) => {
    const put = await patiently(() => on.ask('inventory', 'PUT', `/v1/events/${EVENT.id}`, { as: 'org', role: 'organizer', body: EVENT }));
    assert.equal(put.status, 201, JSON.stringify(put.body));
    const cancelled = await held(on, 'A-A-1');
    await patiently(() => on.ask('gateway', 'POST', `/api/v1/reservations/${cancelled}/cancel`, { as: 'alice' }));
    const bought = await held(on, 'A-A-2');
    const intentId = await pay(on, bought);
    for (const [name, rows] of Object.entries(HANDED_OVER) as [ServiceName, Readonly<Record<string, number>>][]) await handedOver(on.dataDir, name, rows);
    const before = [await read(on, cancelled), await read(on, bought)];
    const keepers: readonly ServiceName[] = ['inventory', 'reservation', 'payment'];
    await Promise.all(keepers.map((name) => on.kill(name)));
    for (const name of keepers) await on.start(name);
    assert.deepEqual([await read(on, cancelled), await read(on, bought)], before);
    assert.equal((await read(on, bought, 'mallory')).status, 404);
    const refund = await patiently(() => on.ask('payment', 'POST', `/v1/payments/intents/${intentId}/refund`, { as: 'root', role: 'admin', body: {} }));
    assert.equal(refund.status, 200, JSON.stringify(refund.body));
    await until(() => read(on, bought), ({ body: { status } }) => status === 'REFUNDED');
  }, {}, (name) => [SHORT_MEMORY, name]));
