import assert from 'node:assert/strict';
import { test } from 'node:test';
import { until, type ApiUnderTest, type Client } from '@traffic-tacos/platform/testing';
import { withSeparate } from './support/separate.ts';

const FOLLOWED = /^grpc_server_duration_seconds_count\{[^}]*ProcessPaymentResult[^}]*\} (\d+)$/gm;

/** Results of payments that the reservation service was told since it started. */
async function resultsTold(on: ApiUnderTest): Promise<number> {
  const { text } = await (await on.user('prometheus')).get('reservation', '/actuator/prometheus');
  return [...text.matchAll(FOLLOWED)].reduce((sum, [, count]) => sum + Number(count), 0);
}

const confirmed = (client: Client, id: string): Promise<unknown> =>
  until(() => client.get('reservation', `/v1/reservations/${id}`), ({ body }) => body['status'] === 'CONFIRMED');

test('I3: a restart tells the results of payments that were not answered before, and none of the settled ones', () =>
  withSeparate(async (on) => {
    await on.event('evt_1', 20, 1, { purchase_limit: 100 });
    const alice = await on.user('alice');
    for (let i = 1; i <= 19; i++) {
      const { id } = await alice.hold('evt_1', [`A-${i}`]);
      await alice.pay(id, 1000);
      await confirmed(alice, id);
    }
    assert.ok((await resultsTold(on)) >= 19);
    const last = await alice.hold('evt_1', ['A-20']);
    const intentId = await alice.intent(last.id, 1000, 'DELAY');
    const { reservation, payment } = on.services;
    await reservation.stop(5_000);
    await alice.post('payment', `/v1/payments/intents/${intentId}/process`, {});
    await payment.stop(5_000);
    const again = await on.restart();
    await confirmed(await again.user('alice'), last.id);
    // The order may be seen before the call that has made it is counted.
    assert.equal(await until(() => resultsTold(again), (told) => told > 0), 1);
  }));

test('planted: a capture that nobody follows turns the audit over the separate services red', () =>
  assert.rejects(
    withSeparate(
      async (on) => {
        await on.event('evt_1', 1);
        const alice = await on.user('alice');
        const { id } = await alice.hold('evt_1', ['A-1']);
        const intentId = await alice.intent(id, 1000, 'DELAY');
        await on.services.reservation.stop(5_000);
        await alice.post('payment', `/v1/payments/intents/${intentId}/process`, {});
      },
      { settledWithinMs: 300 },
    ),
    /"invariant": "I3"/,
  ));
