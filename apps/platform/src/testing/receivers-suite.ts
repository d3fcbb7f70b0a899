import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { WebhookService } from '@traffic-tacos/contracts';
import { RegisterWebhookRequest, ValidateWebhookRequest, WebhookEventType as Type } from '@traffic-tacos/contracts/proto/gateway/v1/webhook';
import { durationMs, present } from '@traffic-tacos/kernel';
import { newWebhookSecret, readWebhookSecret, verifyWebhook } from '@traffic-tacos/kit';
import { connectGrpc, type TestGrpcClient } from '@traffic-tacos/kit/testing';
import type { Internet } from '../webhooks.ts';
import type { ApiUnderTest, LayoutSettings } from './api-under-test.ts';
import { withHttpsReceiver, type HeardWebhook, type HttpsReceiver } from './https-receiver.ts';
import { until } from './until.ts';

export type ReceiverLayout = ApiUnderTest & { readonly gatewayGrpc: string; restart(): Promise<ReceiverLayout> };

/** Runs `body` against a fresh platform that is in that internet, and discards it whatever happens. */
export type OpenReceiverLayout = (internet: Internet, body: (on: ReceiverLayout) => Promise<void>, settings?: LayoutSettings) => Promise<void>;

type Wish = Parameters<typeof RegisterWebhookRequest.create>[0];

const { WEBHOOK_EVENT_TYPE_PAYMENT_APPROVED: APPROVED, WEBHOOK_EVENT_TYPE_PAYMENT_CANCELLED: PAYMENT_CANCELLED } = Type;
const { WEBHOOK_EVENT_TYPE_RESERVATION_CANCELLED: CANCELLED, WEBHOOK_EVENT_TYPE_RESERVATION_EXPIRED: EXPIRED, WEBHOOK_EVENT_TYPE_SYSTEM_MAINTENANCE: MAINTENANCE } = Type;

const asAdmin = async (on: ReceiverLayout) => ({ authorization: await on.bearer('adam', 'admin') });

async function withClient<T>(on: ReceiverLayout, body: (client: TestGrpcClient) => Promise<T>): Promise<T> {
  const client = connectGrpc(on.gatewayGrpc);
  try {
    return await body(client);
  } finally {
    client.close();
  }
}

const register = (on: ReceiverLayout, wish: Wish) =>
  withClient(on, async (client) => client.call(WebhookService.registerWebhook, RegisterWebhookRequest.create({ serviceName: 'shop', ...wish }), await asAdmin(on)));

const typesOf = (receiver: HttpsReceiver) => receiver.heard.map(({ said }) => String(said['type']));

const hears = (receiver: HttpsReceiver, ...types: readonly string[]) =>
  until(async () => {
    await setImmediate();
    return typesOf(receiver);
  }, (heard) => types.every((type) => heard.includes(type)));

/** So many different events of the type: one may come more than once. */
const hearsOf = (receiver: HttpsReceiver, type: string, events: number) =>
  until(async () => {
    await setImmediate();
    return new Set(receiver.heard.filter(({ said }) => said['type'] === type).map(({ said }) => said['id'])).size;
  }, (heard) => heard === events);

const verdictOf = ({ headers, body }: HeardWebhook, secret: string) => {
  const text = (name: string): string | undefined => [headers[name]].flat()[0];
  const message = { id: text('webhook-id'), timestamp: text('webhook-timestamp'), signature: text('webhook-signature'), body };
  return verifyWebhook([present(readWebhookSecret(secret), 'a secret')], message, Number(text('webhook-timestamp'))).kind;
};

