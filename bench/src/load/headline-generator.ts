/**
 * The mixed stream of an on-sale at a fixed rate, in an open loop: a request begins at each slot, whatever becomes of those before, and is timed from it.
 * What a slot is used for follows the mix; who uses it are people with a state each, so that every request is one that somebody would make.
 */
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { addressLine, ask, newBuyer, take, type Buyer, type Shop, type Step } from './buyer.ts';
import { ConnectionPool } from './connection-pool.ts';
import type { HttpAnswer, HttpConnection } from './http-connection.ts';
import { PeopleDue } from './people-due.ts';
import { eachSlot } from './slots.ts';
import { Tally, type TallyResult } from './tally.ts';

/** Parts of the stream, which together are 1: people who wait and ask how they stand, who come, who only look, and who buy. */
export interface Mix {
  readonly status: number;
  readonly join: number;
  readonly look: number;
  readonly buy: number;
}

export interface HeadlineLoad {
  readonly baseUrl: string;
  readonly eventId: string;
  readonly sections: number;
  readonly mix: Mix;
  readonly perSecond: number;
  /** Slots before those that count, to warm up. */
  readonly leadInSeconds: number;
  readonly seconds: number;
  /** Who wait before the first slot. */
  readonly peopleBefore: number;
  readonly connections: number;
  readonly tokensFile: string;
  readonly runName: string;
}

export interface HeadlineResult extends TallyResult {
  /** Slots that count. */
  readonly offered: number;
  /** Of them, those that were answered as they should be. */
  readonly good: number;
  /** From the first slot that counts to the last answer. */
  readonly seconds: number;
  readonly bought: number;
  /** Polls by people who were not told to ask yet: as many as the mix has too many. */
  readonly early: number;
}

type Part = keyof Mix;
const PARTS: readonly Part[] = ['buy', 'status', 'join', 'look'];
const JOINING_AT_ONCE = 256;
/** Of those who only look, one in so many looks at the seats of a section; the others at what is left. */
const SEATS_EVERY = 5;
/** What is not answered by then counts as lost. */
const DRAIN_MS = 10_000;
const DRAIN_STEP_MS = 20;
const MS_PER_SECOND = 1_000;

class Stream {
  readonly #load: HeadlineLoad;
  readonly #shop: Shop;
  readonly #pool: ConnectionPool;
  readonly #tokens: readonly string[];
  readonly #tally = new Tally();
  readonly #waiting = new PeopleDue<Buyer>(performance.now());
  readonly #inside = new PeopleDue<Buyer>(performance.now());
  readonly #everyone: Buyer[] = [];
  readonly #used: Record<Part, number> = { status: 0, join: 0, look: 0, buy: 0 };
  #slots = 0;
  #people = 0;
  #reloading = 0;
  #countsFromMs = Number.POSITIVE_INFINITY;
  #lastAnswerMs = 0;
  #good = 0;
  #bought = 0;
  #early = 0;

  constructor(load: HeadlineLoad) {
    this.#load = load;
    this.#shop = { eventId: load.eventId, sectionOf: ({ number }) => `S${number % load.sections}`, runName: load.runName };
    this.#pool = new ConnectionPool(new URL(load.baseUrl), load.connections);
    this.#tokens = readFileSync(load.tokensFile, 'utf8').trim().split('\n');
  }

