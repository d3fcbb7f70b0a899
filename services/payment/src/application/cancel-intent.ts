import type { PaymentIntentId } from '@traffic-tacos/kernel';
import type { CancelIntentOutcome, OwnerCheck, PaymentStore } from '../ports/payment-store.ts';

export interface CancelIntentRequest {
  readonly userId: OwnerCheck;
  readonly intentId: PaymentIntentId;
}

export type CancelIntent = (request: CancelIntentRequest) => Promise<CancelIntentOutcome>;

/** Gives the user's own intent up before its result. Idempotent by nature: it needs no key. */
export function createCancelIntent(store: PaymentStore): CancelIntent {
  return ({ userId, intentId }) => store.cancel({ intentId, owner: userId });
}
