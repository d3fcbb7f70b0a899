import {
  amountMinor,
  type AmountMinor,
  type CurrencyCode,
  type EpochMs,
  type EventId,
  type PaymentIntentId,
  type ReservationId,
  type UserId,
} from '@traffic-tacos/kernel';
import type { IntentStatus } from './intent-states.ts';
import type { DrawnResult, Scenario } from './scenario.ts';

/** In the order of their numbers on disk, which are never changed; 0 there means that none was named. */
export const PAYMENT_METHODS = ['CREDIT_CARD', 'DEBIT_CARD', 'BANK_TRANSFER', 'MOBILE_PAY', 'DIGITAL_WALLET'] as const;
export type PaymentMethod = (typeof PAYMENT_METHODS)[number];

/** Why money goes back. In the order of their numbers on disk, which are never changed; 0 there means that nothing went back. */
export const REFUND_REASONS = ['requested', 'seats_gone', 'reservation_cancelled', 'other_payment_won', 'amount_differs'] as const;
export type RefundReason = (typeof REFUND_REASONS)[number];

/** A payment intent as it is recorded: an absolute image, each change one version more. */
export interface Intent {
  readonly id: PaymentIntentId;
  /** From 1. */
  readonly version: number;
  readonly reservationId: ReservationId;
  readonly eventId: EventId;
  readonly userId: UserId;
  /** 32 hex digits: the trace of the request that created it. */
  readonly traceId: string;
  /** What is captured when the payment is approved: the frozen total of the reservation. */
  readonly amountMinor: AmountMinor;
  readonly currency: CurrencyCode;
  readonly scenario: Scenario;
  readonly method: PaymentMethod | undefined;
  /** As of the last change. What it is now, `intentAt` says. */
  readonly status: IntentStatus;
  /** Drawn once, at the creation. */
  readonly result: DrawnResult;
  readonly createdAtMs: EpochMs;
  /** When the result takes effect; undefined when none comes. `process` may bring it forward, nothing puts it off. */
  readonly settleAtMs: EpochMs | undefined;
  readonly expiresAtMs: EpochMs;
  /** The instant of the last change. */
  readonly changedAtMs: EpochMs;
  /** All that has gone back, never above `amountMinor`. */
  readonly refundedMinor: AmountMinor;
  /** What went back last. */
  readonly lastRefundMinor: AmountMinor;
  readonly refundReason: RefundReason | undefined;
  /** The number of facts (approved, failed, refunded) about this intent so far. */
  readonly sequence: number;
  /** How many of these facts this image is the first to show: 0, 1, or 2 when it was refunded before its approval was written. */
  readonly factsAdded: number;
  /** Where its results are sent instead of to the platform itself. It is set with the intent and never changes. */
  readonly webhookUrl: string | undefined;
}

/** Whether the intent may still be settled, cancelled or expire. */
export const isOpen = (status: IntentStatus): boolean => status === 'PENDING' || status === 'PROCESSING';

/** Whether the provider holds money of the buyer. */
export const isCaptured = (status: IntentStatus): boolean => status === 'COMPLETED';

/** Captured less refunded: what the provider keeps of the buyer's money. */
export const keptMinor = (intent: Pick<Intent, 'status' | 'amountMinor' | 'refundedMinor'>): AmountMinor =>
  amountMinor(isCaptured(intent.status) ? intent.amountMinor - intent.refundedMinor : 0);

/** When the result came: undefined while there is none. */
export const processedAtMs = (intent: Intent): EpochMs | undefined =>
  intent.status === 'COMPLETED' || intent.status === 'FAILED' || intent.status === 'REFUNDED' ? intent.settleAtMs : undefined;
