import type { ErrorEntry, Refusal } from '@traffic-tacos/kit';
import type { CreateIntentResult } from './application/create-intent.ts';
import type { ReservationStatus } from './domain/judge-reservation.ts';
import { receiverUrlProblem } from './domain/receiver-url.ts';
import type { PutRegistrationOutcome } from './ports/registrations.ts';
import type { CancelIntentOutcome, ProcessIntentOutcome, RefundIntentOutcome } from './ports/payment-store.ts';

/**
 * Codes that only this service gives, in the form of the platform's error table; the edge merges both. Every other code that the
 * routes give stands in that table.
 */
export const PAYMENT_ERRORS = {
  PAYMENT_ALREADY_ENDED: {
    status: 409,
    grpc: 'FAILED_PRECONDITION',
    message: {
      en: 'The payment has ended; see details for its status.',
      ko: '이미 종료된 결제입니다. details에서 상태를 확인하세요.',
    },
  },
} as const satisfies Readonly<Record<string, ErrorEntry>>;

/** Any outcome of this service that is a refusal. */
export type Refused =
  | Exclude<CreateIntentResult, { readonly kind: 'created' | 'replayed' }>
  | Exclude<ProcessIntentOutcome, { readonly kind: 'processed' | 'replayed' }>
  | Exclude<CancelIntentOutcome, { readonly kind: 'cancelled' }>
  | Exclude<RefundIntentOutcome, { readonly kind: 'refunded' | 'replayed' }>;

export const PAYMENT_NOT_FOUND: Refusal = { refused: 'PAYMENT_NOT_FOUND' };

/** A user cannot choose who is told, and nobody an address that leads back inside. Undefined: the address may be used, or there is none. */
export function refuseReceiver(webhookUrl: string | undefined, mayChoose: boolean): Refusal | undefined {
  if (webhookUrl === undefined) return undefined;
  if (!mayChoose) return { refused: 'FORBIDDEN', details: [{ field: 'webhookUrl', reason: 'a user cannot choose who is told the result' }] };
  const problem = receiverUrlProblem(webhookUrl);
  return problem === undefined ? undefined : invalid({ field: 'webhookUrl', reason: problem });
}

/** Why a receiver could not be registered, the same on every port. */
export function refusedRegistration(outcome: Exclude<PutRegistrationOutcome, { readonly kind: 'registered' }>): Refusal {
  switch (outcome.kind) {
    case 'invalid':
      return invalid(...outcome.problems);
    case 'too_many':
      return { refused: 'OPERATION_NOT_POSSIBLE', details: [{ field: 'endpointUrl', reason: `would be one more than the ${outcome.most} receivers that there may be` }] };
    case 'nothing_is_sent':
      return { refused: 'OPERATION_NOT_POSSIBLE', details: [{ field: 'endpointUrl', reason: 'would get nothing: this platform sends no webhooks' }] };
  }
}

/** The limit is of one reservation, so trying again with it does not help: the next reservation may. */
const TOO_MANY_INTENTS_RETRY_SECONDS = 60;

/** The code and the details of a refusal, the same on every port. Only facts that the caller may know go into the details. */
export function refusalOf(outcome: Refused): Refusal {
  switch (outcome.kind) {
    case 'payment_not_found':
      return PAYMENT_NOT_FOUND;
    case 'reservation_not_found':
      return { refused: 'RESERVATION_NOT_FOUND' };
    case 'reservation_not_on_hold':
      return { refused: CODE_OF_RESERVATION[outcome.status], details: [{ field: 'reservationId', reason: `the reservation is ${outcome.status}` }] };
    case 'amount_differs':
      return invalid(
        ...outcome.fields.map((field) => ({
          field,
          reason: `must be the frozen total of the reservation: ${field === 'amount' ? outcome.totalMinor : outcome.currency}`,
        })),
      );
    case 'too_many_intents':
      return {
        refused: 'RATE_LIMITED',
        details: [{ field: 'reservationId', reason: `has ${outcome.limit} payment intents, which is the most` }],
        retryAfterSeconds: TOO_MANY_INTENTS_RETRY_SECONDS,
      };
    case 'idempotency_conflict':
      return { refused: 'IDEMPOTENCY_CONFLICT' };
    case 'already_ended':
      return { refused: 'PAYMENT_ALREADY_ENDED', details: [{ field: 'status', reason: `the payment is ${outcome.status}` }] };
    case 'partial_without_key':
      return { refused: 'IDEMPOTENCY_REQUIRED', details: [{ field: 'amount', reason: 'a partial refund needs an Idempotency-Key' }] };
    case 'currency_differs':
      return invalid({ field: 'currency', reason: `must be ${outcome.currency}` });
    case 'not_captured':
      return { refused: 'PAYMENT_NOT_APPROVED', details: [{ field: 'status', reason: `the payment is ${outcome.status}` }] };
    case 'exceeds_captured':
      return invalid({ field: 'amount', reason: `must be at most ${outcome.refundableMinor}: what is captured and not refunded yet` });
  }
}

const CODE_OF_RESERVATION: Readonly<Record<Exclude<ReservationStatus, 'HOLD'>, string>> = {
  CONFIRMED: 'RESERVATION_ALREADY_CONFIRMED',
  REFUNDED: 'RESERVATION_ALREADY_CONFIRMED',
  CANCELLED: 'RESERVATION_ALREADY_CANCELLED',
  EXPIRED: 'RESERVATION_EXPIRED',
  FAILED: 'RESERVATION_EXPIRED',
};

const invalid = (...details: readonly { readonly field: string; readonly reason: string }[]): Refusal => ({ refused: 'INVALID_REQUEST', details });
