import { inventoryStoreSuite } from '../src/testing.ts';
import { createWorld } from './support/world.ts';

inventoryStoreSuite('embedded', () => Promise.resolve(createWorld()));
