import type { PaymentFacts, Payments } from '@traffic-tacos/gateway';
import { processedAtMs, refusalOf, type Intent, type PaymentService } from '@traffic-tacos/payment';

/** The gateway's way to payments in the same process: the use cases themselves. */
export const directGatewayPayments = ({ useCases }: Pick<PaymentService, 'useCases'>): Payments => ({
  createIntent: async (command) => {
    const outcome = await useCases.createIntent({ ...command, scenario: command.scenario ?? 'APPROVE' });
    if (outcome.kind !== 'created' && outcome.kind !== 'replayed') return refusalOf(outcome);
    return { kind: 'created', payment: factsOf(outcome.intent), replayed: outcome.kind === 'replayed' };
  },
  process: async ({ paymentIntentId, userId, idempotencyKey }) => {
    const outcome = await useCases.processIntent({ intentId: paymentIntentId, userId, idempotencyKey });
    if (outcome.kind !== 'processed' && outcome.kind !== 'replayed') return refusalOf(outcome);
    return { kind: 'processed', payment: factsOf(outcome.intent), replayed: outcome.kind === 'replayed' };
  },
  read: async (intentId, userId) => {
    const outcome = await useCases.readIntent(userId, intentId);
    return outcome.kind === 'found' ? factsOf(outcome.intent) : undefined;
  },
  list: async (query) => (await useCases.listIntents({ ...query, reservationId: undefined, after: undefined })).intents.map(factsOf),
});

const factsOf = (intent: Intent): PaymentFacts => ({
  paymentIntentId: intent.id,
  reservationId: intent.reservationId,
  status: intent.status,
  amountMinor: intent.amountMinor,
  currency: intent.currency,
  refundedAmountMinor: intent.refundedMinor,
  createdAtMs: intent.createdAtMs,
  updatedAtMs: intent.changedAtMs,
  expiresAtMs: intent.expiresAtMs,
  processedAtMs: processedAtMs(intent),
});
