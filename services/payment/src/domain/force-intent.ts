import type { EpochMs } from '@traffic-tacos/kernel';
import { intentAt } from './intent-at.ts';
import type { IntentStatus } from './intent-states.ts';
import { isOpen, type Intent } from './intent.ts';
import { refundIntent } from './refund-intent.ts';

/** The states that a webhook tells of. */
export const FORCED_STATUSES = ['COMPLETED', 'FAILED', 'REFUNDED'] as const satisfies readonly IntentStatus[];
export type ForcedStatus = (typeof FORCED_STATUSES)[number];

export type ForceDecision =
  | { readonly kind: 'forced'; readonly next: Intent }
  /** It is there, and has been written down: its message may be sent again. */
  | { readonly kind: 'there_already'; readonly intent: Intent }
  | { readonly kind: 'not_reachable'; readonly status: IntentStatus };

/**
 * Brings an intent to a result now, through its states, in place of the one that was drawn. From a state that has ended only what a refund
 * leads to can be reached.
 */
export function forceIntent(stored: Intent, target: ForcedStatus, nowMs: EpochMs): ForceDecision {
  const current = intentAt(stored, nowMs);
  if (current.status === target) return current === stored ? { kind: 'there_already', intent: current } : { kind: 'forced', next: current };
  if (target === 'REFUNDED') return refunded(isOpen(current.status) ? planned(stored, 'approved', nowMs) : stored, nowMs);
  if (!isOpen(current.status)) return { kind: 'not_reachable', status: current.status };
  return { kind: 'forced', next: intentAt(planned(stored, target === 'COMPLETED' ? 'approved' : 'failed', nowMs), nowMs) };
}

/** The same open intent with another result, which takes effect now. An open intent has not expired yet, so now is before its expiry. */
const planned = (stored: Intent, result: 'approved' | 'failed', nowMs: EpochMs): Intent => ({ ...stored, result, settleAtMs: nowMs });

function refunded(stored: Intent, nowMs: EpochMs): ForceDecision {
  const decision = refundIntent(stored, { amountMinor: undefined, reason: 'requested', isKeyed: false }, nowMs);
  return decision.kind === 'refunded' ? { kind: 'forced', next: decision.next } : { kind: 'not_reachable', status: intentAt(stored, nowMs).status };
}
