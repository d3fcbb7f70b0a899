import { runNode } from '../child.ts';
import { putSale, type Sale } from '../catalogue.ts';
import { withCredentials, type Credentials } from '../credentials.ts';
import type { OnsaleLoad, OnsaleResult } from '../load/onsale-generator.ts';
import { assertAuditGreen, discard, startPlatform, type PlatformProcess } from '../platform-process.ts';
import { median, rounded, type Figures, type RunOptions, type Scenario } from '../scenario.ts';

const GENERATOR = new URL('../load/onsale-generator.ts', import.meta.url).pathname;
const EVENT = 'evt_bench_onsale';
const ROUNDS = 3;
/** Ten sections of a thousand seats. */
const FULL = { users: 30_000, arriveWithinMs: 10_000, sections: 10, rowsPerSection: 20, connections: 1_024, endsAfterMs: 120_000 } as const;
const QUICK = { users: 300, arriveWithinMs: 1_000, sections: 1, rowsPerSection: 2, connections: 32, endsAfterMs: 60_000 } as const;
/** A small sale before, which is not counted: nobody opens an on-sale on a process that has just started. */
const WARM_EVENT = 'evt_bench_warm';
const WARM = { users: 2_000, arriveWithinMs: 2_000, sections: 1, rowsPerSection: 20 } as const;
const QUICK_WARM = { users: 20, arriveWithinMs: 100, sections: 1, rowsPerSection: 1 } as const;
/** People let in a second: two seats each, so that the hall is sold in twenty seconds. */
const ADMITTED_PER_SECOND = 250;

/** One on-sale from the first arrival to the last answer, as it ships: accounts, waiting room, holds, payments, orders. */
export const onsale: Scenario = {
  name: 'onsale',
  summary: '30,000 users within 10 s want two of 10,000 seats each: through the waiting room to tickets, or told that there are none',
  bars: [
    { figure: 'served_ratio', atLeast: 1 },
    { figure: 'failed', atMost: 0 },
    { figure: 'p95_ms', atMost: 20 },
    { figure: 'p99_ms', atMost: 60 },
  ],
  run: (options) => withCredentials(options.quick ? QUICK.users + QUICK_WARM.users : FULL.users + WARM.users, (credentials) => measure(credentials, options)),
};

async function measure(credentials: Credentials, { quick, log }: RunOptions): Promise<Figures> {
  const rounds: OnsaleResult[] = [];
  for (let round = 1; round <= (quick ? 1 : ROUNDS); round++) {
    const result = await playRound(credentials, quick);
    rounds.push(result);
    log(`round ${round}: ${result.bought} bought, ${result.told} told, ${result.stuck} stuck after ${rounded(result.seconds, 1)} s; ${result.all.answers} answers, p95 ${result.all.p95Ms}, p99 ${result.all.p99Ms} ms`);
    log(Object.entries(result.byAsk).map(([ask, { answers, p95Ms, p99Ms }]) => `${ask} ${answers}: ${p95Ms}/${p99Ms}`).join(', '));
    if (result.firstFailure !== '') log(`failed: ${result.firstFailure}`);
  }
  const { users } = quick ? QUICK : FULL;
  const middle = (figure: (round: OnsaleResult) => number): number => median(rounds.map(figure));
  return {
    users,
    served_ratio: rounded(Math.min(...rounds.map(({ bought, told }) => (bought + told) / users)), 4),
    failed: rounds.reduce((sum, { failed, sentAway }) => sum + failed + sentAway, 0),
    p95_ms: rounded(middle(({ all }) => all.p95Ms), 2),
    p99_ms: rounded(middle(({ all }) => all.p99Ms), 2),
    bought: middle(({ bought }) => bought),
    requests_per_second: rounded(middle(({ all, seconds }) => all.answers / seconds)),
    seconds: rounded(middle(({ seconds }) => seconds), 1),
  };
}

/** On a platform of its own; at the end everything must be accounted for. */
async function playRound(credentials: Credentials, quick: boolean): Promise<OnsaleResult> {
  const [warm, counted] = quick ? [{ ...QUICK, ...QUICK_WARM }, QUICK] : [{ ...FULL, ...WARM }, FULL];
  const platform = await startPlatform(credentials, {});
  try {
    await play(platform, credentials, { ...warm, eventId: WARM_EVENT, firstUser: counted.users });
    const result = await play(platform, credentials, { ...counted, eventId: EVENT, firstUser: 0 });
    await assertAuditGreen(platform, credentials, {});
    return result;
  } finally {
    await discard(platform);
  }
}

type Crowd = Omit<OnsaleLoad, 'baseUrl' | 'tokensFile'> & Pick<Sale, 'sections' | 'rowsPerSection'>;

async function play({ inventoryUrl, gatewayUrl }: PlatformProcess, credentials: Credentials, { sections, rowsPerSection, ...crowd }: Crowd): Promise<OnsaleResult> {
  await putSale(inventoryUrl, { eventId: crowd.eventId, sections, rowsPerSection, admittedPerSecond: ADMITTED_PER_SECOND }, credentials);
  const load: OnsaleLoad = { ...crowd, baseUrl: gatewayUrl, tokensFile: credentials.tokensFile };
  return JSON.parse(await runNode(GENERATOR, [JSON.stringify(load)])) as OnsaleResult;
}
