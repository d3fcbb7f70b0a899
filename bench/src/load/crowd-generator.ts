/**
 * A crowd of people with a connection each, who hold seats, one hold after the other. Who is sent away comes back when the answer says so and asks
 * for the same again, as people's clients should; nobody is told anything else.
 */
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { HttpConnection, type HttpAnswer } from './http-connection.ts';

export interface CrowdLoad {
  readonly baseUrl: string;
  readonly people: number;
  readonly seconds: number;
  readonly tokensFile: string;
  /** The first pair of seats to ask for; a run takes the ones after it. */
  readonly firstPair: number;
  readonly pairsPerEvent: number;
  /** Differs for each run against one platform, so that keys do. */
  readonly runName: string;
}

export interface CrowdResult {
  readonly held: number;
  /** Times that somebody was sent away. */
  readonly shed: number;
  /** Other answers, and connections that were lost. */
  readonly failed: number;
  readonly seconds: number;
  /** Of the holds, without the times that people were sent away before. */
  readonly p99Ms: number;
}

const MS_PER_SECOND = 1_000;
/** Only the first of them are kept: enough for a percentile. */
const MOST_LATENCIES = 2_000_000;

class Crowd {
  readonly #load: CrowdLoad;
  readonly #tokens: readonly string[];
  readonly #latenciesMs: number[] = [];
  readonly #endMs: number;
  #pair: number;
  #held = 0;
  #shed = 0;
  #failed = 0;

  constructor(load: CrowdLoad, endMs: number) {
    this.#load = load;
    this.#endMs = endMs;
    this.#pair = load.firstPair;
    this.#tokens = readFileSync(load.tokensFile, 'utf8').trim().split('\n');
  }

  async person(connection: HttpConnection): Promise<void> {
    try {
      while (performance.now() < this.#endMs) await this.#hold(connection, this.#pair++);
    } catch {
      // The connection is gone, and with it whoever had it.
      this.#failed++;
    } finally {
      connection.end();
    }
  }

  result(seconds: number): CrowdResult {
    const sorted = this.#latenciesMs.toSorted((a, b) => a - b);
    return { held: this.#held, shed: this.#shed, failed: this.#failed, seconds, p99Ms: sorted[Math.floor(sorted.length * 0.99)] ?? Number.NaN };
  }

  async #hold(connection: HttpConnection, pair: number): Promise<void> {
    for (;;) {
      const startedMs = performance.now();
      const { status, retryAfterSeconds } = await this.#send(connection, pair);
      // What ends later is not of this run.
      if (performance.now() >= this.#endMs) return;
      if (status === 201) {
        this.#held++;
        if (this.#latenciesMs.length < MOST_LATENCIES) this.#latenciesMs.push(performance.now() - startedMs);
        return;
      }
      if (status !== 503) return void this.#failed++;
      this.#shed++;
      await sleep(Math.min((retryAfterSeconds ?? 1) * MS_PER_SECOND, Math.max(0, this.#endMs - performance.now())));
    }
  }

  #send(connection: HttpConnection, pair: number): Promise<HttpAnswer> {
    const { pairsPerEvent, runName } = this.#load;
    const seat = (pair % pairsPerEvent) * 2 + 1;
    const event = Math.floor(pair / pairsPerEvent);
    const headers = `authorization: Bearer ${this.#tokens[pair % this.#tokens.length] ?? ''}\r\nidempotency-key: ${runName}-${pair}\r\n`;
    return connection.send('POST', '/v1/reservations', headers, `{"event_id":"evt_bench_${event}","seat_ids":["S-1-${seat}","S-1-${seat + 1}"],"quantity":2}`);
  }
}

async function run(load: CrowdLoad): Promise<CrowdResult> {
  const baseUrl = new URL(load.baseUrl);
  const connections = Array.from({ length: load.people }, () => new HttpConnection(baseUrl));
  const startedMs = performance.now();
  const crowd = new Crowd(load, startedMs + load.seconds * MS_PER_SECOND);
  await Promise.all(connections.map((connection) => crowd.person(connection)));
  return crowd.result(load.seconds);
}

process.stdout.write(JSON.stringify(await run(JSON.parse(process.argv[2] ?? '{}') as CrowdLoad)));
