import { amountMinor, invariant, type AmountMinor, type EpochMs } from '@traffic-tacos/kernel';
import { accepts, after, type IntentStatus } from './intent-states.ts';
import { intentAt } from './intent-at.ts';
import { keptMinor, type Intent, type RefundReason } from './intent.ts';

export interface RefundRequest {
  /** Undefined: all that is left. */
  readonly amountMinor: AmountMinor | undefined;
  readonly reason: RefundReason;
  /** Whether the request carries an idempotency key, without which a repeated partial refund could not be told from a second one. */
  readonly isKeyed: boolean;
}

/** Refusals stand in their order of precedence. */
export type RefundDecision =
  | { readonly kind: 'refunded'; readonly next: Intent }
  | { readonly kind: 'already_refunded'; readonly intent: Intent }
  | { readonly kind: 'partial_without_key' }
  | { readonly kind: 'not_captured'; readonly status: IntentStatus }
  | { readonly kind: 'exceeds_captured'; readonly refundableMinor: AmountMinor };

/**
 * Gives captured money back. A refund of everything (no amount, or the whole captured amount) is idempotent by nature. Nothing beyond
 * what was captured and has not gone back yet ever leaves.
 */
export function refundIntent(stored: Intent, request: RefundRequest, nowMs: EpochMs): RefundDecision {
  const current = intentAt(stored, nowMs);
  const asked = request.amountMinor;
  invariant(asked !== 0 || stored.amountMinor === 0, 'a refund of nothing is refused where the request is read');
  const isFull = asked === undefined || asked === current.amountMinor;
  if (!isFull && !request.isKeyed) return { kind: 'partial_without_key' };
  if (isFull && current.status === 'REFUNDED') return { kind: 'already_refunded', intent: current };
  const refundable = keptMinor(current);
  if (current.status === 'REFUNDED') return { kind: 'exceeds_captured', refundableMinor: refundable };
  if (!accepts(current.status, 'refund_rest')) return { kind: 'not_captured', status: current.status };
  const back = asked ?? refundable;
  if (back > refundable) return { kind: 'exceeds_captured', refundableMinor: refundable };
  return { kind: 'refunded', next: refunded(stored, current, back, request.reason, nowMs) };
}

function refunded(stored: Intent, current: Intent, back: number, reason: RefundReason, nowMs: EpochMs): Intent {
  const refundedMinor = amountMinor(current.refundedMinor + back);
  const sequence = current.sequence + 1;
  return {
    ...current,
    version: stored.version + 1,
    status: after(current.status, refundedMinor === current.amountMinor ? 'refund_rest' : 'refund_part'),
    changedAtMs: nowMs,
    refundedMinor,
    lastRefundMinor: amountMinor(back),
    refundReason: reason,
    sequence,
    factsAdded: sequence - stored.sequence,
  };
}
