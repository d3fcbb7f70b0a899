import { putSale } from '../catalogue.ts';
import { runNode } from '../child.ts';
import { withCredentials, type Credentials } from '../credentials.ts';
import { highestRate } from '../highest-rate.ts';
import { ASKS_INSIDE } from '../load/buyer.ts';
import type { HeadlineLoad, HeadlineResult, Mix } from '../load/headline-generator.ts';
import { assertAuditGreen, discard, startPlatform } from '../platform-process.ts';
import { rounded, type Figures, type RunOptions, type Scenario } from '../scenario.ts';

const GENERATOR = new URL('../load/headline-generator.ts', import.meta.url).pathname;
const EVENT = 'evt_bench_headline';
const USERS = 10_000;
/**
 * What an on-sale sends: nearly everybody waits, and asks how they stand; many still come; some look at what is left before they do; and those whose turn
 * it is, the fewest, buy. The platform tells who waits to ask less often than this: the rest are people who reload.
 */
const MIX: Mix = { status: 0.6, join: 0.2, look: 0.15, buy: 0.05 };
/** Sixty sections of a thousand seats: more than can be sold within the run. */
const SECTIONS = 60;
const ROWS_PER_SECTION = 20;
const CONNECTIONS = 2_000;
/** The first seconds of a process say nothing of the later ones. */
const LEAD_IN_SECONDS = 3;

const OFFERED_PER_SECOND = 30_000;
const SECONDS = 60;
/** The highest rate is looked for in so many runs of so many seconds. */
const STEPS = 5;
const STEP_SECONDS = 10;
/** The first guess below a rate that did not hold: a part of what was answered at it. */
const PART_OF_ACHIEVED = 0.9;
const QUICK = { perSecond: 400, seconds: 1, leadInSeconds: 1, connections: 64, steps: 1 } as const;

const MOST_ERRORS = 0.01;
const MOST_P95_MS = 120;
const MOST_CONFIRM_P95_MS = 500;

/** The mixed stream of a whole on-sale at a fixed rate, and the highest rate at which its bars hold. */
export const headline: Scenario = {
  name: 'headline',
  summary: 'a mixed stream at 30,000 requests a second for 60 s, open loop: errors, the slowest route\'s p95, and the highest rate at which the bars hold',
  bars: [
    { figure: 'error_rate', atMost: MOST_ERRORS },
    { figure: 'p95_ms', atMost: MOST_P95_MS },
    { figure: 'confirm_p95_ms', atMost: MOST_CONFIRM_P95_MS },
    { figure: 'highest_rate', atLeast: OFFERED_PER_SECOND },
  ],
  run: (options) => withCredentials(options.quick ? 50 : USERS, (credentials) => measure(credentials, options)),
};

async function measure(credentials: Credentials, options: RunOptions): Promise<Figures> {
  const offered = options.quick ? QUICK.perSecond : OFFERED_PER_SECOND;
  const main = await offer(credentials, options, offered, options.quick ? QUICK.seconds : SECONDS);
  const first = { rate: offered, isHeld: holds(main), guessBelow: achieved(main) * PART_OF_ACHIEVED };
  const highest = await highestRate(first, options.quick ? QUICK.steps : STEPS, async (perSecond) => holds(await offer(credentials, options, perSecond, options.quick ? QUICK.seconds : STEP_SECONDS)));
  return {
    offered_per_second: offered,
    achieved_per_second: rounded(achieved(main)),
    error_rate: rounded(errorRate(main), 4),
    p95_ms: rounded(slowestP95(main), 2),
    confirm_p95_ms: rounded(confirmP95(main), 2),
    highest_rate: highest,
    orders_per_second: rounded(main.bought / main.seconds),
    early_polls: rounded(main.early / main.offered, 3),
    sent_away: main.sentAway,
    failed: main.failed,
  };
}

const achieved = ({ good, seconds }: HeadlineResult): number => good / seconds;
/** Sent away, answered as it should not be, or not at all. */
const errorRate = ({ good, offered }: HeadlineResult): number => 1 - good / offered;
const confirmP95 = ({ byAsk }: HeadlineResult): number => byAsk['confirm']?.p95Ms ?? 0;
const slowestP95 = ({ byAsk }: HeadlineResult): number => Math.max(...Object.entries(byAsk).map(([ask, { p95Ms }]) => (ask === 'confirm' ? 0 : p95Ms)));
const holds = (result: HeadlineResult): boolean => errorRate(result) < MOST_ERRORS && slowestP95(result) < MOST_P95_MS && confirmP95(result) < MOST_CONFIRM_P95_MS;

/** Each rate has a platform of its own: what the one before has left would be work for the next. At the end everything must be accounted for. */
async function offer(credentials: Credentials, { quick, log }: RunOptions, perSecond: number, seconds: number): Promise<HeadlineResult> {
  const platform = await startPlatform(credentials, {});
  try {
    const sale = { eventId: EVENT, sections: SECTIONS, rowsPerSection: ROWS_PER_SECTION, admittedPerSecond: Math.max(1, Math.round((perSecond * MIX.buy) / ASKS_INSIDE)) };
    await putSale(platform.inventoryUrl, sale, credentials);
    const load: HeadlineLoad = {
      baseUrl: platform.gatewayUrl, eventId: EVENT, sections: SECTIONS, mix: MIX, perSecond, seconds, leadInSeconds: quick ? QUICK.leadInSeconds : LEAD_IN_SECONDS,
      peopleBefore: perSecond, connections: quick ? QUICK.connections : CONNECTIONS, tokensFile: credentials.tokensFile, runName: 'headline',
    };
    const result = JSON.parse(await runNode(GENERATOR, [JSON.stringify(load)])) as HeadlineResult;
    log(`${perSecond}/s for ${seconds} s: ${rounded(achieved(result))}/s answered, ${rounded(100 * errorRate(result), 2)} % errors, ${result.sentAway} sent away, ${result.bought} bought${holds(result) ? '' : ': MISSED'}`);
    log(Object.entries(result.byAsk).map(([ask, { answers, p50Ms, p95Ms, p99Ms }]) => `${ask} ${answers}: ${p50Ms}/${p95Ms}/${p99Ms}`).join(', '));
    if (result.firstFailure !== '') log(`failed: ${result.firstFailure}`);
    await assertAuditGreen(platform, credentials, {});
    return result;
  } finally {
    await discard(platform);
  }
}
