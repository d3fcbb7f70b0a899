import assert from 'node:assert/strict';
import { test } from 'node:test';
import { WebhookService } from '@traffic-tacos/contracts';
import { RegisterWebhookRequest, WebhookEventType } from '@traffic-tacos/contracts/proto/gateway/v1/webhook';
import { newWebhookSecret } from '@traffic-tacos/kit';
import { receiversSuite, until, withHttpsReceiver, withPlatform, type ReceiverLayout, type TestPlatform } from '@traffic-tacos/platform/testing';
import { grpcCallers, withGrpcClient } from './support/grpc-callers.ts';

const PATH = '/api/v1/admin/webhooks';

const layoutOf = (on: TestPlatform): ReceiverLayout => ({ ...on, gatewayGrpc: on.platform.grpcAddresses.gateway, restart: async () => layoutOf(await on.restart()) });

receiversSuite('one process', (internet, body, settings) => withPlatform((on) => body(layoutOf(on)), { ...settings, webhooks: { internet } }));

test('a registration is on the audit trail with who asked for it, and nobody is told its secret, the values of its headers or its query', () =>
  withHttpsReceiver((receiver) =>
    withPlatform(async (on) => {
      const callers = grpcCallers(on);
      const secret = newWebhookSecret();
      const request = RegisterWebhookRequest.create({
        serviceName: 'reservation', endpointUrl: `${receiver.url}?token=hush-1`, secret, eventTypes: [WebhookEventType.WEBHOOK_EVENT_TYPE_PAYMENT_APPROVED],
        config: { verifySsl: true, headers: new Map([['Authorization', 'hush-2']]) },
      });
      await withGrpcClient(on, 'gateway', async (client) => {
        assert.equal((await client.call(WebhookService.registerWebhook, request, await callers.service('gateway'))).response?.registered, true);
        const another = await client.call(WebhookService.registerWebhook, { ...request, serviceName: 'payment' }, await callers.service('gateway'));
        assert.equal(another.code, 'PERMISSION_DENIED', 'a service registers for itself');
      });
      const trail = (await (await on.user('adam', 'admin')).get('gateway', '/api/v1/admin/audit-trail')).text;
      for (const word of ['gateway.v1.WebhookService/RegisterWebhook', 'service reservation', 'Authorization', '/hook']) assert.ok(trail.includes(word), `${word} in ${trail}`);
      for (const hidden of [secret, 'hush-1', 'hush-2']) assert.ok(!trail.includes(hidden), hidden);
    }, { webhooks: { internet: receiver.internet } })));

test('an admin lists, changes, tests and removes receivers, and reads no secret of theirs there or on the trail', () =>
  withHttpsReceiver((receiver) =>
    withPlatform(async (on) => {
      const adam = await on.user('adam', 'admin');
      const secret = newWebhookSecret();
      const wish = { service_name: 'shop', endpoint_url: `${receiver.url}?token=hush-1`, event_types: ['payment.failed'], secret, headers: [{ name: 'X-Key', value: 'hush-2' }], retry_count: 3 };
      const put = (body: object) => adam.post('gateway', PATH, { body });
      const first = (await put(wish)).body;
      assert.equal((await put({ ...wish, event_types: ['payment.approved', 'system.maintenance'] })).body['webhook_id'], first['webhook_id']);
      const id = String(first['webhook_id']);
      const tested = await adam.post('gateway', `${PATH}/${id}/test`);
      assert.equal(tested.status, 202);
      await until(async () => (await adam.get('gateway', PATH)).body['receivers'] as readonly Readonly<Record<string, unknown>>[], ([one]) => one?.['queued'] === 0);
      assert.deepEqual(receiver.heard.map(({ said, headers }) => [said['type'], headers['webhook-id'], headers['x-key']])[0], ['webhook.test', tested.body['message_id'], 'hush-2']);
      const listed = await adam.get('gateway', PATH);
      const [one = assert.fail()] = listed.body['receivers'] as readonly Readonly<Record<string, unknown>>[];
      const { registered_at: registeredAt, changed_at: changedAt, ...facts } = one;
      assert.equal(registeredAt, first['registered_at']);
      assert.ok(String(changedAt) >= String(registeredAt));
      assert.deepEqual(facts, {
        webhook_id: id, service_name: 'shop', endpoint_url: `${receiver.url}?…`, event_types: ['payment.approved', 'system.maintenance'], headers: ['X-Key'], retry_count: 3, timeout_seconds: 3, has_own_secret: true, queued: 0,
      });
      assert.equal((await put({ ...wish, endpoint_url: 'https://10.0.0.1/' })).status, 400);
      assert.equal((await adam.call('gateway', 'DELETE', `${PATH}/${id}`)).status, 200);
      assert.equal((await adam.call('gateway', 'DELETE', `${PATH}/${id}`)).status, 404);
      const trail = (await adam.get('gateway', '/api/v1/admin/audit-trail')).text;
      for (const word of [`POST ${PATH}`, `DELETE ${PATH}/:id`, `POST ${PATH}/:id/test`, 'X-Key']) assert.ok(trail.includes(word), word);
      for (const hidden of [secret, 'hush-1', 'hush-2']) assert.ok(![trail, listed.text].some((text) => text.includes(hidden)), hidden);
    }, { webhooks: { internet: receiver.internet } })));
