import { amountMinor, type PaymentIntentId } from '@traffic-tacos/kernel';
import type { RefundReason } from '../domain/intent.ts';
import type { PaymentStore, RefundIntentOutcome } from '../ports/payment-store.ts';
import { requestKey } from './request-key.ts';

export interface RefundIntentRequest {
  /** The service or admin who asks: the scope of the key. */
  readonly callerId: string;
  readonly intentId: PaymentIntentId;
  readonly reason: RefundReason;
  /** Above 0; undefined for all that is left. */
  readonly amountMinor: number | undefined;
  readonly currency: string | undefined;
  readonly idempotencyKey: string | undefined;
}

export type RefundIntent = (request: RefundIntentRequest) => Promise<RefundIntentOutcome>;

/** Gives captured money back, on behalf of a service or an admin, for whom no owner check is made. */
export function createRefundIntent(store: PaymentStore): RefundIntent {
  return ({ callerId, intentId, reason, amountMinor: amount, currency, idempotencyKey }) => {
    const scope = { userId: callerId, operation: 'payment.refund', resource: intentId } as const;
    const content = [amount ?? null, currency ?? null, reason];
    const key = idempotencyKey === undefined ? undefined : requestKey(scope, idempotencyKey, content);
    return store.refund({ intentId, reason, amountMinor: amount === undefined ? undefined : amountMinor(amount), currency, key });
  };
}
