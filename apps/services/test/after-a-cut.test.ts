import assert from 'node:assert/strict';
import { test } from 'node:test';
import { durationMs } from '@traffic-tacos/kernel';
import { until, type Client } from '@traffic-tacos/platform/testing';
import { withSeparate, type SeparateLayout } from './support/separate.ts';
import { openProxy, type TcpProxy } from './support/tcp-proxy.ts';

const CUT_MS = 4_000;
/** I3 gives a payment five seconds from its capture, as far as the others can be reached. */
const DELIVERED_WITHIN_MS = 5_000;
const PAYMENTS = 30;

interface Buyer {
  readonly client: Client;
  readonly id: string;
  /** A payment without a result until it is hurried. */
  readonly intentId: string;
}

/** One after the other: a crowd at processes that have just started meets their deadlines, which is not what this is about. */
async function buyersOf(on: SeparateLayout): Promise<readonly Buyer[]> {
  await on.event('evt_1', PAYMENTS);
  const buyers: Buyer[] = [];
  for (let i = 0; i < PAYMENTS; i++) {
    const client = await on.user(`buyer-${i}`);
    const { id } = await until(() => client.hold('evt_1', [`A-${i + 1}`], 'k'), ({ status }) => status === 201);
    buyers.push({ client, id, intentId: await until(() => client.intent(id, 1_000, 'DELAY'), (intentId) => intentId.startsWith('pay_')) });
  }
  return buyers;
}

const isConfirmed = async ({ client, id }: Buyer): Promise<boolean> => (await client.get('reservation', `/v1/reservations/${id}`)).body['status'] === 'CONFIRMED';

/** Asks for one after the other while the network is cut: none may be confirmed. All services share this process with who asks, so one question at a time is load enough. */
async function noneWhileCut(buyers: readonly Buyer[]): Promise<void> {
  const startedMs = performance.now();
  for (let i = 0; performance.now() - startedMs < CUT_MS; i++) {
    const buyer = buyers[i % buyers.length];
    assert.ok(buyer !== undefined && !(await isConfirmed(buyer)));
  }
}

async function allConfirmed(buyers: readonly Buyer[]): Promise<void> {
  for (const buyer of buyers) await until(() => isConfirmed(buyer), (is) => is);
}

async function capturedDuringCut(on: SeparateLayout, proxy: TcpProxy): Promise<void> {
  const buyers = await buyersOf(on);
  proxy.become('cut');
  const hurried = await Promise.all(buyers.map(({ client, intentId }) => client.post('payment', `/v1/payments/intents/${intentId}/process`, {})));
  assert.deepEqual(new Set(hurried.map(({ status }) => status)), new Set([200]));
  await noneWhileCut(buyers);
  proxy.become('open');
  const openedAtMs = performance.now();
  await allConfirmed(buyers);
  const tookMs = Math.round(performance.now() - openedAtMs);
  assert.ok(tookMs < DELIVERED_WITHIN_MS, `the last was confirmed ${tookMs} ms after the network's return`);
}

for (const [target, setting] of [['reservation', 'RESERVATION_GRPC_ADDRESS'], ['inventory', 'INVENTORY_GRPC_ADDRESS']] as const) {
  test(`I3: with default settings, thirty payments captured in a cut of 4 s from the ${target} service are confirmed within 5 s of its end`, async () => {
    let proxy: TcpProxy | undefined;
    try {
      await withSeparate((on) => (proxy === undefined ? assert.fail('the network has no proxy') : capturedDuringCut(on, proxy)), {
        hasDefaultDeadlines: true, lateApproveDelayMs: durationMs(120_000),
        network: async ({ grpcPorts }) => {
          proxy = await openProxy(grpcPorts[target]);
          return { [setting]: `127.0.0.1:${proxy.port}` };
        },
      });
    } finally {
      await proxy?.close();
    }
  });
}

test('S25: a reservation service whose inventory has not answered yet is not ready, says why, and shows no reservation; then it is', async () => {
  let proxy: TcpProxy | undefined;
  try {
    await withSeparate(
      async (on) => {
        assert.ok(proxy !== undefined);
        const client = await on.user('alice');
        const ready = () => client.get('reservation', '/readyz');
        const refused = await ready();
        assert.equal(refused.status, 503);
        assert.match(refused.text, /has not said yet what its clock shows/);
        assert.equal((await client.get('reservation', '/v1/reservations')).status, 503);
        proxy.become('open');
        await until(ready, ({ status }) => status === 200);
        assert.equal((await client.get('reservation', '/v1/reservations')).status, 200);
      },
      {
        network: async ({ grpcPorts }) => {
          proxy = await openProxy(grpcPorts.inventory);
          proxy.become('cut');
          return { INVENTORY_GRPC_ADDRESS: `127.0.0.1:${proxy.port}` };
        },
      },
    );
  } finally {
    await proxy?.close();
  }
});
