import type { PaymentIntentId } from '@traffic-tacos/kernel';

/** A genuine message about a payment. What it says of the result is not looked at: the payment is read again. */
export interface ReceivedResult {
  /** The same in every repetition of the message. */
  readonly webhookId: string;
  readonly paymentIntentId: PaymentIntentId;
  /** 32 hex digits. */
  readonly traceId: string;
}

export type FollowedResult =
  /** What was to follow has followed, now or before, and is on disk. */
  | { readonly kind: 'followed' }
  /** A message of this id has had its effect. */
  | { readonly kind: 'duplicate' }
  | { readonly kind: 'payment_not_found' };

/**
 * Who acts on the results of payments. The effect follows the payment as it is when it is read again, so messages in any order, five at once
 * or after three days lead to the same end. Rejects with `Unavailable` when it could not be decided: the sender comes again.
 */
export interface PaymentResults {
  follow(result: ReceivedResult): Promise<FollowedResult>;
}
