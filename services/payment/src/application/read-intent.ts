import type { PaymentIntentId, UserId } from '@traffic-tacos/kernel';
import type { Intent } from '../domain/intent.ts';
import type { PaymentStore } from '../ports/payment-store.ts';

export type ReadIntentOutcome = { readonly kind: 'found'; readonly intent: Intent } | { readonly kind: 'payment_not_found' };

export type ReadIntent = (userId: UserId, intentId: PaymentIntentId) => Promise<ReadIntentOutcome>;

/** The caller's own intent as it is now. Somebody else's is not found. */
export function createReadIntent(store: PaymentStore): ReadIntent {
  return async (userId, intentId) => {
    const intent = await store.read(intentId, userId);
    return intent === undefined ? { kind: 'payment_not_found' } : { kind: 'found', intent };
  };
}
