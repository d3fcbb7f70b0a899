import { ReceiverService } from '@traffic-tacos/contracts';
import { CheckSignatureRequest, ListReceiversRequest, PutReceiverRequest, RemoveReceiverRequest, TestReceiverRequest, type Receiver } from '@traffic-tacos/contracts/proto/payment/v1/receiver';
import { createUnaryClient, type GrpcChannel } from '@traffic-tacos/kit';
import type { ReceiverFacts, WebhookReceivers } from '../../ports/webhook-receivers.ts';
import { responseOf, responseOrRefusal } from './upstream-refusals.ts';
import { instantOf } from './wire-values.ts';

/** The gateway's way to the register of receivers in the process of payments. The channel asks for outcomes as statuses. */
export function grpcWebhookReceivers(channel: GrpcChannel): WebhookReceivers {
  const client = createUnaryClient(channel, ReceiverService, { idempotent: ['putReceiver', 'listReceivers', 'removeReceiver', 'checkSignature'] });
  return {
    put: async ({ serviceName, url, types, secret, retries, timeoutSeconds, headers }) => {
      const request = PutReceiverRequest.create({ serviceName, endpointUrl: url, eventTypes: [...types], secret, retryCount: retries, timeoutSeconds, headers: new Map(headers) });
      const answer = responseOrRefusal(await client.putReceiver(request));
      if ('refused' in answer) return answer;
      return { kind: 'registered', webhookId: answer.response.webhookId, registeredAtMs: instantOf(answer.response.registeredAt) };
    },
    list: async () => responseOf(await client.listReceivers(ListReceiversRequest.create({}))).receivers.map(factsOf),
    remove: async (webhookId) => responseOf(await client.removeReceiver(RemoveReceiverRequest.create({ webhookId }))).removed,
    test: async (webhookId, traceId) => {
      const { messageId } = responseOf(await client.testReceiver(TestReceiverRequest.create({ webhookId }), { traceId }));
      return messageId === '' ? undefined : messageId;
    },
    verify: async (webhookId, payload, signature) => {
      const { known, valid } = responseOf(await client.checkSignature(CheckSignatureRequest.create({ webhookId, payload, signature })));
      return known ? valid : undefined;
    },
  };
}

const factsOf = ({ webhookId, serviceName, endpointUrl, eventTypes, registeredAt, changedAt, headers, retryCount, timeoutSeconds, hasOwnSecret, queued }: Receiver): ReceiverFacts => ({
  webhookId, serviceName, url: endpointUrl, types: eventTypes, headerNames: headers, retries: retryCount, timeoutSeconds, hasOwnSecret, registeredAtMs: instantOf(registeredAt), changedAtMs: instantOf(changedAt), queued,
});
