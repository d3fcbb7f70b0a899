import type { SeededRandom } from '@traffic-tacos/kernel';
import type { ChangeAnswer, Client, Wish } from './client.ts';
import type { Effect, Ends, Operation, Seen } from './operation.ts';

/** What clients compete for. */
export interface Ground {
  readonly seats: readonly string[];
  readonly pools: readonly string[];
  /** Of one place of a seat or pool, in the currency's minor unit. */
  priceOf(object: string): number;
  capacityOf(object: string): number;
}

/** How far two clocks may disagree about the end of a hold. */
const SLACK_MS = 2_000;
/** How old the public figures may be. */
const STALE_MS = 1_000;
/** A client with so many holds gives one back first. */
const MOST_HOLDS = 3;
const EXTENSION_SECONDS = 10;
const LATER = Number.POSITIVE_INFINITY;

interface Own {
  readonly reservationId: string;
  readonly objects: readonly string[];
  readonly quantity: number;
  isExtended: boolean;
}

/** Lets clients compete for the same few places, and writes down what each asked and was told, and when. */
export class Recorder {
  readonly operations: Operation[] = [];
  readonly #now: () => number;
  readonly #ground: Ground;
  /** Places that may still be bought: whatever is sold is out of the game. */
  #toSell: number;

  /** `now` is the clients' clock, in ms. */
  constructor(now: () => number, ground: Ground) {
    this.#now = now;
    this.#ground = ground;
    const places = [...ground.seats, ...ground.pools].reduce((sum, object) => sum + ground.capacityOf(object), 0);
    this.#toSell = Math.floor(places / 3);
  }

  /** One client's part: one request after the other while it may go on, and what it holds at the end goes back. */
  async play(client: Client, random: SeededRandom, mayGoOn: (asked: number) => boolean): Promise<void> {
    const player: Player = { client, random, own: [], past: [], asked: 0 };
    for (; mayGoOn(player.asked); player.asked++) await this.#step(player);
    for (const own of player.own.splice(0)) await this.#give(player, own);
  }

  async #step(player: Player): Promise<void> {
    const { random, own, past } = player;
    const draw = random.below(16);
    if (draw === 0) return this.#left(player);
    if (draw === 1 && past.length > 0) return this.#look(player, past[random.below(past.length)]);
    const one = own[random.below(Math.max(1, own.length))];
    if (one === undefined || (draw > 7 && own.length < MOST_HOLDS)) return this.#hold(player);
    if (draw < 4) return this.#look(player, one);
    if (draw === 4) return this.#extend(player, one);
    own.splice(own.indexOf(one), 1);
    if (draw === 5 && this.#toSell >= one.quantity * one.objects.length) return this.#buy(player, one);
    return this.#give(player, one);
  }

  async #hold({ client, random, own, asked }: Player): Promise<void> {
    const wish = this.#wish(random);
    const key = `${client.name}-${asked}`;
    const [objects, quantity] = 'pool' in wish ? [[wish.pool], wish.quantity] : [wish.seats, 1];
    const startMs = this.#now();
    const answer = await client.hold(wish, key);
    const span = { client: client.name, startMs, endMs: this.#now() };
    switch (answer.kind) {
      case 'held':
        own.push({ reservationId: answer.reservationId, objects: answer.objects, quantity: answer.quantity, isExtended: false });
        return this.#write(span, answer.objects, { kind: 'take', holder: answer.reservationId, quantity: answer.quantity, ends: endsOf(span, answer.lastsMs) });
      case 'taken':
        return this.#write(span, answer.objects, { kind: 'refused', quantity });
      case 'unknown':
        // It may have been granted, now or later, for as long as holds last.
        return this.#write({ ...span, endMs: LATER }, objects, { kind: 'take', holder: key, quantity, ends: { fromMs: startMs, toMs: LATER } }, false);
      case 'refused':
        return;
    }
  }

