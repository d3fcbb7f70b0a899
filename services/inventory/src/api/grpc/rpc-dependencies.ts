import type { Clock, Limits } from '@traffic-tacos/kernel';
import type { InventoryStore } from '../../ports/inventory-store.ts';

/** What the methods of port 8021 stand on. */
export interface RpcDependencies {
  readonly store: InventoryStore;
  readonly limits: Limits;
  /** The one that decides: its instant goes with every answer about a hold. */
  readonly clock: Clock;
  /** HOLD_SECONDS, in ms: how long a hold lasts unless the caller bounds it. */
  readonly holdMs: number;
}
