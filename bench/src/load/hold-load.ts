import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import autocannon from 'autocannon';
import type { LoadResult } from './load-result.ts';

const run = promisify(execFile);
const SCRIPT = new URL('./holds.lua', import.meta.url).pathname;

export interface HoldLoad {
  readonly baseUrl: string;
  readonly connections: number;
  readonly seconds: number;
  readonly tokensFile: string;
  /** The first pair of seats to ask for; a run takes the ones after it. */
  readonly firstPair: number;
  readonly pairsPerEvent: number;
  /** Differs for each run against one platform, so that keys do. */
  readonly runName: string;
}

/** The generator that is used for every side of a comparison: wrk where it is installed, else autocannon. */
export async function findGenerator(): Promise<'wrk' | 'autocannon'> {
  try {
    await run('wrk', ['--version']);
  } catch (error) {
    // wrk answers its version with exit code 1; only a missing program is a reason for the other one.
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return 'autocannon';
  }
  return 'wrk';
}

/** Sends holds as fast as they are answered (closed loop) over the given number of connections. */
export async function sendHolds(generator: 'wrk' | 'autocannon', load: HoldLoad): Promise<LoadResult> {
  return generator === 'wrk' ? sendByWrk(load) : sendByAutocannon(load);
}

async function sendByWrk(load: HoldLoad): Promise<LoadResult> {
  const scriptArguments = [load.tokensFile, String(load.firstPair), String(load.pairsPerEvent), load.runName, '1'];
  const { stdout } = await run('wrk', [
    '-t1', `-c${load.connections}`, `-d${load.seconds}s`, '--timeout', '10s', '-s', SCRIPT, `${load.baseUrl}/v1/reservations`, '--', ...scriptArguments,
  ]);
  const report = stdout.split('\n').find((line) => line.startsWith('{')) ?? '{}';
  return JSON.parse(report);
}

async function sendByAutocannon(load: HoldLoad): Promise<LoadResult> {
  const tokens = (await readFile(load.tokensFile, 'utf8')).trim().split('\n');
  let pair = load.firstPair;
  const result = await autocannon({
    url: `${load.baseUrl}/v1/reservations`,
    connections: load.connections,
    duration: load.seconds,
    requests: [
      {
        method: 'POST',
        setupRequest: (request) => {
          pair++;
          const seat = (pair % load.pairsPerEvent) * 2 + 1;
          const event = Math.floor(pair / load.pairsPerEvent);
          return {
            ...request,
            headers: {
              'content-type': 'application/json',
              authorization: `Bearer ${tokens[pair % tokens.length] ?? ''}`,
              'idempotency-key': `${load.runName}-${pair}`,
              'x-forwarded-for': `10.0.${pair % 250}.${(pair % 199) + 1}`,
            },
            body: `{"event_id":"evt_bench_${event}","seat_ids":["S-1-${seat}","S-1-${seat + 1}"],"quantity":2}`,
          };
        },
      },
    ],
  });
  return {
    requests: result.requests.total, refused: result.non2xx, failed: result.errors + result.timeouts, seconds: result.duration,
    p50Ms: result.latency.p50, p99Ms: result.latency.p99,
  };
}
