import { RememberedIds, type RecordTable } from '@traffic-tacos/journal';
import type { Limits } from '@traffic-tacos/kernel';
import { MessageTable } from './message-table.ts';

/** The memory of the worker, as tables of the journal. */
export interface WorkerTables {
  readonly messages: MessageTable;
  /** Events that have had their effect, each written in the entry of that effect. */
  readonly applied: RememberedIds;
  /** All of them, in the order in which they are to be rebuilt. */
  readonly all: readonly RecordTable<unknown>[];
}

export function createWorkerTables(limits: Limits): WorkerTables {
  const messages = new MessageTable(limits);
  const applied = new RememberedIds(51, 'event applied', limits.appliedEvents);
  return { messages, applied, all: [messages, applied] as readonly RecordTable<unknown>[] };
}
