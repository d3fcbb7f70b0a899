import { Unavailable, withPrefix } from '@traffic-tacos/kernel';
import type { Logger } from '@traffic-tacos/kit';
import { intentAt, isCaptured, type PaymentFact, type PaymentResults } from '@traffic-tacos/payment';
import { confirmReservation, type ReservationContext } from '@traffic-tacos/reservation';
import { recordsOf } from './audit/view.ts';
import type { PlatformTables } from './tables.ts';

/**
 * What an approved payment leads to, whether or not its buyer comes back: the reservation is confirmed, or the money goes back
 * (guarantees.md §3). A result is only a hint: the confirm re-reads the intent.
 */
export interface PaymentFollower {
  readonly results: PaymentResults;
  /** Follows up what was captured before a crash and not followed yet. Called once, after recovery. */
  catchUp(tables: PlatformTables): Promise<void>;
}

export function followPayments(context: () => ReservationContext, logger: Logger): PaymentFollower {
  const confirm = async ({ intentId, reservationId, traceId }: Pick<PaymentFact, 'intentId' | 'reservationId' | 'traceId'>): Promise<void> => {
    try {
      await confirmReservation(context(), { reservationId, paymentIntentId: intentId, userId: undefined, traceId, idempotencyKey: undefined });
    } catch (error) {
      if (!(error instanceof Unavailable)) throw error;
      // The store has failed and the process is ending: the next start catches up.
      logger.warn({ trace_id: traceId, err: error }, 'an approved payment was not followed up');
    }
  };
  return {
    results: { approved: (fact) => void confirm(fact), failed: () => undefined, refunded: () => undefined },
    catchUp: async ({ payment, reservation }) => {
      const nowMs = context().clock.nowMs();
      for (const recorded of recordsOf(payment.intents)) {
        const intent = intentAt(recorded, nowMs);
        const order = reservation.orders.read(withPrefix('ord', intent.reservationId));
        if (!isCaptured(intent.status) || intent.refundedMinor > 0 || order?.paymentIntentId === intent.id) continue;
        await confirm({ intentId: intent.id, reservationId: intent.reservationId, traceId: intent.traceId });
      }
    },
  };
}
