import { banned } from '../banned.ts';
import { everywhere } from '../places.ts';

const MOCKERS = ['mock', 't.mock', 'context.mock'];
/** `mock.timers` is not among them: it stands in for the runtime's timers, not for our code. */
const METHODS = ['fn', 'method', 'getter', 'setter', 'property', 'module'];

/** A mock of our own code agrees with the test and not with the code; ports have real adapters for tests. */
export const mocks = banned({
  name: 'mocks',
  where: everywhere,
  members: MOCKERS.flatMap((mocker) => METHODS.map((method) => `${mocker}.${method}`)),
  instead: "use the port's embedded adapter, ManualClock, SeededRandom, or a small class of the test's own that keeps the port's limits",
});
