export { inventoryStoreSuite, type MakeStore, type StoreUnderTest } from './ports/inventory-store-suite.ts';
export { SMALL_EVENT, eventDocument, holdCommand, reservationId } from './testing/builders.ts';
