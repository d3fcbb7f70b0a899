import type { PaymentFact } from '../domain/payment-fact.ts';

/**
 * Who wants to hear of results. Each is told after it is durable, and is a hint only: it may be lost in a crash or told twice, so the
 * listener re-reads the intent and acts on that. A listener returns at once and does not throw.
 */
export interface PaymentResults {
  approved(fact: PaymentFact): void;
  failed(fact: PaymentFact): void;
  refunded(fact: PaymentFact): void;
}