  async run(): Promise<HeadlineResult> {
    const { perSecond, leadInSeconds, seconds } = this.#load;
    await this.#gather();
    const startedMs = performance.now();
    this.#countsFromMs = startedMs + leadInSeconds * MS_PER_SECOND;
    await eachSlot({ perSecond, startedMs, seconds: leadInSeconds + seconds }, (sinceMs) => this.#pool.run((connection) => this.#use(connection, sinceMs)));
    const deadline = performance.now() + DRAIN_MS;
    while (this.#pool.underWay > 0 && performance.now() < deadline) await sleep(DRAIN_STEP_MS);
    const tookMs = Math.max(seconds * MS_PER_SECOND, this.#lastAnswerMs - this.#countsFromMs);
    const result = this.#tally.result();
    this.#pool.close();
    return { ...result, offered: Math.floor(perSecond * seconds), good: this.#good, seconds: tookMs / MS_PER_SECOND, bought: this.#bought, early: this.#early };
  }

  /** The crowd that is there already, as fast as it is let in. */
  async #gather(): Promise<void> {
    const { peopleBefore } = this.#load;
    const joinOne = (): Promise<void> => new Promise((resolve) => {
      this.#pool.run((connection) => this.#serve(connection, this.#newcomer(), 0).finally(resolve));
    });
    await Promise.all(Array.from({ length: JOINING_AT_ONCE }, async () => {
      while (this.#people < peopleBefore) await joinOne();
    }));
  }

  /** One slot. Its use is chosen when there is a connection for it, by what people would ask for then. */
  #use(connection: HttpConnection, sinceMs: number): Promise<boolean> {
    const nowMs = performance.now();
    this.#slots++;
    for (const part of PARTS.toSorted((one, other) => this.#owed(other) - this.#owed(one))) {
      const begun = this.#begin(part, connection, sinceMs, nowMs);
      if (begun === undefined) continue;
      this.#used[part]++;
      return begun;
    }
    return this.#look(connection, sinceMs);
  }

  /** Slots that a part has had too few. */
  #owed = (part: Part): number => this.#load.mix[part] * this.#slots - this.#used[part];

  #begin(part: Part, connection: HttpConnection, sinceMs: number, nowMs: number): Promise<boolean> | undefined {
    switch (part) {
      case 'look':
        return this.#look(connection, sinceMs);
      case 'join':
        return this.#serve(connection, this.#newcomer(), sinceMs);
      case 'buy': {
        const buyer = this.#inside.takeDue(nowMs);
        return buyer === undefined ? undefined : this.#serve(connection, buyer, sinceMs);
      }
      case 'status': {
        const buyer = this.#waiting.takeDue(nowMs);
        return buyer === undefined ? this.#reload(connection, sinceMs) : this.#serve(connection, buyer, sinceMs);
      }
    }
  }

  /** A visitor; they sign in when they buy. */
  #newcomer(): Buyer {
    const number = this.#people++;
    return newBuyer(number, this.#tokens[number % this.#tokens.length] ?? '', false);
  }

  async #serve(connection: HttpConnection, buyer: Buyer, sinceMs: number): Promise<boolean> {
    const asked = buyer.next;
    const answer = await ask(connection, buyer, this.#shop).catch(() => undefined);
    const nowMs = performance.now();
    const step: Step = answer === undefined ? { kind: 'failed' } : take(buyer, answer);
    if (asked === 'join' && step.kind === 'goes_on') this.#everyone.push(buyer);
    if (step.kind === 'goes_on' || step.kind === 'sent_away') {
      // Whoever has lost their place goes away: others come in their stead.
      if (buyer.next === 'status') this.#waiting.add(buyer, nowMs + step.afterMs);
      else if (buyer.next !== 'join') this.#inside.add(buyer, nowMs + step.afterMs);
    }
    if (step.kind === 'bought') this.#bought++;
    this.#count(asked, step.kind, answer, sinceMs, nowMs);
    return answer !== undefined;
  }

  /** Somebody who waits asks before they were told to; undefined where nobody waits. */
  async #reload(connection: HttpConnection, sinceMs: number): Promise<boolean> {
    const { length } = this.#everyone;
    const buyer = this.#everyone[this.#reloading++ % Math.max(1, length)];
    if (buyer === undefined) return this.#look(connection, sinceMs);
    if (sinceMs >= this.#countsFromMs) this.#early++;
    const answer = await connection.send('GET', `/api/v1/queue/status?token=${buyer.waitingToken}`, addressLine(buyer.number)).catch(() => undefined);
    this.#count('status', answer?.status === 200 ? 'goes_on' : 'failed', answer, sinceMs, performance.now());
    return answer !== undefined;
  }

  async #look(connection: HttpConnection, sinceMs: number): Promise<boolean> {
    const { eventId, sections } = this.#load;
    const number = this.#slots;
    const isSeats = number % SEATS_EVERY === 0;
    const path = isSeats ? `seats?section=S${(number / SEATS_EVERY) % sections}` : 'availability';
    const answer = await connection.send('GET', `/api/v1/events/${eventId}/${path}`, addressLine(number)).catch(() => undefined);
    this.#count(isSeats ? 'seats' : 'availability', answer?.status === 200 ? 'goes_on' : 'failed', answer, sinceMs, performance.now());
    return answer !== undefined;
  }

  #count(asked: string, kind: Step['kind'], answer: HttpAnswer | undefined, sinceMs: number, nowMs: number): void {
    if (sinceMs < this.#countsFromMs) return;
    this.#lastAnswerMs = nowMs;
    if (answer !== undefined) this.#tally.answered(asked, nowMs - sinceMs);
    if (answer?.status === 503 || answer?.status === 429) this.#tally.sentAway();
    else if (kind === 'failed') this.#tally.failed(asked, answer);
    else this.#good++;
  }
}

process.stdout.write(JSON.stringify(await new Stream(JSON.parse(process.argv[2] ?? '{}') as HeadlineLoad).run()));
