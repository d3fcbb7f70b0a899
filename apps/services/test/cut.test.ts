import assert from 'node:assert/strict';
import { test } from 'node:test';
import { codeOf, until, type Client } from '@traffic-tacos/platform/testing';
import { withSeparate } from './support/separate.ts';
import { openProxy, type TcpProxy } from './support/tcp-proxy.ts';

const CUT_MS = 5_000;
const BREAKER = { failureRatio: 0.5, openMs: 1_000, windowMs: 10_000, leastCalls: 6, trials: 2 };
/** The inventory's deadline of 250 ms, the gateway's turn, and a machine that does other things at the same time. */
const IN_TIME_MS = 600 + 400;
/** Such a machine may stand still for longer, once in a while. */
const LATE_AT_MOST = 0.02;

const [OPEN, CLOSED] = [2, 0];

interface Seen {
  readonly breaker: number;
  /** Calls to ReserveSeat that were begun. */
  readonly attempts: number;
}

async function seen(client: Client): Promise<Seen> {
  const { text } = await client.get('reservation', '/actuator/prometheus');
  const attempts = [...text.matchAll(/^grpc_client_duration_seconds_count\{[^}]*ReserveSeat[^}]*\} (\d+)$/gm)];
  return {
    breaker: Number(/^circuit_breaker_state\{[^}]*inventory[^}]*\} (\d)$/m.exec(text)?.[1]),
    attempts: attempts.reduce((sum, [, count]) => sum + Number(count), 0),
  };
}

/** Asks for the seat over and over, as a client does that is told to; each answer is in time, and is none that decides. */
async function askThrough(client: Client, ms: number): Promise<number> {
  const startedMs = performance.now();
  let [asked, late] = [0, 0];
  for (let nowMs = startedMs; nowMs - startedMs < ms; nowMs = performance.now()) {
    const answer = await client.hold('evt_1', ['A-1'], 'k1');
    asked++;
    assert.ok(answer.status === 503 || answer.status === 504, `${answer.status} ${answer.text}`);
    if (performance.now() - nowMs > IN_TIME_MS) late++;
  }
  assert.ok(late <= Math.max(1, LATE_AT_MOST * asked), `${late} of ${asked} were answered after ${IN_TIME_MS} ms`);
  return asked;
}

async function cutFor5Seconds(client: Client, proxy: TcpProxy): Promise<void> {
  const mine = await until(() => client.hold('evt_1', ['A-2'], 'k0'), ({ status }) => status === 201);
  const before = await seen(client);
  assert.equal(before.breaker, CLOSED);
  const cutAtMs = performance.now();
  proxy.become('cut');
  const asked = await askThrough(client, CUT_MS / 2);
  assert.equal((await seen(client)).breaker, OPEN);
  for (const path of ['/readyz', '/actuator/health/readiness', `/v1/reservations/${mine.id}`]) {
    assert.equal((await client.get('reservation', path)).status, 200, `${path}: what needs no inventory is answered`);
  }
  await askThrough(client, CUT_MS / 2);
  const { attempts } = await seen(client);
  const made = attempts - before.attempts;
  assert.ok(made > BREAKER.leastCalls, `half-opened and tried again: ${made} calls`);
  const opened = (performance.now() - cutAtMs) / BREAKER.openMs + 1;
  assert.ok(made <= BREAKER.leastCalls + 3 + (BREAKER.trials + 1) * opened, `${made} calls for ${asked} requests`);
  proxy.become('open');
  const held = await until(() => client.hold('evt_1', ['A-1'], 'k1'), ({ status }) => status === 201);
  assert.equal(codeOf(held), undefined);
  assert.equal((await client.hold('evt_1', ['A-1'], 'k1')).id, held.id);
  const closed = async (): Promise<Seen> => {
    const answer = await client.hold('evt_1', ['A-1']);
    assert.ok(codeOf(answer) === 'SEAT_UNAVAILABLE' || answer.status >= 503, answer.text);
    return seen(client);
  };
  await until(closed, ({ breaker }) => breaker === CLOSED);
}

test('S17: a cut of five real seconds between the services: 503 in time, breaker open and tried again each second, ready for the rest, whole afterwards', async () => {
  let proxy: TcpProxy | undefined;
  try {
    await withSeparate(
      async (on) => {
        await on.event('evt_1', 2);
        assert.ok(proxy !== undefined);
        await cutFor5Seconds(await on.user('alice'), proxy);
        const event = await (await on.user('alice')).get('gateway', '/api/v1/events/evt_1/availability');
        assert.equal(event.body['remaining'], 1_000, 'both seats are held, once each');
      },
      {
        hasDefaultDeadlines: true,
        channels: { breaker: BREAKER, reconnectMs: 50, greatestReconnectMs: 200 },
        network: async ({ grpcPorts }) => {
          proxy = await openProxy(grpcPorts.inventory);
          return { INVENTORY_GRPC_ADDRESS: `127.0.0.1:${proxy.port}` };
        },
      },
    );
  } finally {
    await proxy?.close();
  }
});
