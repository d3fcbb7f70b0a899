import type { Changes } from '@traffic-tacos/gateway';
import type { EntrySink, StagedRecord } from '@traffic-tacos/journal';
import type { PlatformTables } from './tables.ts';

/** Tells of changes of reservations and payments once they are on disk. */
export interface PushHub {
  readonly changes: Changes;
  /** The journal, as the units of all services are to see it: what is appended is noticed on the way. */
  readonly sink: EntrySink;
}

/**
 * Notices what the journal is handed, and tells those who watch after the flush. Where nobody watches it costs a look at a number; otherwise each
 * record of the two tables costs a look into a map.
 */
export function createPushHub(journal: EntrySink, { reservation, payment }: Pick<PlatformTables, 'reservation' | 'payment'>): PushHub {
  const watchers = new Map<string, Set<() => void>>();
  const tables: ReadonlySet<unknown> = new Set([reservation.reservations, payment.intents]);
  let changed = new Set<string>();

  const tell = (ids: ReadonlySet<string>): void => {
    for (const id of ids) for (const listener of watchers.get(id) ?? []) listener();
  };
  const note = (records: readonly StagedRecord[]): void => {
    const wasEmpty = changed.size === 0;
    for (const { table, record } of records) {
      if (!tables.has(table)) continue;
      const { id } = record as { readonly id: string };
      if (watchers.has(id)) changed.add(id);
    }
    if (wasEmpty && changed.size > 0) queueMicrotask(tellWhenDurable);
  };
  /** In a turn of its own, so that all that one turn appends is told after one wait. A journal that fails tells nobody anything any more. */
  const tellWhenDurable = (): void => {
    const ids = changed;
    changed = new Set();
    journal.durable().then(() => tell(ids), () => watchers.clear());
  };

  return {
    changes: {
      watch: (id, listener) => {
        const listeners = watchers.get(id) ?? new Set();
        watchers.set(id, listeners.add(listener));
        return () => {
          listeners.delete(listener);
          if (listeners.size === 0 && watchers.get(id) === listeners) watchers.delete(id);
        };
      },
    },
    sink: {
      append: (records) => {
        journal.append(records);
        if (watchers.size > 0) note(records);
      },
      durable: () => journal.durable(),
    },
  };
}
