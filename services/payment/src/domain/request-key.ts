import { addMs, sameWords, type AmountMinor, type DurationMs, type EpochMs, type IdWords, type PaymentIntentId } from '@traffic-tacos/kernel';
import type { IntentStatus } from './intent-states.ts';
import type { Intent } from './intent.ts';

/** In the order of their numbers on disk, which are never changed. */
export const KEYED_OPERATIONS = ['payment.create', 'payment.process', 'payment.refund'] as const;
export type KeyedOperation = (typeof KEYED_OPERATIONS)[number];

/** An idempotency key as it is stored: never the key itself. */
export interface RequestKey {
  readonly operation: KeyedOperation;
  /** 128 bits of SHA-256 over user, operation, resource and key. */
  readonly digest: IdWords;
  /** 128 bits of SHA-256 over the canonical form of the command. */
  readonly fingerprint: IdWords;
}

/** A key that has had its effect, and the facts from which the same answer is rendered again. */
export interface KeyRecord extends RequestKey {
  readonly intentId: PaymentIntentId;
  readonly usedAtMs: EpochMs;
  /** From this instant on the key counts as new. */
  readonly expiresAtMs: EpochMs;
  readonly answeredStatus: IntentStatus;
  readonly answeredChangedAtMs: EpochMs;
  readonly answeredRefundedMinor: AmountMinor;
  readonly answeredSequence: number;
}

/** What goes into the same entry as the effect: `answered` is the image that the answer shows. */
export const keepKey = (key: RequestKey, answered: Intent, ttlMs: DurationMs, nowMs: EpochMs): KeyRecord => ({
  ...key,
  intentId: answered.id,
  usedAtMs: nowMs,
  expiresAtMs: addMs(nowMs, ttlMs),
  answeredStatus: answered.status,
  answeredChangedAtMs: answered.changedAtMs,
  answeredRefundedMinor: answered.refundedMinor,
  answeredSequence: answered.sequence,
});

export type KeyJudgement = 'new' | 'replay' | 'conflict';

/** Judges a key by the record of its digest, if there is one. */
export function judgeKey(stored: KeyRecord | undefined, key: RequestKey, nowMs: EpochMs): KeyJudgement {
  if (stored === undefined || nowMs >= stored.expiresAtMs) return 'new';
  return sameWords(stored.fingerprint, key.fingerprint) ? 'replay' : 'conflict';
}

/** The intent as the first answer showed it, for the fields that answers to keyed requests have. */
export const answeredIntent = (stored: Intent, record: KeyRecord): Intent => ({
  ...stored,
  status: record.answeredStatus,
  changedAtMs: record.answeredChangedAtMs,
  refundedMinor: record.answeredRefundedMinor,
  sequence: record.answeredSequence,
});
