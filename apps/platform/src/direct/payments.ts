import { present } from '@traffic-tacos/kernel';
import { isCaptured, keptMinor, type Intent, type PaymentService } from '@traffic-tacos/payment';
import type { IntentFacts, Payments } from '@traffic-tacos/reservation';

/** The reservation service's way to payments in the same process: intents are read, and given back, in its own unit of work. */
export const directPayments = (payment: () => PaymentService): Payments => ({
  read: (intentId) =>
    Promise.resolve((unit) => {
      const intent = payment().steps.read(intentId)(unit);
      return intent === undefined ? undefined : factsOf(intent);
    }),
  findCaptured: async (reservationId) => (await payment().calls.findCaptured(reservationId))?.id,
  refund: (unit, intentId, reason) => {
    const outcome = payment().steps.refund(intentId, reason)(unit);
    present(outcome.kind === 'refunded' ? outcome : undefined, `a captured payment was not refunded: ${outcome.kind}`);
  },
});

const factsOf = (intent: Intent): IntentFacts => ({
  id: intent.id,
  reservationId: intent.reservationId,
  userId: intent.userId,
  isCaptured: isCaptured(intent.status),
  isRefunded: intent.status === 'REFUNDED',
  isFailed: intent.status === 'FAILED',
  amountMinor: isCaptured(intent.status) ? keptMinor(intent) : intent.amountMinor,
  currency: intent.currency,
});
