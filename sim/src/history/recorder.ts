import type { SeededRandom } from '@traffic-tacos/kernel';
import type { Ends, Operation } from './operation.ts';

/** What a client is told: a hold, or why not. `unknown`: nobody answered, whatever was tried. */
export type HoldAnswer =
  | { readonly kind: 'held'; readonly reservationId: string; readonly objects: readonly string[]; readonly quantity: number; readonly lastsMs: number }
  /** These are taken. */
  | { readonly kind: 'taken'; readonly objects: readonly string[] }
  /** Refused for another reason, which says nothing about places. */
  | { readonly kind: 'refused' }
  | { readonly kind: 'unknown' };

export type GiveAnswer = 'given' | 'refused' | 'unknown';

/** One client of the platform under examination: one user, one request at a time. */
export interface Client {
  readonly name: string;
  hold(wish: { readonly seats: readonly string[] } | { readonly pool: string; readonly quantity: number }, key: string): Promise<HoldAnswer>;
  give(reservationId: string): Promise<GiveAnswer>;
}

export interface Ground {
  readonly seats: readonly string[];
  readonly pools: readonly string[];
}

/** How far two clocks may disagree about the end of a hold. */
const SLACK_MS = 2_000;
/** A client with so many holds gives one back first. */
const MOST_HOLDS = 3;

interface OwnHold {
  readonly reservationId: string;
  readonly objects: readonly string[];
}

/** Lets clients compete for the same few places, and writes down what each asked and was told, and when. */
export class Recorder {
  readonly operations: Operation[] = [];
  readonly #now: () => number;

  /** `now` is the clients' clock, in ms. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** One client's part: so many requests, one after the other, and what it holds at the end goes back. */
  async play(client: Client, ground: Ground, requests: number, random: SeededRandom): Promise<void> {
    const own: OwnHold[] = [];
    for (let i = 0; i < requests; i++) {
      const wantsToGive = own.length >= MOST_HOLDS || (own.length > 0 && random.below(3) === 0);
      if (wantsToGive) await this.#give(client, own.splice(random.below(own.length), 1)[0]);
      else await this.#hold(client, ground, random, `${client.name}-${i}`, own);
    }
    for (const hold of own) await this.#give(client, hold);
  }

  async #hold(client: Client, { seats, pools }: Ground, random: SeededRandom, key: string, own: OwnHold[]): Promise<void> {
    const pool = pools.length > 0 && random.below(3) === 0 ? pools[random.below(pools.length)] : undefined;
    const first = random.below(Math.max(1, seats.length - 1));
    const named = seats.slice(first, first + 1 + random.below(2));
    const wish = pool === undefined || named.length === 0 ? { seats: named } : { pool, quantity: 1 + random.below(3) };
    const startMs = this.#now();
    const answer = await client.hold(wish, key);
    const endMs = this.#now();
    const write = (object: string, effect: Operation['effect'], isSure = true): void => this.#write(client, object, startMs, endMs, effect, isSure);
    switch (answer.kind) {
      case 'held': {
        const ends: Ends = { fromMs: startMs + answer.lastsMs - SLACK_MS, toMs: endMs + answer.lastsMs + SLACK_MS };
        for (const object of answer.objects) write(object, { kind: 'take', holder: answer.reservationId, quantity: answer.quantity, ends });
        own.push(answer);
        return;
      }
      case 'taken':
        for (const object of answer.objects) write(object, { kind: 'refused', quantity: 'quantity' in wish ? wish.quantity : 1 });
        return;
      case 'unknown': {
        // It may have been granted, now or later, for as long as holds last.
        const ends: Ends = { fromMs: startMs, toMs: Number.POSITIVE_INFINITY };
        const objects = 'pool' in wish ? [wish.pool] : wish.seats;
        const quantity = 'quantity' in wish ? wish.quantity : 1;
        for (const object of objects) this.#write(client, object, startMs, Number.POSITIVE_INFINITY, { kind: 'take', holder: key, quantity, ends }, false);
        return;
      }
      case 'refused':
        return;
    }
  }

  async #give(client: Client, hold: OwnHold | undefined): Promise<void> {
    if (hold === undefined) return;
    const startMs = this.#now();
    const answer = await client.give(hold.reservationId);
    const endMs = answer === 'unknown' ? Number.POSITIVE_INFINITY : this.#now();
    if (answer === 'refused') return;
    for (const object of hold.objects) this.#write(client, object, startMs, endMs, { kind: 'give', holder: hold.reservationId }, answer === 'given');
  }

  #write({ name }: Client, object: string, startMs: number, endMs: number, effect: Operation['effect'], isSure: boolean): void {
    this.operations.push({ id: this.operations.length, client: name, object, startMs, endMs, effect, isSure });
  }
}
