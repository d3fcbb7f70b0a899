import type { Unit } from '@traffic-tacos/journal';
import { NO_ROW, type EpochMs } from '@traffic-tacos/kernel';
import type { CommitOutcome } from '../../domain/outcomes.ts';
import { buyerOf } from './buyer.ts';
import type { Found, HoldChanges } from './decide-ends.ts';
import type { EventState } from './event-state.ts';
import { findClashes, freeUp } from './find-places.ts';
import { eventOf } from './hold-facts.ts';
import { COMMITTED_HOLD, REACQUIRED } from './hold-record.ts';
import type { InventoryMemory } from './memory.ts';
import { OverHolds } from './over-holds.ts';
import { purchaseRoom } from './purchase-room.ts';
import { GrantReliance } from './reliances.ts';

type SeatsGone = Extract<CommitOutcome, { kind: 'seats_gone' }>;
type Reacquired = { readonly kind: 'reacquired'; readonly changes: HoldChanges; readonly expired: readonly string[] };

/**
 * Takes the places of an ended hold again, for a payment that was captured late: all of them or none, within the purchase limit, and
 * whatever the sale window says.
 */
export function reacquirePlaces(unit: Unit, memory: InventoryMemory, found: Found, now: EpochMs): SeatsGone | Reacquired {
  const { row, record, hold } = found;
  const event = eventOf(memory, record);
  const over = new OverHolds(memory, now);
  // A hold that is over but that nobody has ended still has its places, in the books and in the buyer's count.
  const hasPlaces = row !== NO_ROW && memory.rows.isHeld(row);
  const buyer = buyerOf(memory, event, hold.userId);
  const room = purchaseRoom(memory, event, buyer, hasPlaces ? 0 : hold.quantity, over, row);
  if (room.kind === 'limit') return { kind: 'seats_gone', reason: 'purchase_limit', clashes: [] };
  const gone = hasPlaces ? undefined : findTaken(memory, event, found, over, now);
  if (gone !== undefined) return gone;
  const pool = record.seats.length === 0 ? event.section(record.section) : undefined;
  unit.rely(new GrantReliance(memory, event, buyer, record.seats, pool));
  const changes = { state: COMMITTED_HOLD, changedAtMs: now, flags: record.flags | REACQUIRED };
  return { kind: 'reacquired', changes, expired: over.end(unit) };
}

function findTaken(memory: InventoryMemory, event: EventState, { record }: Found, over: OverHolds, now: EpochMs): SeatsGone | undefined {
  const { seats, quantity } = record;
  if (seats.length > 0) {
    const clashes = findClashes(event, seats, over);
    return clashes === undefined ? undefined : { kind: 'seats_gone', reason: 'taken', clashes };
  }
  const pool = event.section(record.section);
  if (pool.placesUpTo(quantity, now) < quantity) return { kind: 'seats_gone', reason: 'taken', clashes: [] };
  if (pool.free < quantity) freeUp(memory.rows, pool, quantity - pool.free, over, now);
  return undefined;
}
