/**
 * Everybody who wants to buy, from their arrival until they have tickets or are told that there are none left. Each asks when the platform told them to,
 * and is timed from that instant (an open loop: nobody waits for the answers of others). They share connections as behind a load balancer.
 */
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { ask, newBuyer, take, type Buyer, type Shop } from './buyer.ts';
import { ConnectionPool } from './connection-pool.ts';
import type { HttpConnection } from './http-connection.ts';
import { PeopleDue } from './people-due.ts';
import { Tally, type TallyResult } from './tally.ts';

export interface OnsaleLoad {
  readonly baseUrl: string;
  readonly eventId: string;
  readonly users: number;
  /** The number of the first of them: whoever comes in another run has other tokens, addresses and keys. */
  readonly firstUser: number;
  /** They arrive at even distances over so long. */
  readonly arriveWithinMs: number;
  readonly connections: number;
  /** Whoever is not done by then is stuck. */
  readonly endsAfterMs: number;
  /** One for each user, from the first number on: each has an account. */
  readonly tokensFile: string;
}

export interface OnsaleResult extends TallyResult {
  readonly bought: number;
  /** Told that all is sold, or that there is not enough left for them. */
  readonly told: number;
  /** Neither, when the time was over. */
  readonly stuck: number;
  readonly seconds: number;
}

const STEP_MS = 2;

class Onsale {
  readonly #load: OnsaleLoad;
  readonly #shop: Shop;
  readonly #pool: ConnectionPool;
  readonly #tally = new Tally();
  readonly #startedMs = performance.now();
  readonly #due = new PeopleDue<Buyer>(this.#startedMs);
  readonly #dueAtMs: Float64Array;
  #bought = 0;
  #told = 0;

  constructor(load: OnsaleLoad) {
    this.#load = load;
    this.#shop = { eventId: load.eventId, sectionOf: () => '', runName: 'onsale' };
    this.#pool = new ConnectionPool(new URL(load.baseUrl), load.connections);
    this.#dueAtMs = new Float64Array(load.users);
    const tokens = readFileSync(load.tokensFile, 'utf8').trim().split('\n');
    for (let arrived = 0; arrived < load.users; arrived++) {
      const number = load.firstUser + arrived;
      this.#comesBack(newBuyer(number, tokens[number] ?? '', true), this.#startedMs + (arrived * load.arriveWithinMs) / load.users);
    }
  }

  async run(): Promise<OnsaleResult> {
    const endMs = this.#startedMs + this.#load.endsAfterMs;
    while (this.#bought + this.#told < this.#load.users && performance.now() < endMs) {
      for (let buyer = this.#due.takeDue(performance.now()); buyer !== undefined; buyer = this.#due.takeDue(performance.now())) this.#begin(buyer);
      await sleep(STEP_MS);
    }
    this.#pool.close();
    const [bought, told] = [this.#bought, this.#told];
    return { ...this.#tally.result(), bought, told, stuck: this.#load.users - bought - told, seconds: (performance.now() - this.#startedMs) / 1_000 };
  }

  #begin(buyer: Buyer): void {
    this.#pool.run((connection) => this.#serve(connection, buyer));
  }

  async #serve(connection: HttpConnection, buyer: Buyer): Promise<boolean> {
    const asked = buyer.next;
    try {
      const answer = await ask(connection, buyer, this.#shop);
      const nowMs = performance.now();
      this.#tally.answered(asked, nowMs - (this.#dueAtMs[buyer.number - this.#load.firstUser] ?? nowMs));
      const step = take(buyer, answer);
      if (step.kind === 'bought') this.#bought++;
      else if (step.kind === 'told') this.#told++;
      else if (step.kind === 'failed') this.#tally.failed(asked, answer);
      else {
        if (step.kind === 'sent_away') this.#tally.sentAway();
        this.#comesBack(buyer, nowMs + step.afterMs);
      }
      return true;
    } catch {
      // The connection is gone. Whoever had it asks again, as people's clients do.
      this.#tally.failed(asked, undefined);
      this.#comesBack(buyer, performance.now());
      return false;
    }
  }

  #comesBack(buyer: Buyer, atMs: number): void {
    this.#dueAtMs[buyer.number - this.#load.firstUser] = atMs;
    this.#due.add(buyer, atMs);
  }
}

process.stdout.write(JSON.stringify(await new Onsale(JSON.parse(process.argv[2] ?? '{}') as OnsaleLoad).run()));
