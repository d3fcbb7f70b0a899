import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import autocannon from 'autocannon';
import type { LoadResult } from './load-result.ts';

const run = promisify(execFile);
const SCRIPT = new URL('./queue.lua', import.meta.url).pathname;

export interface QueueLoad {
  readonly baseUrl: string;
  readonly connections: number;
  readonly seconds: number;
  /** Joins an event, or asks how the places of a file of waiting tokens stand. */
  readonly asks: { readonly kind: 'join'; readonly eventId: string } | { readonly kind: 'status'; readonly tokensFile: string };
}

/** Joins or asks as fast as it is answered (closed loop). */
export async function sendToQueue(generator: 'wrk' | 'autocannon', load: QueueLoad): Promise<LoadResult> {
  return generator === 'wrk' ? sendByWrk(load) : sendByAutocannon(load);
}

async function sendByWrk({ baseUrl, connections, seconds, asks }: QueueLoad): Promise<LoadResult> {
  const { stdout } = await run('wrk', [
    '-t1', `-c${connections}`, `-d${seconds}s`, '--timeout', '10s', '-s', SCRIPT, `${baseUrl}/`, '--', asks.kind, asks.kind === 'join' ? asks.eventId : asks.tokensFile,
  ]);
  return JSON.parse(stdout.split('\n').find((line) => line.startsWith('{')) ?? '{}');
}

async function sendByAutocannon({ baseUrl, connections, seconds, asks }: QueueLoad): Promise<LoadResult> {
  const tokens = asks.kind === 'join' ? [] : (await readFile(asks.tokensFile, 'utf8')).trim().split('\n');
  let count = 0;
  const setupRequest = (request: autocannon.Request): autocannon.Request => {
    count++;
    const headers = { 'x-forwarded-for': `10.${count % 97}.${count % 250}.${(count % 199) + 1}` };
    if (asks.kind === 'status') return { ...request, method: 'GET', path: `/api/v1/queue/status?token=${tokens[count % tokens.length] ?? ''}`, headers };
    return { ...request, method: 'POST', path: '/api/v1/queue/join', headers: { ...headers, 'content-type': 'application/json' }, body: `{"event_id":"${asks.eventId}"}` };
  };
  const result = await autocannon({ url: baseUrl, connections, duration: seconds, requests: [{ setupRequest }] });
  return {
    requests: result.requests.total, refused: result.non2xx, failed: result.errors + result.timeouts, seconds: result.duration,
    p50Ms: result.latency.p50, p99Ms: result.latency.p99,
  };
}
