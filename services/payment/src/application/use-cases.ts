import { createCancelIntent, type CancelIntent } from './cancel-intent.ts';
import { createCreateIntent, type CreateIntent, type CreateIntentDeps } from './create-intent.ts';
import { createListIntents, type ListIntents } from './list-intents.ts';
import { createProcessIntent, type ProcessIntent } from './process-intent.ts';
import { createReadIntent, type ReadIntent } from './read-intent.ts';
import { createRefundIntent, type RefundIntent } from './refund-intent.ts';
import { createSimulateWebhook, type SimulateWebhook } from './simulate-webhook.ts';

/** All that can be asked of the payment service, whichever port it is asked on. */
export interface PaymentUseCases {
  readonly createIntent: CreateIntent;
  readonly readIntent: ReadIntent;
  readonly listIntents: ListIntents;
  readonly processIntent: ProcessIntent;
  readonly cancelIntent: CancelIntent;
  readonly refundIntent: RefundIntent;
  readonly simulateWebhook: SimulateWebhook;
}

export const createUseCases = (deps: CreateIntentDeps): PaymentUseCases => ({
  createIntent: createCreateIntent(deps),
  readIntent: createReadIntent(deps.store),
  listIntents: createListIntents(deps.store),
  processIntent: createProcessIntent(deps.store),
  cancelIntent: createCancelIntent(deps.store),
  refundIntent: createRefundIntent(deps.store),
  simulateWebhook: createSimulateWebhook(deps.store),
});