  #wish(random: SeededRandom): Wish {
    const { seats, pools } = this.#ground;
    const pool = pools.length > 0 && random.below(3) === 0 ? pools[random.below(pools.length)] : undefined;
    const first = random.below(Math.max(1, seats.length - 1));
    const named = seats.slice(first, first + 1 + random.below(2));
    const [any = ''] = pools;
    return pool === undefined && named.length > 0 ? { seats: named } : { pool: pool ?? any, quantity: 1 + random.below(3) };
  }

  async #give({ client, past }: Player, one: Own): Promise<void> {
    const startMs = this.#now();
    const answer = await client.give(one.reservationId);
    this.#change({ client: client.name, startMs, endMs: this.#now() }, one, answer, { kind: 'give', holder: one.reservationId });
    past.push(one);
  }

  async #extend({ client }: Player, one: Own): Promise<void> {
    if (one.isExtended) return;
    one.isExtended = true;
    const startMs = this.#now();
    const answer = await client.extend(one.reservationId, EXTENSION_SECONDS);
    const span = { client: client.name, startMs, endMs: this.#now() };
    const ends = answer.kind === 'done' && answer.lastsMs !== undefined ? endsOf(span, answer.lastsMs) : { fromMs: startMs, toMs: LATER };
    this.#change(span, one, answer, { kind: 'extend', holder: one.reservationId, ends });
  }

  /** The payment alone may turn the hold into an order, from the moment at which it is begun; the answer to the confirm says by when. */
  async #buy({ client, past, asked }: Player, one: Own): Promise<void> {
    const { reservationId, objects, quantity } = one;
    this.#toSell -= quantity * objects.length;
    past.push(one);
    const sell: Effect = { kind: 'sell', holder: reservationId, quantity };
    const startMs = this.#now();
    const amount = objects.reduce((sum, object) => sum + quantity * this.#ground.priceOf(object), 0);
    const { intentId, isSure } = await client.pay(reservationId, amount, `${client.name}-pay-${asked}`);
    if (intentId === undefined) {
      if (!isSure) this.#write({ client: client.name, startMs, endMs: LATER }, objects, sell, false);
      return;
    }
    const confirmedMs = this.#now();
    const answer = await client.confirm(reservationId, intentId);
    const endMs = this.#now();
    if (answer.kind === 'refused') {
      this.#write({ client: client.name, startMs, endMs: LATER }, objects, sell, false);
      this.#change({ client: client.name, startMs: confirmedMs, endMs }, one, answer, sell);
    } else this.#change({ client: client.name, startMs, endMs }, one, answer, sell);
  }

  async #look({ client }: Player, one: Own | undefined): Promise<void> {
    if (one === undefined) return;
    const startMs = this.#now();
    const seen = await client.look(one.reservationId);
    if (seen !== undefined) this.#saw({ client: client.name, startMs, endMs: this.#now() }, one, seen);
  }

  async #left({ client }: Player): Promise<void> {
    const startMs = this.#now();
    const left = await client.left();
    const span = { client: client.name, startMs: startMs - STALE_MS, endMs: this.#now() };
    for (const object of [...this.#ground.seats, ...this.#ground.pools]) {
      const places = left?.get(object);
      if (places !== undefined) this.#write(span, [object], { kind: 'left', places });
    }
  }

  /** A change that was refused says what has become of the reservation; one without an answer has happened, or has not, or will. */
  #change(span: Span, one: Own, answer: ChangeAnswer, effect: Effect): void {
    if (answer.kind === 'done') return this.#write(span, one.objects, effect);
    if (answer.kind === 'unknown') return this.#write({ ...span, endMs: LATER }, one.objects, effect, false);
    if (answer.as !== undefined) this.#saw(span, one, answer.as);
  }

  #saw(span: Span, { reservationId, objects }: Own, as: Seen): void {
    this.#write(span, objects, { kind: 'saw', holder: reservationId, as });
  }

  #write({ client, startMs, endMs }: Span, objects: readonly string[], effect: Effect, isSure = true): void {
    for (const object of objects) this.operations.push({ id: this.operations.length, client, object, startMs, endMs, effect, isSure });
  }
}

interface Player {
  readonly client: Client;
  readonly random: SeededRandom;
  readonly own: Own[];
  /** What it has given back or bought. */
  readonly past: Own[];
  asked: number;
}

interface Span {
  readonly client: string;
  readonly startMs: number;
  readonly endMs: number;
}

const endsOf = ({ startMs, endMs }: Span, lastsMs: number): Ends => ({ fromMs: startMs + lastsMs - SLACK_MS, toMs: endMs + lastsMs + SLACK_MS });
