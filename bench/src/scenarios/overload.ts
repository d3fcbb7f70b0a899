import { PAIRS_PER_EVENT, putBenchEvents } from '../catalogue.ts';
import { runNode } from '../child.ts';
import { withCredentials, type Credentials } from '../credentials.ts';
import type { CrowdLoad, CrowdResult } from '../load/crowd-generator.ts';
import { discard, startPlatform, type PlatformProcess } from '../platform-process.ts';
import { median, rounded, type Figures, type RunOptions, type Scenario } from '../scenario.ts';

const GENERATOR = new URL('../load/crowd-generator.ts', import.meta.url).pathname;
const USERS = 10_000;
/** People who keep the platform as busy as it can be, and wait no longer than they must. */
const PEAK_PEOPLE = 128;
/** How much more than the peak is asked for. */
const TIMES = 3;
/** A tenth of what is shipped: three times the capacity for a whole second would take more connections than one generator has. */
const SHED_AFTER_MS = 100;
const MOST_PEOPLE = 9_000;
const QUICK_PEOPLE = 600;
const QUICK_PAIRS = 50_000;
/** One for the peak, the rest for the crowd. */
const EVENTS = 6;
/** It is as usual again when so many requests in a row are answered within this time. */
const USUAL_ANSWERS = 20;
const USUAL_MS = 50;

/** More people than can be served within the longest wait: what is still sold, and how soon it is over. */
export const overload: Scenario = {
  name: 'overload',
  summary: 'holds a second while three times as many people ask as can be served within the longest wait, against the peak; seconds until it is as usual again',
  bars: [
    { figure: 'goodput_ratio', atLeast: 0.9 },
    { figure: 'recovery_s', atMost: 5 },
  ],
  run: (options) => withCredentials(options.quick ? 50 : USERS, (credentials) => measure(credentials, options)),
};

interface Round {
  readonly peak: CrowdResult;
  readonly over: CrowdResult;
  readonly people: number;
  readonly recoverySeconds: number;
}

async function measure(credentials: Credentials, { quick, log }: RunOptions): Promise<Figures> {
  const rounds: Round[] = [];
  for (let number = 1; number <= (quick ? 1 : 5); number++) {
    const round = await onPlatform(credentials, quick, (platform) => playRound(platform, credentials, quick));
    const { peak, over, people, recoverySeconds } = round;
    rounds.push(round);
    log(`round ${number}: ${rounded(perSecond(peak))} holds/s at the peak; ${people} people: ${rounded(perSecond(over))}/s, ${over.shed} times sent away, ${over.failed} failed, p99 ${rounded(over.p99Ms)} ms; as usual after ${rounded(recoverySeconds, 1)} s`);
  }
  const middle = (figure: (round: Round) => number): number => median(rounds.map(figure));
  return {
    goodput_ratio: rounded(middle(({ peak, over }) => perSecond(over) / perSecond(peak)), 3),
    recovery_s: rounded(middle(({ recoverySeconds }) => recoverySeconds), 2),
    peak_per_second: rounded(middle(({ peak }) => perSecond(peak))),
    people: middle(({ people }) => people),
    shed_per_second: rounded(middle(({ over }) => over.shed / over.seconds)),
    p99_ms: rounded(middle(({ over }) => over.p99Ms)),
    failed: rounds.reduce((sum, { over, peak }) => sum + over.failed + peak.failed, 0),
  };
}

async function playRound(platform: PlatformProcess, credentials: Credentials, quick: boolean): Promise<Round> {
  const pairsPerEvent = pairsOf(quick);
  const common = { baseUrl: platform.reservationUrl, tokensFile: credentials.tokensFile, pairsPerEvent };
  const peak = await crowd({ ...common, people: PEAK_PEOPLE, seconds: quick ? 1 : 10, firstPair: 0, runName: 'peak' });
  const wanted = Math.ceil((TIMES * perSecond(peak) * SHED_AFTER_MS) / 1_000);
  const people = Math.min(quick ? QUICK_PEOPLE : MOST_PEOPLE, Math.max(wanted, TIMES * PEAK_PEOPLE));
  const over = await crowd({ ...common, people, seconds: quick ? 2 : 60, firstPair: pairsPerEvent, runName: 'over' });
  return { peak, over, people, recoverySeconds: await untilUsual(platform, credentials) };
}

const pairsOf = (quick: boolean): number => (quick ? QUICK_PAIRS : PAIRS_PER_EVENT);

const crowd = async (load: CrowdLoad): Promise<CrowdResult> => JSON.parse(await runNode(GENERATOR, [JSON.stringify(load)])) as CrowdResult;

const perSecond = ({ held, seconds }: CrowdResult): number => held / seconds;

/** Seconds until requests are answered as fast as by a platform that nobody else uses. */
async function untilUsual({ inventoryUrl }: PlatformProcess, { organizerToken }: Credentials): Promise<number> {
  const startedMs = performance.now();
  for (let inARow = 0; inARow < USUAL_ANSWERS; ) {
    const askedMs = performance.now();
    const { status } = await fetch(`${inventoryUrl}/v1/events`, { headers: { authorization: `Bearer ${organizerToken}` } });
    inARow = status === 200 && performance.now() - askedMs <= USUAL_MS ? inARow + 1 : 0;
  }
  return (performance.now() - startedMs) / 1_000;
}

/** Holds live longer than the round, so that none is released under it. */
async function onPlatform<T>(credentials: Credentials, quick: boolean, use: (platform: PlatformProcess) => Promise<T>): Promise<T> {
  const platform = await startPlatform(credentials, { HOLD_SECONDS: '600', SHED_AFTER_MS: String(SHED_AFTER_MS) });
  try {
    await putBenchEvents(platform.inventoryUrl, EVENTS, credentials, pairsOf(quick));
    return await use(platform);
  } finally {
    await discard(platform);
  }
}
