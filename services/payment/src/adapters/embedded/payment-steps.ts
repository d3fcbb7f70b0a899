import type { Joinable, Units } from '@traffic-tacos/journal';
import type { AmountMinor, PaymentIntentId, ReservationId } from '@traffic-tacos/kernel';
import type { Intent, RefundReason } from '../../domain/intent.ts';
import type { RequestKey } from '../../domain/request-key.ts';
import type { RefundIntentOutcome } from '../../ports/payment-store.ts';
import { findCapturedIn, readIn, refundIn, type IntentMemory } from './intent-unit.ts';

/**
 * What payment offers to a service of the same process, as steps inside that service's unit of work: what they read is relied on,
 * what they write is in the same entry. No owner is checked.
 */
export interface PaymentSteps {
  /** The intent as of now; undefined when there is none. */
  read(intentId: PaymentIntentId): Joinable<Intent | undefined>;
  /** The intent that was captured first and is still captured; undefined when there is none. */
  findCaptured(reservationId: ReservationId): Joinable<Intent | undefined>;
  /** Gives back `amountMinor` (above 0; a part needs a key), or all that is left. */
  refund(intentId: PaymentIntentId, reason: RefundReason, amountMinor?: AmountMinor, key?: RequestKey): Joinable<RefundIntentOutcome>;
}

/** The same, each as one unit of its own: durable when it resolves; rejects with `Unavailable` when the outcome is unknown. */
export interface PaymentCalls {
  read(intentId: PaymentIntentId): Promise<Intent | undefined>;
  findCaptured(reservationId: ReservationId): Promise<Intent | undefined>;
  refund(intentId: PaymentIntentId, reason: RefundReason, amountMinor?: AmountMinor, key?: RequestKey): Promise<RefundIntentOutcome>;
}

export const createPaymentSteps = (memory: IntentMemory): PaymentSteps => ({
  read: (intentId) => (unit) => readIn(unit, memory, intentId),
  findCaptured: (reservationId) => (unit) => findCapturedIn(unit, memory, reservationId),
  refund: (intentId, reason, amountMinor, key) => (unit) =>
    refundIn(unit, memory, { intentId, reason, amountMinor, currency: undefined, key }),
});

export const createPaymentCalls = (units: Units, steps: PaymentSteps): PaymentCalls => ({
  read: (intentId) => units.run(steps.read(intentId)),
  findCaptured: (reservationId) => units.run(steps.findCaptured(reservationId)),
  refund: (intentId, reason, amountMinor, key) => units.run(steps.refund(intentId, reason, amountMinor, key)),
});
