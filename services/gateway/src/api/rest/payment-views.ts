import { isoInstant } from '@traffic-tacos/kernel';
import type { PaymentFacts } from '../../ports/payments.ts';

type View = Readonly<Record<string, unknown>>;

/** The answer to the creation of an intent: only what a repetition will say again. */
export function intentView(payment: PaymentFacts): View {
  return {
    paymentIntentId: payment.paymentIntentId,
    status: payment.status,
    amount: payment.amountMinor,
    currency: payment.currency,
    reservationId: payment.reservationId,
    expiresAt: isoInstant(payment.expiresAtMs),
  };
}

/** A payment as its status is shown. What is undefined is left out of the answer. */
export function paymentView(payment: PaymentFacts): View {
  return {
    ...intentView(payment),
    refundedAmount: payment.refundedAmountMinor,
    createdAt: isoInstant(payment.createdAtMs),
    updatedAt: isoInstant(payment.updatedAtMs),
    processedAt: payment.processedAtMs === undefined ? undefined : isoInstant(payment.processedAtMs),
  };
}
