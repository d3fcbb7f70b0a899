import { isoInstant } from '@traffic-tacos/kernel';
import { processedAtMs, type Intent } from '../../domain/intent.ts';

type View = Readonly<Record<string, unknown>>;

/** The answer of a creation: only what never changes, so that a repetition gets the same bytes. A new intent is PENDING. */
export const createdView = (intent: Intent): View => ({
  paymentIntentId: intent.id,
  status: 'PENDING',
  amount: intent.amountMinor,
  currency: intent.currency,
  reservationId: intent.reservationId,
  scenario: intent.scenario,
  method: intent.method,
  createdAt: isoInstant(intent.createdAtMs),
  expiresAt: isoInstant(intent.expiresAtMs),
});

/** An intent as it is now. */
export const intentView = (intent: Intent): View => ({
  ...resultView(intent),
  scenario: intent.scenario,
  method: intent.method,
  createdAt: isoInstant(intent.createdAtMs),
  updatedAt: isoInstant(intent.changedAtMs),
  expiresAt: isoInstant(intent.expiresAtMs),
});

/** The answer of a processing: the status it met or led to, and the result when there is one. */
export function resultView(intent: Intent): View {
  const processedMs = processedAtMs(intent);
  return {
    paymentIntentId: intent.id,
    paymentId: intent.id,
    reservationId: intent.reservationId,
    status: intent.status,
    amount: intent.amountMinor,
    currency: intent.currency,
    refundedAmount: intent.refundedMinor,
    processedAt: processedMs === undefined ? undefined : isoInstant(processedMs),
    failureReason: intent.status === 'FAILED' ? 'DECLINED' : undefined,
  };
}

/** The answer of a refund. The id of a refund is the id of its event. */
export const refundView = (intent: Intent): View => ({
  paymentIntentId: intent.id,
  paymentId: intent.id,
  refundId: `${intent.id}.${intent.sequence}`,
  reservationId: intent.reservationId,
  status: intent.status,
  amount: intent.amountMinor,
  currency: intent.currency,
  refundedAmount: intent.refundedMinor,
});

/** The answer of a cancellation, the same however often it is asked for. */
export const cancelView = (intent: Intent): View => ({
  paymentIntentId: intent.id,
  reservationId: intent.reservationId,
  status: intent.status,
  cancelledAt: isoInstant(intent.changedAtMs),
});
