import type { PaymentIntentId, UserId } from '@traffic-tacos/kernel';
import type { PaymentStore, ProcessIntentOutcome } from '../ports/payment-store.ts';
import { requestKey } from './request-key.ts';

export interface ProcessIntentRequest {
  readonly userId: UserId;
  readonly intentId: PaymentIntentId;
  readonly idempotencyKey: string | undefined;
}

export type ProcessIntent = (request: ProcessIntentRequest) => Promise<ProcessIntentOutcome>;

/** Hurries the caller's own intent. Whatever else the request carries (card details above all) never gets here. */
export function createProcessIntent(store: PaymentStore): ProcessIntent {
  return ({ userId, intentId, idempotencyKey }) => {
    const scope = { userId, operation: 'payment.process', resource: intentId } as const;
    const key = idempotencyKey === undefined ? undefined : requestKey(scope, idempotencyKey, []);
    return store.process({ intentId, owner: userId, key });
  };
}
