import { PAIRS_PER_EVENT, putBenchEvents } from '../catalogue.ts';
import { withCredentials, type Credentials } from '../credentials.ts';
import { findGenerator, sendHolds } from '../load/hold-load.ts';
import { discard, startPlatform, type PlatformProcess } from '../platform-process.ts';
import { rounded, type Figures, type RunOptions, type Scenario } from '../scenario.ts';

const CONNECTIONS = 128;
const STEP_SECONDS = 5;
/** A live hold is three live records: the hold, its reservation, and its idempotency key. */
const RECORDS_PER_HOLD = 3;
const ENV = { HOLD_SECONDS: '3600' };

/** A million live records, `kill -9`, and the time until the next process is ready; then the same with a million live holds. */
export const recovery: Scenario = {
  name: 'recovery',
  summary: 'kill -9 with a million live records, until ready again; then with a million live holds',
  bars: [{ figure: 'ready_ms', atMost: 5000 }],
  run: (options) => withCredentials(options.quick ? 50 : 10_000, (credentials) => measure(credentials, options)),
};

async function measure(credentials: Credentials, { quick, log }: RunOptions): Promise<Figures> {
  let platform = await startPlatform(credentials, ENV);
  try {
    await putBenchEvents(platform.inventoryUrl, 4, credentials);
    const seconds = quick ? 1 : STEP_SECONDS;
    let held = await holdUntil(platform, credentials, { from: 0, target: quick ? 2_000 : Math.ceil(1_000_000 / RECORDS_PER_HOLD), seconds });
    const records = held * RECORDS_PER_HOLD;
    platform = await crash(platform, credentials);
    const { readyMs } = platform;
    log(`${records} live records: ready after ${rounded(readyMs)} ms`);
    held = await holdUntil(platform, credentials, { from: held, target: quick ? 4_000 : 1_000_000, seconds });
    platform = await crash(platform, credentials);
    return {
      records, ready_ms: rounded(readyMs), holds: held, holds_ready_ms: rounded(platform.readyMs), rss_mb: rounded(platform.residentBytes() / 2 ** 20),
    };
  } finally {
    await discard(platform);
  }
}

async function crash(platform: PlatformProcess, credentials: Credentials): Promise<PlatformProcess> {
  await platform.child.stop('SIGKILL');
  return startPlatform(credentials, ENV, platform.dataDir);
}

async function holdUntil(
  platform: PlatformProcess,
  credentials: Credentials,
  { from, target, seconds }: { readonly from: number; readonly target: number; readonly seconds: number },
): Promise<number> {
  const generator = await findGenerator();
  let held = from;
  for (let step = 0; held < target; step++) {
    const result = await sendHolds(generator, {
      baseUrl: platform.reservationUrl, connections: CONNECTIONS, seconds, tokensFile: credentials.tokensFile,
      // Requests that were under way when a step ended may have been held without being counted; the next begins beyond them.
      firstPair: held + (from === 0 ? step : step + 100) * CONNECTIONS, pairsPerEvent: PAIRS_PER_EVENT, runName: `from-${from}-${step}`,
    });
    held += result.requests - result.refused;
  }
  return held;
}
