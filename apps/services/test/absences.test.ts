import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ServiceName } from '@traffic-tacos/platform';
import { codeOf, until, type Answer, type Client } from '@traffic-tacos/platform/testing';
import { withSeparate } from './support/separate.ts';

/** What a client gets while one service is away: the status, the code of a refusal, and whether it says when to try again. */
const told = (answer: Answer): readonly unknown[] => [answer.status, codeOf(answer), answer.headers['retry-after'] !== undefined];

const DONE = [200, undefined, false];
const HELD = [201, undefined, false];

interface Buyer {
  readonly client: Client;
  /** A reservation in HOLD, and a payment of it that has no result until it is hurried. */
  readonly id: string;
  readonly intentId: string;
}

/** Runs `body` without one of the services, after a buyer has held a seat and begun to pay. */
const without = (name: ServiceName, body: (buyer: Buyer) => Promise<void>, after: (client: Client, buyer: Buyer) => Promise<void> = () => Promise.resolve()): Promise<void> =>
  withSeparate(async (on) => {
    await on.event('evt_1', 9);
    const client = await on.user('alice');
    const { id } = await client.hold('evt_1', ['A-1']);
    const buyer = { client, id, intentId: await client.intent(id, 1_000, 'DELAY') };
    await on.services[name].stop(5_000);
    await body(buyer);
    const again = await on.restart();
    await after(await again.user('alice'), buyer);
  });

const hurried = ({ client, intentId }: Buyer): Promise<Answer> => client.post('payment', `/v1/payments/intents/${intentId}/process`, {});
const confirmedAt = (client: Client, id: string): Promise<Answer> =>
  until(() => client.get('reservation', `/v1/reservations/${id}`), ({ body }) => body['status'] === 'CONFIRMED');

test('without the inventory nobody holds and nothing is sold, what is written is read, and a captured payment is confirmed when it is back', () =>
  without(
    'inventory',
    async (buyer) => {
      const { client, id } = buyer;
      assert.deepEqual(told(await client.hold('evt_1', ['A-2'])), [503, 'INVENTORY_SERVICE_ERROR', true]);
      assert.deepEqual(told(await client.get('gateway', '/api/v1/events/evt_1')), [503, 'INVENTORY_SERVICE_ERROR', true]);
      assert.deepEqual(told(await client.get('gateway', `/api/v1/reservations/${id}`)), DONE);
      assert.deepEqual(told(await hurried(buyer)), DONE);
    },
    async (client, { id }) => void (await confirmedAt(client, id)),
  ));

test('without the reservation service events are shown and payments settle, and their results are delivered when it is back', () =>
  without(
    'reservation',
    async (buyer) => {
      const { client, id } = buyer;
      assert.deepEqual(told(await client.get('gateway', '/api/v1/events/evt_1')), DONE);
      assert.deepEqual(told(await client.get('gateway', `/api/v1/reservations/${id}`)), [503, 'SERVICE_UNAVAILABLE', true]);
      assert.deepEqual(told(await hurried(buyer)), DONE);
    },
    async (client, { id }) => void (await confirmedAt(client, id)),
  ));

test('without the payment service seats are held, extended and given back; paying and confirming wait', () =>
  without('payment', async ({ client, id, intentId }) => {
    const other = await client.hold('evt_1', ['A-2']);
    assert.deepEqual(told(other), HELD);
    assert.deepEqual(told(await client.post('reservation', `/v1/reservations/${other.id}/extend`, { body: { extensionSeconds: 10 } })), DONE);
    assert.deepEqual(told(await client.cancel(other.id)), DONE);
    assert.deepEqual(told(await client.get('gateway', `/api/v1/payments/${intentId}/status`)), [503, 'SERVICE_UNAVAILABLE', true]);
    assert.deepEqual(told(await client.confirm(id, intentId)), [503, 'SERVICE_UNAVAILABLE', true]);
    assert.deepEqual(told(await client.get('reservation', `/v1/reservations/${id}`)), DONE);
  }));

test('without the gateway the others go on among themselves, with the keys and credentials that they have had before: a purchase is finished', () =>
  withSeparate(async (on) => {
    await on.event('evt_1', 9);
    const client = await on.user('alice');
    const first = await client.hold('evt_1', ['A-1']);
    await client.pay(first.id, 1_000);
    await confirmedAt(client, first.id);
    const { id } = await client.hold('evt_1', ['A-2']);
    const buyer = { client, id, intentId: await client.intent(id, 1_000, 'DELAY') };
    await on.services.gateway.stop(5_000);
    assert.deepEqual(told(await client.hold('evt_1', ['A-3'])), HELD);
    assert.deepEqual(told(await hurried(buyer)), DONE);
    await confirmedAt(client, id);
  }));
