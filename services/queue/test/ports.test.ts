import { queueStoreSuite } from '@traffic-tacos/queue/testing';
import { queueWorld } from './queue-world.ts';

queueStoreSuite('the embedded store', () => {
  const world = queueWorld();
  Object.assign(world.settings, { perSecond: 4, maxActive: 3 });
  const { store, clock, sale: event, units } = world;
  return Promise.resolve({ store, clock, event, decide: (step) => units.run(step) });
});