/** What registered receivers are promised, in whichever layout the services run. */
export function receiversSuite(layout: string, open: OpenReceiverLayout): void {
  describe(`${layout}: a receiver that is registered over gRPC`, () => {
    it('I6: hears of payments and reservations, signed with its secret and under an id of its own, over a restart too', () =>
      withHttpsReceiver((receiver) =>
        open(receiver.internet, async (on) => {
          const secret = newWebhookSecret();
          const wish: Wish = { endpointUrl: receiver.url, secret, eventTypes: [APPROVED, PAYMENT_CANCELLED, CANCELLED, MAINTENANCE], config: { verifySsl: true, headers: new Map([['X-Shop', 'seven']]) } };
          const { response } = await register(on, wish);
          assert.equal(response?.registered, true);
          await on.event('evt_1', 5);
          const alice = await on.user('alice');
          await alice.pay((await alice.hold('evt_1', ['A-1'])).id, 1_000);
          await alice.cancel((await alice.hold('evt_1', ['A-2'])).id);
          await hears(receiver, 'payment.approved', 'reservation.cancelled');
          const next = await on.restart();
          await hears(receiver, 'system.maintenance');
          await next.event('evt_2', 5);
          const bob = await next.user('bob');
          await bob.cancel((await bob.hold('evt_2', ['A-1'])).id);
          await hearsOf(receiver, 'reservation.cancelled', 2);
          for (const each of receiver.heard) assert.deepEqual([verdictOf(each, secret), each.headers['x-shop'], each.headers['content-type']], ['genuine', 'seven', 'application/json']);
          assert.equal(verdictOf(present(receiver.heard[0], 'a message'), newWebhookSecret()), 'signature_wrong', 'another secret verifies nothing');
          const ids = new Set(receiver.heard.map(({ headers }) => headers['webhook-id']));
          assert.equal(ids.size, new Set(receiver.heard.map(({ said }) => said['id'])).size, 'an id for each event');
        })));

    it('hears that a hold has ended without a payment, and of nothing that it has not asked for', () =>
      withHttpsReceiver((receiver) =>
        open(receiver.internet, async (on) => {
          await register(on, { endpointUrl: receiver.url, eventTypes: [EXPIRED] });
          await on.event('evt_1', 5);
          const alice = await on.user('alice');
          const other = (await alice.hold('evt_1', ['A-2'])).id;
          // On a machine that stands still for a while it has ended by then, as the other one will.
          const isCancelled = (await alice.cancel(other)).status === 200;
          const { id } = await alice.hold('evt_1', ['A-1']);
          const ended = new Set(isCancelled ? [id] : [id, other]);
          await hearsOf(receiver, 'reservation.expired', ended.size);
          assert.deepEqual(new Set(receiver.heard.map(({ said }) => said['id'])), new Set([...ended].map((each) => `${each}.2`)));
          for (const { said } of receiver.heard) assert.deepEqual([said['type'], said['id']], ['reservation.expired', `${String(said['reservation_id'])}.2`]);
        }, { holdMs: durationMs(4_000) })));

    it('is registered once however often that is asked, verifies with its secret alone, and is refused with everything that is wrong', () =>
      withHttpsReceiver((receiver) =>
        open(receiver.internet, async (on) => {
          const secret = newWebhookSecret();
          const wish: Wish = { endpointUrl: receiver.url, secret, eventTypes: [APPROVED] };
          const first = (await register(on, wish)).response;
          const again = (await register(on, { ...wish, eventTypes: [EXPIRED] })).response;
          assert.deepEqual([again?.webhookId, again?.registeredAt], [first?.webhookId, first?.registeredAt]);
          for (const [webhookId, valid, code] of [[first?.webhookId ?? '', false, undefined], ['whr_none', undefined, 5]] as const) {
            const request = ValidateWebhookRequest.create({ payload: 'msg.1.{}', signature: `v1,${Buffer.alloc(32).toString('base64')}`, webhookId });
            const { response } = await withClient(on, async (client) => client.call(WebhookService.validateWebhook, request, await asAdmin(on)));
            assert.deepEqual([code === undefined ? response?.valid : undefined, response?.error?.code], [valid, code]);
          }
          const bad: readonly Wish[] = [
            { ...wish, endpointUrl: 'https://10.0.0.1/' }, { ...wish, endpointUrl: 'http://shop.test/' }, { ...wish, secret: 'hush' }, { ...wish, eventTypes: [] }, { ...wish, eventTypes: [99 as Type] },
            { ...wish, config: { verifySsl: false } }, { ...wish, config: { verifySsl: true, contentType: 'text/xml' } }, { ...wish, config: { verifySsl: true, timeoutSeconds: 4 } }, { ...wish, serviceName: '' },
          ];
          for (const each of bad) assert.equal((await register(on, each)).code, 'INVALID_ARGUMENT', JSON.stringify(each));
          const body = { service_name: 'shop', endpoint_url: receiver.url, event_types: ['payment.failed'], headers: ['X-Shop', 'x-shop'].map((name) => ({ name, value: 'seven' })) };
          const [adam, twice] = [await on.user('adam', 'admin'), [body, { ...body, headers: [body.headers[0], body.headers[0]] }]];
          for (const each of twice) assert.equal((await adam.post('gateway', '/api/v1/admin/webhooks', { body: each })).status, 400, JSON.stringify(each.headers));
        })));
  });
}
