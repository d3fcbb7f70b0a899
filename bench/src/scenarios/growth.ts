import { PAIRS_PER_EVENT, putBenchEvents } from '../catalogue.ts';
import { withCredentials, type Credentials } from '../credentials.ts';
import { findGenerator, sendHolds, type HoldLoad } from '../load/hold-load.ts';
import { effectivePerSecond } from '../load/load-result.ts';
import { discard, startPlatform, type PlatformProcess } from '../platform-process.ts';
import { median, rounded, type Figures, type RunOptions, type Scenario } from '../scenario.ts';

const CONNECTIONS = 128;
const FIRST_SECONDS = 1;
const WARM_SECONDS = 3;
const STEP_SECONDS = 5;
const SEATS_ROUNDS = 5;
/** Events of a thousand seats, enough for a run, and one of a million but two: a row's numbers end at 999,999. */
const SMALL = { pairsPerEvent: 500, events: 800 };
const LARGE = { pairsPerEvent: 499_999, events: 1 };

/** What the work that is done already costs: live holds from ten thousand to a million, and events of a thousand and of a million seats. */
export const growth: Scenario = {
  name: 'growth',
  summary: 'throughput and memory from 10 k to 1 M live holds, and throughput on events of 1 k and of 1 M seats',
  bars: [
    { figure: 'throughput_ratio', atLeast: 0.85 },
    { figure: 'seats_ratio', atLeast: 0.85 },
    { figure: 'bytes_per_hold', atMost: 1024 },
  ],
  run: (options) => withCredentials(options.quick ? 50 : 10_000, (credentials) => measure(credentials, options)),
};

interface Step {
  readonly held: number;
  readonly perSecond: number;
  readonly mib: number;
}

async function measure(credentials: Credentials, options: RunOptions): Promise<Figures> {
  return { ...(await growHolds(credentials, options)), seats_ratio: await growSeats(credentials, options) };
}

async function growHolds(credentials: Credentials, { quick, log, draw }: RunOptions): Promise<Figures> {
  const platform = await startPlatform(credentials, { HOLD_SECONDS: '3600' });
  try {
    await putBenchEvents(platform.inventoryUrl, 4, credentials);
    const { steps, figures } = await hold(platform, credentials, quick ? 20_000 : 1_000_000, quick ? 1 : STEP_SECONDS, log);
    draw('What live holds cost', 'live holds', [
      { name: 'holds a second', points: steps.map(({ held, perSecond }) => [held, perSecond]) },
      { name: 'resident memory, MiB', points: steps.map(({ held, mib }) => [held, mib]) },
    ]);
    return figures;
  } finally {
    await discard(platform);
  }
}

/** The first step is short, since memory counts from about ten thousand holds on; the second lets the process warm up, and its speed does not count. */
async function hold(
  platform: PlatformProcess, credentials: Credentials, target: number, seconds: number, log: RunOptions['log'],
): Promise<{ readonly steps: readonly Step[]; readonly figures: Figures }> {
  const generator = await findGenerator();
  const speeds: number[] = [];
  const steps: Step[] = [];
  let held = 0;
  let first = { held: 0, bytes: 0 };
  for (let step = 0; held < target || speeds.length < 2; step++) {
    const result = await sendHolds(generator, {
      ...loadOn(platform, credentials), seconds: [FIRST_SECONDS, WARM_SECONDS][step] ?? seconds,
      // Requests under way when a step ends may have been held without being counted; the next step begins beyond them.
      firstPair: held + step * CONNECTIONS, runName: `step-${step}`,
    });
    held += result.requests - result.refused;
    steps.push({ held, perSecond: rounded(effectivePerSecond(result)), mib: rounded(platform.residentBytes() / 2 ** 20) });
    log(`${held} live holds: ${rounded(effectivePerSecond(result))}/s, p99 ${result.p99Ms} ms, ${rounded(platform.residentBytes() / 2 ** 20)} MiB`);
    if (step === 0) first = { held, bytes: platform.residentBytes() };
    else if (step > 1) speeds.push(effectivePerSecond(result));
  }
  const figures = {
    holds: held,
    throughput_ratio: rounded((speeds.at(-1) ?? Number.NaN) / (speeds[0] ?? Number.NaN), 3),
    bytes_per_hold: rounded((platform.residentBytes() - first.bytes) / (held - first.held)),
  };
  return { steps, figures };
}

/** Both kinds of event in turn, each on a platform of its own; the median of the rounds' ratios. */
async function growSeats(credentials: Credentials, { quick, log }: RunOptions): Promise<number> {
  const ratios: number[] = [];
  for (let round = 1; round <= (quick ? 1 : SEATS_ROUNDS); round++) {
    const small = await speedOn(SMALL, credentials, quick);
    const large = await speedOn(LARGE, credentials, quick);
    ratios.push(large / small);
    log(`round ${round}: ${rounded(small)}/s on events of 1 k seats, ${rounded(large)}/s on one of 1 M`);
  }
  return rounded(median(ratios), 3);
}

async function speedOn({ pairsPerEvent, events }: typeof SMALL, credentials: Credentials, quick: boolean): Promise<number> {
  const generator = await findGenerator();
  const platform = await startPlatform(credentials, { HOLD_SECONDS: '3600' });
  try {
    await putBenchEvents(platform.inventoryUrl, events, credentials, pairsPerEvent);
    const load = { ...loadOn(platform, credentials), pairsPerEvent };
    const warm = await sendHolds(generator, { ...load, seconds: quick ? 1 : WARM_SECONDS, firstPair: 0, runName: 'warm' });
    return effectivePerSecond(await sendHolds(generator, { ...load, seconds: quick ? 1 : STEP_SECONDS, firstPair: warm.requests + CONNECTIONS, runName: 'measured' }));
  } finally {
    await discard(platform);
  }
}

const loadOn = ({ reservationUrl }: PlatformProcess, { tokensFile }: Credentials): Pick<HoldLoad, 'baseUrl' | 'connections' | 'tokensFile' | 'pairsPerEvent'> => ({
  baseUrl: reservationUrl, connections: CONNECTIONS, tokensFile, pairsPerEvent: PAIRS_PER_EVENT,
});
