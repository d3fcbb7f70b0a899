import { onEcho } from '../on-echo.ts';
import { PAIRS_PER_EVENT, putBenchEvents } from '../catalogue.ts';
import { withCredentials, type Credentials } from '../credentials.ts';
import { findGenerator, sendHolds, type HoldLoad } from '../load/hold-load.ts';
import { effectivePerSecond, type LoadResult } from '../load/load-result.ts';
import { discard, startPlatform, type PlatformProcess } from '../platform-process.ts';
import { median, rounded, type Figures, type RunOptions, type Scenario } from '../scenario.ts';

const CONNECTIONS = 256;
const USERS = 10_000;
const STEPS = 20;
const STEP_SECONDS = 30;
/** The first minute fills the platform: after it as many holds end as are made. */
const FILLING_STEPS = 2;
/** Seats are asked for again in the third step after: 60 s at least, when their holds are over. More than a step can ask for. */
const ZONES = 3;
const PAIRS_PER_ZONE = 900_000;
const EVENTS = Math.ceil((ZONES * PAIRS_PER_ZONE) / PAIRS_PER_EVENT);

/** Ten minutes at the defaults, holds ending by themselves all the while, with an echo before and after on the same machine. */
export const steady: Scenario = {
  name: 'steady',
  summary: 'ten minutes of holds at the defaults, which end after 60 s: rate, p99 and memory once as many end as are made',
  bars: [],
  run: (options) => withCredentials(options.quick ? 50 : USERS, (credentials) => measure(credentials, options)),
};

async function measure(credentials: Credentials, { quick, log }: RunOptions): Promise<Figures> {
  const generator = await findGenerator();
  const seconds = quick ? 1 : STEP_SECONDS;
  const load = { connections: quick ? 16 : CONNECTIONS, tokensFile: credentials.tokensFile, pairsPerEvent: PAIRS_PER_EVENT };
  const echo = async (): Promise<number> => onEcho(async (baseUrl) => effectivePerSecond(await sendHolds(generator, { ...load, baseUrl, seconds: quick ? 1 : 10, firstPair: 0, runName: 'echo' })));
  const before = await echo();
  const { results, bytes } = await onPlatform(credentials, async (platform) => {
    const made: LoadResult[] = [];
    for (let step = 0; step < (quick ? 1 : STEPS); step++) {
      const result = await sendHolds(generator, { ...load, ...stepOn(platform, step), seconds });
      made.push(result);
      log(`after ${(step + 1) * seconds} s: ${rounded(effectivePerSecond(result))}/s (${result.refused} refused, ${result.failed} failed), p99 ${result.p99Ms} ms, ${rounded(platform.residentBytes() / 2 ** 20)} MiB`);
    }
    return { results: made, bytes: platform.residentBytes() };
  });
  const counted = quick ? results : results.slice(FILLING_STEPS);
  const middle = (figure: (result: LoadResult) => number): number => median(counted.map(figure));
  const perSecond = middle(effectivePerSecond);
  return {
    per_second: rounded(perSecond),
    ratio_to_echo: rounded(perSecond / median([before, await echo()]), 3),
    p99_ms: rounded(middle(({ p99Ms }) => p99Ms), 2),
    rss_mb: rounded(bytes / 2 ** 20),
    refused: results.reduce((sum, { refused }) => sum + refused, 0),
    failed: results.reduce((sum, { failed }) => sum + failed, 0),
    generator,
  };
}

const stepOn = ({ reservationUrl }: PlatformProcess, step: number): Pick<HoldLoad, 'baseUrl' | 'firstPair' | 'runName'> => ({
  baseUrl: reservationUrl, firstPair: (step % ZONES) * PAIRS_PER_ZONE, runName: `steady-${step}`,
});

async function onPlatform<T>(credentials: Credentials, use: (platform: PlatformProcess) => Promise<T>): Promise<T> {
  const platform = await startPlatform(credentials, {});
  try {
    await putBenchEvents(platform.inventoryUrl, EVENTS, credentials);
    return await use(platform);
  } finally {
    await discard(platform);
  }
}
