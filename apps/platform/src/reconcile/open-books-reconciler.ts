import { setImmediate } from 'node:timers/promises';
import { storedHold, type InventoryMemory, type InventoryService } from '@traffic-tacos/inventory';
import { parseId } from '@traffic-tacos/kernel';
import { observedBy, type ReconcilerGround } from './open-reconciler.ts';
import { createReconciler, type Reconciler } from './reconciler.ts';
import { overdueHold } from './records.ts';
import { walkThroughBooks } from './walk.ts';

export interface OpenBooksReconcilerDeps extends ReconcilerGround {
  readonly memory: InventoryMemory;
  readonly store: Pick<InventoryService['store'], 'expire'>;
}

/** The reconciler of an inventory that is alone in its process: of its books, and of holds that are over. What others know of its holds, they compare. */
export function openBooksReconciler({ memory, store, journal, clock, monotonicMs, limits, timers, nextTurn = () => setImmediate(), logger, metrics }: OpenBooksReconcilerDeps): Reconciler {
  const isOverdue = (reservationId: string): boolean => {
    const key = parseId('rsv', reservationId);
    const record = key === undefined ? undefined : memory.holds.find(key);
    return record !== undefined && overdueHold(storedHold(memory, record), clock.nowMs()).length > 0;
  };
  return createReconciler({
    walk: (found) => walkThroughBooks(memory, { clock, monotonicMs }, found),
    heal: async ({ subject: reservationId }) => void (await store.expire({ reservationId })),
    isStillSo: ({ kind, subject }) => kind !== 'expiry_overdue' || isOverdue(subject),
    clock, limits, timers, nextTurn, logger, monotonicMs, appliedSequence: () => journal.appliedSequence, observe: observedBy(metrics),
  });
}
