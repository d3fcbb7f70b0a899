import { banned } from '../banned.ts';
import { isDomain } from '../places.ts';

/** A domain says what is due at an instant; what wakes it up is outside. */
export const timersInDomain = banned({
  name: 'timers-in-domain',
  where: isDomain,
  calls: ['setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask', 'process.nextTick'],
  imports: { timers: ['*'], 'timers/promises': ['*'] },
  instead: 'take `now` as an argument and answer what is due; the sweeper outside keeps the timer',
});
