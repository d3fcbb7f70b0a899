export { createDeciders } from './adapters/embedded/inventory-store.ts';
export { movePlaces, type MovePlaces } from './adapters/embedded/place-moves.ts';
export { RULES, type Rules } from './adapters/embedded/rules.ts';
export { inventoryStoreSuite, type MakeStore, type StoreUnderTest } from './ports/inventory-store-suite.ts';
export { SMALL_EVENT, eventDocument, holdCommand, reservationId } from './testing/builders.ts';
