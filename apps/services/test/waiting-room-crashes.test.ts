import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { withProcesses, type Answer, type ServiceProcesses } from './support/service-processes.ts';
import { openProxy } from './support/tcp-proxy.ts';

const EVENT = 'evt_room';
const WITHIN_MS = 60_000;
/** Holds outlast the starts of processes, however slow the machine is. */
const SETTINGS = { HOLD_SECONDS: '600' };

async function openRoom(on: ServiceProcesses): Promise<void> {
  const body = {
    id: EVENT, name: 'Sale', currency: 'KRW', purchase_limit: 4, waiting_room: 'on', admission: { per_second: 20, max_active: 1 },
    sections: [{ id: 'A', name: 'A', price: 1000, seat_ids: ['A-1', 'A-2', 'A-3', 'A-4'] }],
  };
  const answer = await on.ask('inventory', 'PUT', `/v1/events/${EVENT}`, { as: 'org', role: 'organizer', body });
  assert.equal(answer.status, 201, JSON.stringify(answer.body));
}

/** Asks until the answer is as wanted: others work on it in processes of their own. */
async function until(ask: () => Promise<Answer>, isWanted: (answer: Answer) => boolean): Promise<Answer> {
  const startedMs = performance.now();
  for (;;) {
    const answer = await ask();
    if (isWanted(answer)) return answer;
    assert.ok(performance.now() - startedMs < WITHIN_MS, `still ${answer.status} ${JSON.stringify(answer.body)}`);
    await setImmediate();
  }
}

const join = (on: ServiceProcesses, as: string): Promise<Answer> =>
  until(() => on.ask('gateway', 'POST', '/api/v1/queue/join', { as, body: { event_id: EVENT } }), ({ status }) => status === 202);
const statusOf = (on: ServiceProcesses, token: unknown): Promise<Answer> => on.ask('gateway', 'GET', `/api/v1/queue/status?token=${String(token)}`);

/** Waits for one's turn and claims it. */
async function admit(on: ServiceProcesses, as: string): Promise<unknown> {
  const waiting = (await join(on, as)).body['waiting_token'];
  await until(() => statusOf(on, waiting), ({ body }) => body['ready_for_entry'] === true);
  const entered = await on.ask('gateway', 'POST', '/api/v1/queue/enter', { as, body: { waiting_token: waiting } });
  assert.equal(entered.status, 200, JSON.stringify(entered.body));
  return entered.body['reservation_token'];
}

const reserve = (on: ServiceProcesses, token: unknown, key: string, seat: string): Promise<Answer> =>
  on.ask('reservation', 'POST', '/v1/reservations', { as: 'alice', key, body: { event_id: EVENT, seat_ids: [seat], reservation_token: token } });

const roomOf = (on: ServiceProcesses): Promise<Answer> => on.ask('gateway', 'GET', `/api/v1/admin/queues/${EVENT}`, { as: 'root', role: 'admin' });

const hasAnswer = ({ status }: Answer): boolean => status !== 503 && status !== 504;

test('S17: the reservation service is killed after a hold with a token; the retry adopts the hold and spends the token, once', () =>
  withProcesses(async (on) => {
    await openRoom(on);
    const proxy = await openProxy(on.grpcPorts.inventory);
    try {
      const throughProxy = { INVENTORY_GRPC_ADDRESS: `127.0.0.1:${proxy.port}` };
      await on.kill('reservation');
      await on.start('reservation', throughProxy);
      const token = await admit(on, 'alice');
      assert.equal((await until(() => reserve(on, 'rtk_none', 'k0', 'A-4'), hasAnswer)).status, 403);
      proxy.become('mute');
      const lost = await reserve(on, token, 'k1', 'A-1');
      assert.ok(!hasAnswer(lost), JSON.stringify(lost.body));
      await on.kill('reservation');
      proxy.become('open');
      await on.start('reservation', throughProxy);
      const adopted = await until(() => reserve(on, token, 'k1', 'A-1'), hasAnswer);
      assert.equal(adopted.status, 201, JSON.stringify(adopted.body));
      assert.equal((await until(() => reserve(on, token, 'k2', 'A-2'), hasAnswer)).status, 403);
      await until(() => roomOf(on), ({ body }) => body['holding'] === 1);
    } finally {
      await proxy.close();
    }
  }, SETTINGS));

test('I8: a token that is spent while the gateway is gone keeps its slot in the room, and the end of its hold gives it back', () =>
  withProcesses(async (on) => {
    await openRoom(on);
    const token = await admit(on, 'alice');
    const waiting = (await join(on, 'bob')).body['waiting_token'];
    // Whoever has called with keys and credentials of the issuer goes on while it is gone.
    assert.equal((await until(() => reserve(on, 'rtk_none', 'k0', 'A-4'), hasAnswer)).status, 403);
    await on.kill('gateway');
    const held = await until(() => reserve(on, token, 'k1', 'A-1'), hasAnswer);
    assert.equal(held.status, 201, JSON.stringify(held.body));
    await on.kill('reservation');
    await on.start('gateway');
    await on.start('reservation');
    // Whoever waits polls: a place without a sign of its owner is gone in the end.
    const holding = await until(async () => (await statusOf(on, waiting), roomOf(on)), ({ body }) => body['holding'] === 1);
    assert.deepEqual([holding.body['admitted'], holding.body['ready']], [0, 0], 'bob is not let in beside alice');
    const cancelled = await until(() => on.ask('reservation', 'POST', `/v1/reservations/${String(held.body['reservation_id'])}/cancel`, { as: 'alice', body: {} }), hasAnswer);
    assert.equal(cancelled.status, 200, JSON.stringify(cancelled.body));
    await until(() => statusOf(on, waiting), ({ body }) => body['ready_for_entry'] === true);
  }, SETTINGS));
