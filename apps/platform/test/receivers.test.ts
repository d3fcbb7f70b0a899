import assert from 'node:assert/strict';
import { test } from 'node:test';
import { WebhookService } from '@traffic-tacos/contracts';
import { RegisterWebhookRequest, WebhookEventType } from '@traffic-tacos/contracts/proto/gateway/v1/webhook';
import { newWebhookSecret } from '@traffic-tacos/kit';
import { receiversSuite, withHttpsReceiver, withPlatform, type ReceiverLayout, type TestPlatform } from '@traffic-tacos/platform/testing';
import { grpcCallers, withGrpcClient } from './support/grpc-callers.ts';

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
