import { banned } from '../banned.ts';
import { both, isProduct, not, under } from '../places.ts';

/** The files whose purpose is to be the clock. */
const CLOCKS = under('packages/kit/src/time/system-time.ts', 'packages/journal/src/system-time-source.ts');

/** One clock decides, and it comes in as an argument; a domain that reads another one cannot be replayed. */
export const wallClock = banned({
  name: 'wall-clock',
  where: both(isProduct, not(CLOCKS), not(under('apps/cli'))),
  members: ['Date.now', 'performance.now', 'performance.timeOrigin', 'process.hrtime', 'process.hrtime.bigint', 'process.uptime'],
  calls: ['Date'],
  madeOfNothing: ['Date'],
  imports: { perf_hooks: ['performance'] },
  instead: 'take a Clock (packages/kernel) or a TimeSource (packages/journal) as an argument',
});
