import { NO_ROW } from '@traffic-tacos/kernel';
import type { EventState } from './event-state.ts';
import type { InventoryMemory } from './memory.ts';

/** A user as the buyer of one event, as far as the memory knows them: looked up once for a decision. */
export interface Buyer {
  readonly userId: string;
  /** 0 while the user is not known. */
  readonly user: number;
  /** `NO_ROW` while the user has never held a place of the event. */
  readonly row: number;
}

export function buyerOf({ buyers, users }: InventoryMemory, event: EventState, userId: string): Buyer {
  const user = users.find(userId);
  return { userId, user, row: user === 0 ? NO_ROW : buyers.find(user, event.number) };
}
