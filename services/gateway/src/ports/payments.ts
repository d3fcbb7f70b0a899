import type { AmountMinor, CurrencyCode, EpochMs, PaymentIntentId, ReservationId } from '@traffic-tacos/kernel';
import type { Refusal } from '@traffic-tacos/kit';
import type { Call, KeyedCall } from './call.ts';

export type PaymentStatus = 'PENDING' | 'PROCESSING' | 'COMPLETED' | 'FAILED' | 'CANCELLED' | 'EXPIRED' | 'REFUNDED';

export const PAYMENT_METHODS = ['CREDIT_CARD', 'DEBIT_CARD', 'BANK_TRANSFER', 'MOBILE_PAY', 'DIGITAL_WALLET'] as const;
export type PaymentMethod = (typeof PAYMENT_METHODS)[number];

/** How a simulated payment goes. */
export const PAYMENT_SCENARIOS = ['APPROVE', 'FAIL', 'DELAY', 'RANDOM', 'TIMEOUT'] as const;
export type PaymentScenario = (typeof PAYMENT_SCENARIOS)[number];

/** A payment intent as it stands at the instant of reading. */
export interface PaymentFacts {
  readonly paymentIntentId: PaymentIntentId;
  readonly reservationId: ReservationId;
  readonly status: PaymentStatus;
  readonly amountMinor: AmountMinor;
  readonly currency: CurrencyCode;
  /** What has gone back so far. */
  readonly refundedAmountMinor: AmountMinor;
  readonly createdAtMs: EpochMs;
  readonly updatedAtMs: EpochMs;
  readonly expiresAtMs: EpochMs;
  /** When the result came; undefined while there is none. */
  readonly processedAtMs: EpochMs | undefined;
}

export interface CreatePaymentIntent extends KeyedCall {
  readonly reservationId: ReservationId;
  /** What the client believes the total to be: anything but the frozen total is refused. */
  readonly amountMinor: number;
  readonly currency: string;
  readonly scenario: PaymentScenario;
  readonly method: PaymentMethod | undefined;
}

export interface ProcessPayment extends Call {
  readonly paymentIntentId: PaymentIntentId;
}

/** `replayed`: the key was seen before, and this is what its first use answered. */
export type CreatePaymentIntentAnswer =
  | { readonly kind: 'created'; readonly payment: PaymentFacts; readonly replayed: boolean }
  | Refusal;

export type ProcessPaymentAnswer = { readonly kind: 'processed'; readonly payment: PaymentFacts; readonly replayed: boolean } | Refusal;

/**
 * What the gateway asks of the payment service. Refusals are that service's, by codes of the error registry, and pass through as
 * they are. Every method may reject with `Unavailable`.
 */
export interface Payments {
  createIntent(command: CreatePaymentIntent): Promise<CreatePaymentIntentAnswer>;
  /** Hurries the settlement of an intent and never draws a second outcome. */
  process(command: ProcessPayment): Promise<ProcessPaymentAnswer>;
  /** Undefined when there is none, or it is somebody else's. */
  read(paymentIntentId: PaymentIntentId, userId: string): Promise<PaymentFacts | undefined>;
  /** A user's intents with this status, newest first, at most `limit`. */
  list(query: { readonly userId: string; readonly status: PaymentStatus; readonly limit: number }): Promise<readonly PaymentFacts[]>;
}
