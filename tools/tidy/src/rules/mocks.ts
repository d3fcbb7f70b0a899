import { banned } from '../banned.ts';
import { everywhere } from '../places.ts';

/** A mock of our own code agrees with the test and not with the code; ports have real adapters for tests. */
export const mocks = banned({
  name: 'mocks',
  where: everywhere,
  members: ['t.mock', 'context.mock', 'mock.method', 'mock.module', 'mock.fn', 'mock.timers'],
  imports: { test: ['mock'] },
  instead: "use the port's embedded adapter, ManualClock, SeededRandom, or a small class of the test's own that keeps the port's limits",
});
