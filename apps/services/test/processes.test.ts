import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { NotStarted, startProcess, withProcesses, type Answer, type ServiceProcesses } from './support/service-processes.ts';
import { openProxy } from './support/tcp-proxy.ts';

const EVENT = {
  id: 'evt_1', name: 'Sale', currency: 'KRW', purchase_limit: 4,
  sections: [{ id: 'A', name: 'A', price: 1000, seat_ids: ['A-1', 'A-2', 'A-3', 'A-4'] }],
};
const WITHIN_MS = 60_000;
/** Holds outlast the starts of processes, however slow the machine is. */
const SETTINGS = { HOLD_SECONDS: '600' };

const putEvent = async (on: ServiceProcesses): Promise<void> => {
  const answer = await on.ask('inventory', 'PUT', `/v1/events/${EVENT.id}`, { as: 'org', role: 'organizer', body: EVENT });
  assert.equal(answer.status, 201, JSON.stringify(answer.body));
};

const hold = (on: ServiceProcesses, key: string, ...seatIds: readonly string[]): Promise<Answer> =>
  on.ask('gateway', 'POST', '/api/v1/reservations', { as: 'alice', key, body: { event_id: EVENT.id, seat_ids: seatIds } });

/** Asks again, as clients do, while the services are too busy to answer each other in time. */
const answered = (ask: () => Promise<Answer>): Promise<Answer> => until(ask, ({ status }) => status !== 503 && status !== 504);

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

test('a purchase through the gateway of four processes: held, paid, confirmed without the buyer coming back, refused to others', () =>
  withProcesses(async (on) => {
    await putEvent(on);
    const held = await answered(() => hold(on, 'k1', 'A-1', 'A-2'));
    assert.equal(held.status, 201, JSON.stringify(held.body));
    const { reservation_id, total_amount } = held.body;
    assert.equal(total_amount, 2_000);
    const body = { reservation_id, amount: total_amount, currency: 'KRW' };
    const intent = await answered(() => on.ask('gateway', 'POST', '/api/v1/payments/intent', { as: 'alice', key: 'p1', body }));
    assert.equal(intent.status, 201, JSON.stringify(intent.body));
    const read = () => on.ask('gateway', 'GET', `/api/v1/reservations/${String(reservation_id)}`, { as: 'alice' });
    const confirmed = await until(read, (answer) => answer.body['status'] === 'CONFIRMED');
    const orderOf = (as: string) => answered(() => on.ask('gateway', 'GET', `/api/v1/orders/${String(confirmed.body['order_id'])}`, { as }));
    const order = await orderOf('alice');
    assert.deepEqual([order.body['payment_intent_id'], order.body['seat_ids']], [intent.body['payment_intent_id'], ['A-1', 'A-2']]);
    assert.equal((await orderOf('mallory')).status, 404);
    assert.equal((await answered(() => hold(on, 'k2', 'A-2'))).status, 409);
    const event = await answered(() => on.ask('gateway', 'GET', `/api/v1/events/${EVENT.id}/availability`));
    assert.equal(event.body['remaining'], 2);
  }, SETTINGS));

test('S17: the reservation service is killed after its hold; started again, the retry adopts the hold', () =>
  withProcesses(async (on) => {
    await putEvent(on);
    const proxy = await openProxy(on.grpcPorts.inventory);
    try {
      const throughProxy = { INVENTORY_GRPC_ADDRESS: `127.0.0.1:${proxy.port}` };
      await on.kill('reservation');
      await on.start('reservation', throughProxy);
      await until(() => hold(on, 'first', 'A-4'), ({ status }) => status === 201);
      const inventory = (): Promise<Answer> => on.ask('inventory', 'GET', `/v1/events/${EVENT.id}`);
      const remaining = async (): Promise<unknown> => (await inventory()).body['remaining'];
      const unanswered = async (): Promise<Answer> => {
        const lost = await hold(on, 'k1', 'A-1', 'A-2');
        assert.ok(lost.status === 503 || lost.status === 504, JSON.stringify(lost.body));
        return inventory();
      };
      proxy.become('mute');
      // On a busy machine a request may be given up before its turn has come; then it has held nothing yet.
      await until(unanswered, ({ body }) => body['remaining'] === 1);
      await on.kill('reservation');
      assert.equal(await remaining(), 1);
      proxy.become('open');
      await on.start('reservation', throughProxy);
      const adopted = await until(() => hold(on, 'k1', 'A-1', 'A-2'), ({ status }) => status !== 503 && status !== 504);
      assert.equal(adopted.status, 201, JSON.stringify(adopted.body));
      assert.equal(await remaining(), 1);
    } finally {
      await proxy.close();
    }
  }, SETTINGS));

test('a service that calls others does not start without its secret, nor with wrong settings, and says what is missing', async () => {
  const refused = (error: unknown, says: RegExp): boolean => error instanceof NotStarted && error.exitCode === 2 && says.test(error.message);
  await assert.rejects(startProcess('reservation', {}), (error) => refused(error, /SERVICE_CLIENT_SECRET_FILE is not set: reservation calls other services/));
  await assert.rejects(startProcess('inventory', { INVENTORY_GRPC_PORT: 'many' }), (error) => refused(error, /INVENTORY_GRPC_PORT/));
});
