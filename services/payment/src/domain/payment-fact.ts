import {
  amountMinor,
  present,
  type AmountMinor,
  type CurrencyCode,
  type EpochMs,
  type PaymentIntentId,
  type ReservationId,
  type UserId,
} from '@traffic-tacos/kernel';
import type { IntentStatus } from './intent-states.ts';
import type { Intent, RefundReason } from './intent.ts';

/** Something that happened to money. The name is the event's `type` and the webhook's `type`. */
export interface PaymentFact {
  readonly type: 'payment.approved' | 'payment.failed' | 'payment.refunded';
  /** `<payment_intent_id>.<sequence>`: a repetition keeps it. */
  readonly id: string;
  /** From 1, without gaps, per intent. */
  readonly sequence: number;
  readonly intentId: PaymentIntentId;
  readonly reservationId: ReservationId;
  readonly userId: UserId;
  /** The intent's status right after the fact. */
  readonly status: IntentStatus;
  readonly amountMinor: AmountMinor;
  readonly currency: CurrencyCode;
  /** What this refund gave back; 0 for the others. */
  readonly refundMinor: AmountMinor;
  /** All that has been given back up to and with this fact. */
  readonly refundedMinor: AmountMinor;
  readonly refundReason: RefundReason | undefined;
  readonly occurredAtMs: EpochMs;
  readonly traceId: string;
}

/** The facts that an image is the first to show, oldest first. The journal's images so carry every fact exactly once. */
export function factsOf(image: Intent): readonly PaymentFact[] {
  if (image.factsAdded === 0) return [];
  if (image.refundReason === undefined) return [resultFact(image)];
  return image.factsAdded === 1 ? [refundFact(image)] : [resultFact(image), refundFact(image)];
}

/** That the intent was cancelled before anything was captured: nobody but receivers hears of it. */
export const cancellationFact = (image: Intent): Omit<PaymentFact, 'type'> & { readonly type: 'payment.cancelled' } => ({
  ...sharedFacts(image, 1),
  type: 'payment.cancelled',
  status: image.status,
  refundMinor: amountMinor(0),
  refundedMinor: amountMinor(0),
  refundReason: undefined,
  occurredAtMs: image.changedAtMs,
});

/** The fact that brought the intent to the state that it is in; undefined for states that no fact tells of. */
export function latestFactOf(intent: Intent): PaymentFact | undefined {
  if (intent.status === 'REFUNDED') return refundFact(intent);
  return intent.status === 'COMPLETED' || intent.status === 'FAILED' ? resultFact(intent) : undefined;
}

function resultFact(image: Intent): PaymentFact {
  const isApproved = image.result === 'approved';
  return {
    ...sharedFacts(image, 1),
    type: isApproved ? 'payment.approved' : 'payment.failed',
    status: isApproved ? 'COMPLETED' : 'FAILED',
    refundMinor: amountMinor(0),
    refundedMinor: amountMinor(0),
    refundReason: undefined,
    occurredAtMs: present(image.settleAtMs, 'a result has an instant'),
  };
}

const refundFact = (image: Intent): PaymentFact => ({
  ...sharedFacts(image, image.sequence),
  type: 'payment.refunded',
  status: image.status,
  refundMinor: image.lastRefundMinor,
  refundedMinor: image.refundedMinor,
  refundReason: image.refundReason,
  occurredAtMs: image.changedAtMs,
});

const sharedFacts = (image: Intent, sequence: number) => ({
  id: `${image.id}.${sequence}`,
  sequence,
  intentId: image.id,
  reservationId: image.reservationId,
  userId: image.userId,
  amountMinor: image.amountMinor,
  currency: image.currency,
  traceId: image.traceId,
});
