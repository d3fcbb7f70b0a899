import { addMs, durationMs, Unavailable, withPrefix, type Clock } from '@traffic-tacos/kernel';
import type { Logger } from '@traffic-tacos/kit';
import type { Intent, PaymentFact, PaymentResults, Scheduler } from '@traffic-tacos/payment';
import { followApproval, followFailure, followRefund, type Order, type ReservationContext } from '@traffic-tacos/reservation';

/** I3 gives a payment 5 s: a follow-up that could not be decided is tried again well within them. */
const RETRY_AFTER_MS = durationMs(1_000);

/**
 * What a payment's result leads to, whether or not the buyer comes back (guarantees.md §3). A result is only a hint: what follows is
 * decided on the intent as re-read, and is tried until it is decided or the process ends.
 */
export interface PaymentFollower {
  readonly results: PaymentResults;
  /** Follows up results that a crash has left behind. Called once, after recovery. */
  catchUp(intents: Iterable<Intent>): Promise<void>;
  /** Resolves when nothing is under way any more; what was to be tried again is left to the next start. */
  stop(): Promise<void>;
}

export interface FollowerDeps {
  readonly context: () => ReservationContext;
  /** The order of an id, from memory. */
  readonly peekOrder: (orderId: string) => Order | undefined;
  readonly clock: Clock;
  readonly scheduler: Scheduler;
  readonly logger: Logger;
}

type Settled = Pick<PaymentFact, 'intentId' | 'reservationId' | 'traceId'>;
type Follow = typeof followApproval | typeof followRefund;

export function followPayments({ context, peekOrder, clock, scheduler, logger }: FollowerDeps): PaymentFollower {
  const underWay = new Set<Promise<void>>();
  const retries = new Set<() => void>();
  let isStopped = false;

  const follow = async (how: Follow, settled: Settled): Promise<void> => {
    const { intentId, reservationId, traceId } = settled;
    try {
      await how(context(), { paymentIntentId: intentId, reservationId, traceId });
    } catch (error) {
      if (!(error instanceof Unavailable)) throw error;
      logger.warn({ trace_id: traceId, err: error }, 'the result of a payment could not be followed up yet');
      retryLater(how, settled);
    }
  };
  const start = (how: Follow, settled: Settled): void => {
    const run = follow(how, settled).finally(() => underWay.delete(run));
    underWay.add(run);
  };
  const retryLater = (how: Follow, settled: Settled): void => {
    if (isStopped) return;
    const cancel = scheduler.at(addMs(clock.nowMs(), RETRY_AFTER_MS), () => {
      retries.delete(cancel);
      start(how, settled);
    });
    retries.add(cancel);
  };

  return {
    results: {
      approved: (fact) => start(followApproval, fact),
      failed: (fact) => start(followFailure, fact),
      refunded: (fact) => start(followRefund, fact),
    },
    catchUp: async (intents) => {
      for (const intent of intents) {
        const how = leftBehind(intent, peekOrder(withPrefix('ord', intent.reservationId)));
        if (how !== undefined) await follow(how, { ...intent, intentId: intent.id });
      }
    },
    stop: async () => {
      isStopped = true;
      for (const cancel of retries) cancel();
      await Promise.all(underWay);
    },
  };
}

/** What is still to follow from an intent, by a look at its order; undefined where the order shows it already. */
export function leftBehind(intent: Intent, order: Order | undefined): Follow | undefined {
  const isItsOrder = order?.paymentIntentId === intent.id;
  switch (intent.status) {
    case 'COMPLETED':
      return isItsOrder ? undefined : followApproval;
    case 'FAILED':
      return order === undefined ? followFailure : undefined;
    case 'REFUNDED':
      return isItsOrder && order.status === 'CONFIRMED' ? followRefund : undefined;
    default:
      return undefined;
  }
}
