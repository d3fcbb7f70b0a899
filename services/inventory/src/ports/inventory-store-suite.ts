import type { ManualClock } from '@traffic-tacos/kernel';
import { describe } from 'node:test';
import { catalogueSuite } from './catalogue-suite.ts';
import { commitSuite } from './commit-suite.ts';
import { endingsSuite } from './endings-suite.ts';
import { holdSuite } from './hold-suite.ts';
import { placesSuite } from './places-suite.ts';
import { reserveSuite } from './reserve-suite.ts';
import type { InventoryStore } from './inventory-store.ts';

/** A fresh, empty store, whose clock stands still until the test moves it. */
export interface StoreUnderTest {
  readonly store: InventoryStore;
  readonly clock: ManualClock;
}

/** Makes a store with extensions of at most one minute. */
export type MakeStore = () => Promise<StoreUnderTest>;

/** What every adapter of the inventory store must do. */
export function inventoryStoreSuite(adapter: string, makeStore: MakeStore): void {
  describe(`${adapter} as the inventory store`, () => {
    holdSuite(makeStore);
    commitSuite(makeStore);
    endingsSuite(makeStore);
    catalogueSuite(makeStore);
    reserveSuite(makeStore);
    placesSuite(makeStore);
  });
}
