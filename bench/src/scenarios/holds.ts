import { PAIRS_PER_EVENT, putBenchEvents } from '../catalogue.ts';
import { withCredentials, type Credentials } from '../credentials.ts';
import { findGenerator, sendHolds, type HoldLoad } from '../load/hold-load.ts';
import { effectivePerSecond, type LoadResult } from '../load/load-result.ts';
import { onEcho } from '../on-echo.ts';
import { discard, startPlatform } from '../platform-process.ts';
import { median, rounded, type Figures, type RunOptions, type Scenario } from '../scenario.ts';

const CONNECTIONS = 256;
const USERS = 10_000;

/** Durable holds of two seats over HTTP, against a bare echo of the same requests, in turn on the same machine. */
export const holds: Scenario = {
  name: 'holds',
  summary: 'durable holds a second over POST /v1/reservations, closed loop at 256 connections, beside a bare node:http echo',
  bars: [
    { figure: 'per_second', atLeast: 30_000 },
    { figure: 'ratio_to_echo', atLeast: 0.5 },
    { figure: 'p99_ms', atMost: 25 },
  ],
  run: (options) => withCredentials(options.quick ? 50 : USERS, (credentials) => measure(credentials, options)),
};

async function measure(credentials: Credentials, { quick, log }: RunOptions): Promise<Figures> {
  const generator = await findGenerator();
  const seconds = quick ? 1 : 10;
  const rounds = quick ? 1 : 5;
  const load = (baseUrl: string): HoldLoad => ({
    baseUrl, connections: quick ? 16 : CONNECTIONS, seconds, tokensFile: credentials.tokensFile, firstPair: 0, pairsPerEvent: PAIRS_PER_EVENT, runName: 'holds',
  });
  const results: { readonly held: LoadResult; readonly echoed: LoadResult }[] = [];
  for (let round = 1; round <= rounds; round++) {
    const echoed = await onEcho((url) => sendHolds(generator, load(url)));
    const held = await onPlatform(credentials, (url) => sendHolds(generator, load(url)));
    results.push({ held, echoed });
    log(`round ${round}: ${rounded(effectivePerSecond(held))} holds/s (${held.refused} refused, ${held.failed} failed), p99 ${held.p99Ms} ms; echo ${rounded(effectivePerSecond(echoed))}/s`);
  }
  const middle = (figure: (result: (typeof results)[number]) => number): number => median(results.map(figure));
  return {
    per_second: rounded(middle(({ held }) => effectivePerSecond(held))),
    ratio_to_echo: rounded(middle(({ held, echoed }) => effectivePerSecond(held) / effectivePerSecond(echoed)), 3),
    echo_per_second: rounded(middle(({ echoed }) => effectivePerSecond(echoed))),
    p50_ms: rounded(middle(({ held }) => held.p50Ms), 2),
    p99_ms: rounded(middle(({ held }) => held.p99Ms), 2),
    connections: quick ? 16 : CONNECTIONS,
    refused: results.reduce((sum, { held }) => sum + held.refused, 0),
    failed: results.reduce((sum, { held }) => sum + held.failed, 0),
    generator,
  };
}

/** Each round has a fresh data directory; holds live longer than the round, so that none is released under it. */
async function onPlatform<T>(credentials: Credentials, use: (url: string) => Promise<T>): Promise<T> {
  const platform = await startPlatform(credentials, { HOLD_SECONDS: '600' });
  try {
    await putBenchEvents(platform.inventoryUrl, 2, credentials);
    return await use(platform.reservationUrl);
  } finally {
    await discard(platform);
  }
}
