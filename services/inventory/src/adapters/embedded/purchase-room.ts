import type { Buyer } from './buyer.ts';
import type { EventState } from './event-state.ts';
import type { InventoryMemory } from './memory.ts';
import type { OverHolds } from './over-holds.ts';

/** Whether a buyer may have more places; `remaining` is how many more at most. */
export type PurchaseRoom = { readonly kind: 'room' } | { readonly kind: 'limit'; readonly limit: number; readonly remaining: number };

const ROOM: PurchaseRoom = { kind: 'room' };

/**
 * Whether the purchase limit leaves room for `more` places. The count of a buyer's places does not know which holds are over, so
 * before it refuses, those of the buyer are looked through, and as many as are needed go to `over`. `own` is the hold that asks, if
 * its places are counted already.
 */
export function purchaseRoom(memory: InventoryMemory, event: EventState, buyer: Buyer, more: number, over: OverHolds, own?: number): PurchaseRoom {
  const { buyers, rows } = memory;
  const limit = event.plan.terms.purchaseLimit;
  let excess = buyers.placesOf(buyer.row) + more - limit;
  if (excess <= 0) return ROOM;
  const ended: number[] = [];
  buyers.visitLive(buyer.row, (hold) => {
    if (hold !== own && over.isOver(hold)) {
      ended.push(hold);
      excess -= rows.quantityOf(hold);
    }
    return excess > 0;
  });
  if (excess > 0) return { kind: 'limit', limit, remaining: Math.max(0, more - excess) };
  for (const hold of ended) over.add(hold);
  return ROOM;
}
