import type { PaymentIntentId } from '@traffic-tacos/kernel';
import type { Intent } from '../domain/intent.ts';
import type { OwnerCheck, PaymentStore } from '../ports/payment-store.ts';

export type ReadIntentOutcome = { readonly kind: 'found'; readonly intent: Intent } | { readonly kind: 'payment_not_found' };

export type ReadIntent = (owner: OwnerCheck, intentId: PaymentIntentId) => Promise<ReadIntentOutcome>;

/** The owner's intent as it is now. Somebody else's is not found. */
export function createReadIntent(store: PaymentStore): ReadIntent {
  return async (owner, intentId) => {
    const intent = await store.read(intentId, owner);
    return intent === undefined ? { kind: 'payment_not_found' } : { kind: 'found', intent };
  };
}
