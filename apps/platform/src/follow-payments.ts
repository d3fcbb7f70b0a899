import { Unavailable } from '@traffic-tacos/kernel';
import type { Logger } from '@traffic-tacos/kit';
import type { Intent, PaymentFact, PaymentResults } from '@traffic-tacos/payment';
import { followApproval, followFailure, followRefund, type ReservationContext, type SettledPayment } from '@traffic-tacos/reservation';

/**
 * What a payment's result leads to, whether or not the buyer comes back (guarantees.md §3). A result is only a hint: what follows is
 * decided on the intent as re-read.
 */
export interface PaymentFollower {
  readonly results: PaymentResults;
  /** Follows up results that a crash has left behind. Called once, after recovery; what was followed before changes nothing. */
  catchUp(intents: Iterable<Intent>): Promise<void>;
}

export function followPayments(context: () => ReservationContext, logger: Logger): PaymentFollower {
  const follow = async (how: typeof followApproval | typeof followRefund, fact: Pick<PaymentFact, 'intentId' | 'reservationId' | 'traceId'>): Promise<void> => {
    const settled: SettledPayment = { paymentIntentId: fact.intentId, reservationId: fact.reservationId, traceId: fact.traceId };
    try {
      await how(context(), settled);
    } catch (error) {
      if (!(error instanceof Unavailable)) throw error;
      // The store has failed and the process is ending: the next start catches up.
      logger.warn({ trace_id: fact.traceId, err: error }, 'the result of a payment was not followed up');
    }
  };
  return {
    results: {
      approved: (fact) => void follow(followApproval, fact),
      failed: (fact) => void follow(followFailure, fact),
      refunded: (fact) => void follow(followRefund, fact),
    },
    catchUp: async (intents) => {
      for (const intent of intents) {
        const fact = { ...intent, intentId: intent.id };
        if (intent.status === 'COMPLETED' && intent.refundedMinor === 0) await follow(followApproval, fact);
        if (intent.status === 'FAILED') await follow(followFailure, fact);
        if (intent.status === 'REFUNDED') await follow(followRefund, fact);
      }
    },
  };
}
