/**
 * Buys, over and over: hold, begin the payment, confirm it, read the order with its tickets. Without a rate every connection buys as fast as it
 * is answered (closed loop). With one, purchases begin at even distances whatever becomes of those before, and each is timed from the
 * instant at which it should have begun (open loop).
 */
import { readFileSync } from 'node:fs';
import { textIn } from './answer-fields.ts';
import { ConnectionPool } from './connection-pool.ts';
import { HttpConnection, type HttpAnswer } from './http-connection.ts';
import { eachSlot } from './slots.ts';

export interface LifecycleLoad {
  readonly baseUrl: string;
  readonly connections: number;
  readonly seconds: number;
  /** Purchases a second; undefined for the closed loop. */
  readonly perSecond?: number;
  readonly tokensFile: string;
  /** Places in the pool of `evt_bench_pool` are taken one by one, so that only the key has to differ. */
  readonly runName: string;
}

export interface LifecycleResult {
  readonly orders: number;
  /** Purchases that ended at some other answer than the one that buys. */
  readonly refused: number;
  readonly failed: number;
  readonly seconds: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
  readonly firstRefusal: string;
}

const PLACES = 2;
const PRICE = 1000;

class Buying {
  readonly #load: LifecycleLoad;
  readonly #tokens: readonly string[];
  readonly #latenciesMs: number[] = [];
  #number = 0;
  #refused = 0;
  #failed = 0;
  #firstRefusal = '';

  constructor(load: LifecycleLoad) {
    this.#load = load;
    this.#tokens = readFileSync(load.tokensFile, 'utf8').trim().split('\n');
  }

  /** One purchase from its beginning to its tickets, timed from `sinceMs`. False where the connection is gone. */
  async buy(connection: HttpConnection, sinceMs: number): Promise<boolean> {
    const number = this.#number++;
    const headers = (key: string): string =>
      `authorization: Bearer ${this.#tokens[number % this.#tokens.length] ?? ''}\r\nx-forwarded-for: 10.${number % 7}.${number % 250}.${(number % 199) + 1}\r\nidempotency-key: ${this.#load.runName}-${number}-${key}\r\n`;
    try {
      const bought = await this.#chain(connection, headers);
      if (bought) this.#latenciesMs.push(performance.now() - sinceMs);
      else this.#refused++;
      return true;
    } catch {
      // The connection is gone, and what became of the purchase is not known: it counts as failed.
      this.#failed++;
      return false;
    }
  }

  result(seconds: number): LifecycleResult {
    const sorted = this.#latenciesMs.toSorted((a, b) => a - b);
    const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
    return {
      orders: sorted.length, refused: this.#refused, failed: this.#failed, seconds, p50Ms: at(0.5), p95Ms: at(0.95), p99Ms: at(0.99), firstRefusal: this.#firstRefusal,
    };
  }

  async #chain(connection: HttpConnection, headers: (key: string) => string): Promise<boolean> {
    const hold = await connection.send('POST', '/api/v1/reservations', headers('h'), `{"event_id":"evt_bench_pool","section":"P","quantity":${PLACES}}`);
    if (hold.status !== 201) return this.#refuse(hold);
    const reservationId = textIn(hold, 'reservation_id');
    const wish = `{"reservation_id":"${reservationId}","amount":${PLACES * PRICE},"currency":"KRW"}`;
    const intent = await connection.send('POST', '/api/v1/payments/intent', headers('p'), wish);
    if (intent.status !== 201) return this.#refuse(intent);
    const confirmed = await connection.send('POST', `/api/v1/reservations/${reservationId}/confirm`, headers('c'), `{"payment_intent_id":"${textIn(intent, 'payment_intent_id')}"}`);
    if (confirmed.status !== 200) return this.#refuse(confirmed);
    const order = await connection.send('GET', `/api/v1/orders/${textIn(confirmed, 'order_id')}`, headers('o'));
    return order.status === 200 && order.body.includes('"status":"VALID"') ? true : this.#refuse(order);
  }

  #refuse({ status, body }: HttpAnswer): false {
    if (this.#firstRefusal === '') this.#firstRefusal = `${status} ${body.slice(0, 300)}`;
    return false;
  }
}

async function run(load: LifecycleLoad): Promise<LifecycleResult> {
  const buying = new Buying(load);
  const baseUrl = new URL(load.baseUrl);
  const { perSecond } = load;
  const startedMs = performance.now();
  if (perSecond === undefined) await closedLoop(buying, baseUrl, load);
  else await openLoop(buying, baseUrl, { ...load, perSecond });
  return buying.result((performance.now() - startedMs) / 1000);
}

async function closedLoop(buying: Buying, baseUrl: URL, { connections, seconds }: LifecycleLoad): Promise<void> {
  const opened = Array.from({ length: connections }, () => new HttpConnection(baseUrl));
  const endMs = performance.now() + seconds * 1000;
  await Promise.all(
    opened.map(async (connection) => {
      while (performance.now() < endMs && (await buying.buy(connection, performance.now())));
    }),
  );
  for (const connection of opened) connection.end();
}

/** Who finds no connection free waits for one, and the wait counts. */
async function openLoop(buying: Buying, baseUrl: URL, { perSecond, connections, seconds }: LifecycleLoad & { readonly perSecond: number }): Promise<void> {
  const pool = new ConnectionPool(baseUrl, connections);
  await eachSlot({ perSecond, startedMs: performance.now(), seconds }, (sinceMs) => pool.run((connection) => buying.buy(connection, sinceMs)));
  await pool.idle();
  pool.close();
}

process.stdout.write(`${JSON.stringify(await run(JSON.parse(process.argv[2] ?? '{}') as LifecycleLoad))}\n`);
