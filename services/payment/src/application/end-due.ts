import type { EpochMs } from '@traffic-tacos/kernel';
import type { DueKind } from '../domain/intent-at.ts';
import type { DueIntent, PaymentStore } from '../ports/payment-store.ts';

export type EndDue = (nowMs: EpochMs, limit: number) => Promise<number>;

/**
 * Writes down the intents whose instant has come, and answers how many it found: `limit` when there may be more. What they are was
 * true before; this is when events, lists of others and the disk learn of it.
 */
export function createEndDue(store: PaymentStore): EndDue {
  return async (nowMs, limit) => {
    const due = await store.dueIntents(nowMs, limit);
    await Promise.all([store.settle(idsOf(due, 'settlement')), store.expire(idsOf(due, 'expiry'))]);
    return due.length;
  };
}

const idsOf = (due: readonly DueIntent[], kind: DueKind) => due.filter((each) => each.due === kind).map((each) => each.intentId);
