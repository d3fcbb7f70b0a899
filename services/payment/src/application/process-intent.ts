import type { PaymentIntentId } from '@traffic-tacos/kernel';
import type { OwnerCheck, PaymentStore, ProcessIntentOutcome } from '../ports/payment-store.ts';
import { requestKey } from './request-key.ts';

export interface ProcessIntentRequest {
  readonly userId: OwnerCheck;
  readonly intentId: PaymentIntentId;
  readonly idempotencyKey: string | undefined;
}

export type ProcessIntent = (request: ProcessIntentRequest) => Promise<ProcessIntentOutcome>;

/**
 * Hurries the user's own intent, or anybody's for a service that names none: then a key, which belongs to a user, is not looked at.
 * Whatever else the request carries (card details above all) never gets here.
 */
export function createProcessIntent(store: PaymentStore): ProcessIntent {
  return ({ userId, intentId, idempotencyKey }) => {
    if (userId === undefined || idempotencyKey === undefined) return store.process({ intentId, owner: userId, key: undefined });
    const key = requestKey({ userId, operation: 'payment.process', resource: intentId }, idempotencyKey, []);
    return store.process({ intentId, owner: userId, key });
  };
}
