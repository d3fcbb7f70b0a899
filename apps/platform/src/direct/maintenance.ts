import { setImmediate } from 'node:timers/promises';
import type { Maintenance } from '@traffic-tacos/gateway';
import type { InventoryReads } from '@traffic-tacos/inventory';
import type { Journal } from '@traffic-tacos/journal';
import { cancelEventHolds, expireDue, type ReservationContext } from '@traffic-tacos/reservation';
import type { PlatformTables } from '../tables.ts';

/** Reservations looked at in one turn; requests come in between. */
const PER_TURN = { mostRows: 2_048, mostHolds: 2_048 } as const;

export interface MaintenanceParts {
  readonly journal: Pick<Journal, 'snapshot'>;
  readonly tables: Pick<PlatformTables, 'reservation'>;
  readonly reads: Pick<InventoryReads, 'event'>;
  readonly context: ReservationContext;
}

/** What operators may have the platform in this process do. */
export const directMaintenance = ({ journal, tables, reads, context }: MaintenanceParts): Maintenance => ({
  snapshot: () => snapshotOf(journal),
  expireHolds: async () => {
    let ended = 0;
    for (let hasMore = true; hasMore; ) {
      const { expired, more } = await expireDue(context);
      ended += expired;
      hasMore = more;
    }
    return ended;
  },
  cancelHolds: async (eventId, traceId) => {
    if (reads.event(eventId) === undefined) return undefined;
    const ended = { cancelled: 0, left: 0 };
    for (let cursor = 0; cursor !== -1; await setImmediate()) {
      const { cancelled, left, nextCursor } = await cancelEventHolds(context, (from, budget, visit) => tables.reservation.reservations.scan(from, budget, visit), { eventId, cursor, traceId, ...PER_TURN });
      ended.cancelled += cancelled;
      ended.left += left;
      cursor = nextCursor;
    }
    return ended;
  },
});

/** Of the journal of this process, whatever services stand in it. */
export async function snapshotOf(journal: Pick<Journal, 'snapshot'>): ReturnType<Maintenance['snapshot']> {
  const { kind } = await journal.snapshot();
  return kind === 'taken' || kind === 'unchanged' ? kind : 'failed';
}
