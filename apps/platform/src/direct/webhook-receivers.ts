import type { ReceiverFacts, WebhookReceivers } from '@traffic-tacos/gateway';
import { refusedRegistration, type ListedRegistration, type Registrations } from '@traffic-tacos/payment';

/** The gateway's way to the register of receivers in the same process. */
export const directWebhookReceivers = (registrations: Registrations): WebhookReceivers => ({
  put: async (wish) => {
    const outcome = await registrations.put(wish);
    if (outcome.kind !== 'registered') return refusedRegistration(outcome);
    const { id: webhookId, registeredAtMs } = outcome.registration;
    return { kind: 'registered', webhookId, registeredAtMs };
  },
  list: async () => registrations.list().map(factsOf),
  remove: (webhookId) => registrations.remove(webhookId),
  test: (webhookId, traceId) => registrations.test(webhookId, traceId),
  verify: async (webhookId, payload, signature) => registrations.verify(webhookId, Buffer.from(payload), signature),
});

const factsOf = ({ registration, queued }: ListedRegistration): ReceiverFacts => {
  const { id: webhookId, serviceName, url, types, headers, retries, timeoutSeconds, secret, registeredAtMs, changedAtMs } = registration;
  return { webhookId, serviceName, url, types, headerNames: headers.map(([name]) => name), retries, timeoutSeconds, hasOwnSecret: secret !== '', registeredAtMs, changedAtMs, queued };
};
