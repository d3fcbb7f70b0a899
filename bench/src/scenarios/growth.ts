import { PAIRS_PER_EVENT, putBenchEvents } from '../catalogue.ts';
import { withCredentials, type Credentials } from '../credentials.ts';
import { findGenerator, sendHolds } from '../load/hold-load.ts';
import { effectivePerSecond } from '../load/load-result.ts';
import { discard, startPlatform, type PlatformProcess } from '../platform-process.ts';
import { rounded, type Figures, type RunOptions, type Scenario } from '../scenario.ts';

const CONNECTIONS = 128;
const STEP_SECONDS = 5;

/** Live holds from ten thousand to a million on one platform: what a hold costs in memory, and what the crowd costs in speed. */
export const growth: Scenario = {
  name: 'growth',
  summary: 'throughput and memory from 10 k to 1 M live holds',
  bars: [
    { figure: 'throughput_ratio', atLeast: 0.85 },
    { figure: 'bytes_per_hold', atMost: 1024 },
  ],
  run: (options) => withCredentials(options.quick ? 50 : 10_000, (credentials) => measure(credentials, options)),
};

async function measure(credentials: Credentials, { quick, log }: RunOptions): Promise<Figures> {
  const platform = await startPlatform(credentials, { HOLD_SECONDS: '3600' });
  try {
    await putBenchEvents(platform.inventoryUrl, 4, credentials);
    return await grow(platform, credentials, quick ? 20_000 : 1_000_000, quick ? 1 : STEP_SECONDS, log);
  } finally {
    await discard(platform);
  }
}

async function grow(platform: PlatformProcess, credentials: Credentials, target: number, seconds: number, log: RunOptions['log']): Promise<Figures> {
  const generator = await findGenerator();
  const speeds: number[] = [];
  let held = 0;
  let first = { held: 0, bytes: 0 };
  for (let step = 0; held < target; step++) {
    const result = await sendHolds(generator, {
      baseUrl: platform.reservationUrl, connections: CONNECTIONS, seconds: step === 0 ? 1 : seconds, tokensFile: credentials.tokensFile,
      // Requests under way when a step ends may have been held without being counted; the next step begins beyond them.
      firstPair: held + step * CONNECTIONS, pairsPerEvent: PAIRS_PER_EVENT, runName: `step-${step}`,
    });
    held += result.requests - result.refused;
    log(`${held} live holds: ${rounded(effectivePerSecond(result))}/s, p99 ${result.p99Ms} ms, ${rounded(platform.residentBytes() / 2 ** 20)} MiB`);
    if (step === 0) first = { held, bytes: platform.residentBytes() };
    else speeds.push(effectivePerSecond(result));
  }
  return {
    holds: held,
    throughput_ratio: rounded((speeds.at(-1) ?? Number.NaN) / (speeds[0] ?? Number.NaN), 3),
    bytes_per_hold: rounded((platform.residentBytes() - first.bytes) / (held - first.held)),
  };
}
