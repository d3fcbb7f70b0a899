import { banned } from '../banned.ts';
import { both, either, isProduct, not, under } from '../places.ts';

/** The files whose purpose is to be the clock. */
const CLOCKS = under('packages/kit/src/time/system-time.ts', 'packages/journal/src/system-time-source.ts');
/** What measures how long an answer took, or stamps a line of the log, and decides nothing. */
const METERS = under(
  'packages/kit/src/http/edge.ts',
  'packages/kit/src/http/answers.ts',
  'packages/kit/src/grpc/server/edge.ts',
  'packages/kit/src/grpc/server/answers.ts',
  'packages/kit/src/grpc/client/channel.ts',
  'packages/kit/src/logging/logger.ts',
  'packages/kit/src/metrics/method-timer.ts',
  // When a message came, as the edges take it of a request: the limits of rates are of one clock.
  'packages/kit/src/push/web-socket-session.ts',
  // How late the event loop is decides who is sent away, and nothing that is written.
  'packages/kit/src/protection/load-shedder.ts',
);

/** One clock decides, and it comes in as an argument; a domain that reads another one cannot be replayed. */
export const wallClock = banned({
  name: 'wall-clock',
  where: both(isProduct, not(either(CLOCKS, METERS, under('apps/cli')))),
  members: ['Date.now', 'performance.now', 'performance.timeOrigin', 'process.hrtime', 'process.hrtime.bigint', 'process.uptime'],
  calls: ['Date'],
  madeOfNothing: ['Date'],
  imports: { perf_hooks: ['performance'] },
  instead: 'take a Clock (packages/kernel) or a TimeSource (packages/journal) as an argument',
});
