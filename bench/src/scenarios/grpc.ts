import { PAIRS_PER_EVENT, putBenchEvents } from '../catalogue.ts';
import { withCredentials, type Credentials } from '../credentials.ts';
import { runNode } from '../child.ts';
import type { GrpcLoad, GrpcLoadResult } from '../load/grpc-generator.ts';
import { discard, startPlatform, type PlatformProcess } from '../platform-process.ts';
import { median, rounded, type Figures, type RunOptions, type Scenario } from '../scenario.ts';

const GENERATOR = new URL('../load/grpc-generator.ts', import.meta.url).pathname;
const CONNECTIONS = 8;
const CALLS_AT_ONCE = 64;

/** The inventory over gRPC: availability of two seats, which everybody may ask for, and durable holds of two seats, as a service. */
export const grpc: Scenario = {
  name: 'grpc',
  summary: 'CheckAvailability and durable ReserveSeat a second over gRPC, closed loop with 64 calls under way on 8 connections',
  bars: [
    { figure: 'check_per_second', atLeast: 30_000 },
    { figure: 'reserve_per_second', atLeast: 15_000 },
    { figure: 'p95_ms', atMost: 10 },
  ],
  run: (options) => withCredentials(options.quick ? 50 : 1_000, (credentials) => measure(credentials, options)),
};

async function measure(credentials: Credentials, { quick, log }: RunOptions): Promise<Figures> {
  const rounds = quick ? 1 : 5;
  const seconds = quick ? 1 : 10;
  const results: { readonly check: GrpcLoadResult; readonly reserve: GrpcLoadResult }[] = [];
  for (let round = 1; round <= rounds; round++) {
    const platform = await startPlatform(credentials, { HOLD_SECONDS: '600' });
    try {
      await putBenchEvents(platform.inventoryUrl, 2, credentials);
      const check = await send(platform, { method: 'checkAvailability', token: undefined, seconds });
      const reserve = await send(platform, { method: 'reserveSeat', token: credentials.inventoryServiceToken, seconds });
      results.push({ check, reserve });
      log(`round ${round}: ${rounded(perSecond(check))} checks/s, p95 ${rounded(check.p95Ms, 1)} ms; ${rounded(perSecond(reserve))} holds/s, p95 ${rounded(reserve.p95Ms, 1)} ms`);
    } finally {
      await discard(platform);
    }
  }
  const middle = (figure: (result: (typeof results)[number]) => number): number => median(results.map(figure));
  const all = results.flatMap(({ check, reserve }) => [check, reserve]);
  return {
    check_per_second: rounded(middle(({ check }) => perSecond(check))),
    reserve_per_second: rounded(middle(({ reserve }) => perSecond(reserve))),
    p95_ms: rounded(middle(({ check, reserve }) => Math.max(check.p95Ms, reserve.p95Ms)), 2),
    check_p95_ms: rounded(middle(({ check }) => check.p95Ms), 2),
    reserve_p95_ms: rounded(middle(({ reserve }) => reserve.p95Ms), 2),
    refused: all.reduce((sum, { refused }) => sum + refused, 0),
    failed: all.reduce((sum, { failed }) => sum + failed, 0),
  };
}

const perSecond = ({ calls, refused, seconds }: GrpcLoadResult): number => (calls - refused) / seconds;

async function send({ inventoryGrpcAddress }: PlatformProcess, what: Pick<GrpcLoad, 'method' | 'token' | 'seconds'>): Promise<GrpcLoadResult> {
  const load: GrpcLoad = {
    ...what, address: inventoryGrpcAddress, connections: CONNECTIONS, callsAtOnce: CALLS_AT_ONCE, firstPair: 0, pairsPerEvent: PAIRS_PER_EVENT, runName: 'grpc',
  };
  return JSON.parse(await runNode(GENERATOR, [JSON.stringify(load)])) as GrpcLoadResult;
}
