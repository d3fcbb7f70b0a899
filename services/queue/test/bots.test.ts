import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { test } from 'node:test';
import { DEFAULT_LIMITS, present, SeededRandom } from '@traffic-tacos/kernel';
import { createProtection } from '@traffic-tacos/kit';
import type { JoinAnswer } from '@traffic-tacos/queue';
import { EVENT, queueWorld, TICK_MS, type QueueWorld } from './queue-world.ts';

/** Of each fifty requests to join, one is a person's. */
const BOT_REQUESTS_PER_PERSON = 49;
const PEOPLE = 200;
const PEOPLE_PER_TICK = 5;
const LET_IN_PER_SECOND = 5;
const BITS = 4;
/** How long a machine works on a challenge of `BITS` bits, whether it is a person's or a bot's. */
const SOLVE_MS = 1_000;
const BOT_ACCOUNTS = 8;
const WAITS_AT_MOST = 1.1;
/** Whoever still waits then has waited so long at least. */
const ENDS_AFTER_MS = 90_000;

type Work = NonNullable<ReturnType<ReturnType<typeof createProtection>['serverOf']>['work']>;

const newWork = (seed: number): Work =>
  present(createProtection({ trustedProxies: [], challengeBits: BITS }, { limits: DEFAULT_LIMITS, random: new SeededRandom(seed) }).serverOf('gateway').work, 'bits were given');

/** What keeps strangers from taking any number of places. */
interface Defence {
  readonly demandsAccount: boolean;
  /** Stands before every join of a stranger; undefined where no work is demanded. */
  readonly work?: Pick<Work, 'check'>;
}

interface Person {
  readonly name: string;
  readonly arrivedAtMs: number;
}

/** Somebody with a place, who polls when they are told to, and claims their turn. */
interface Place {
  readonly waitingToken: string;
  readonly person: Person | undefined;
  pollAtMs: number;
}

/** A sale with people, and bots if there are any, in the time of a clock that stands still in between. */
class Sale {
  readonly #world: QueueWorld = queueWorld();
  readonly #defence: Defence;
  readonly #bots: Bots | undefined;
  readonly #solving: { readonly person: Person; readonly solution: string; readonly atMs: number }[] = [];
  #places: Place[] = [];
  readonly waitsMs: number[] = [];
  botPlaces = 0;

  constructor(defence: Defence, hasBots: boolean) {
    this.#defence = defence;
    Object.assign(this.#world.settings, { perSecond: LET_IN_PER_SECOND, maxActive: 1_000_000 });
    this.#world.sale.demandsAccount = defence.demandsAccount;
    if (hasBots) this.#bots = new Bots(defence, this.#world.clock.nowMs());
  }

  async run(): Promise<this> {
    const { clock, store } = this.#world;
    const endsAtMs = clock.nowMs() + ENDS_AFTER_MS;
    for (let arrived = 0; this.waitsMs.length < PEOPLE && clock.nowMs() < endsAtMs; ) {
      clock.advance(TICK_MS);
      for (let number = 0; number < PEOPLE_PER_TICK && arrived < PEOPLE; number++) {
        for (let asked = 0; asked < BOT_REQUESTS_PER_PERSON; asked++) await this.#botAsks();
        await this.#arrives({ name: `person-${arrived++}`, arrivedAtMs: clock.nowMs() });
      }
      for (const { person, solution } of this.#solvedBy(clock.nowMs())) await this.#joins(person, solution);
      for (const place of this.#places) if (place.pollAtMs <= clock.nowMs()) await this.#polls(place);
      this.#places = this.#places.filter(({ pollAtMs }) => pollAtMs !== Number.POSITIVE_INFINITY);
      await store.tick();
    }
    for (const { person } of [...this.#places, ...this.#solving]) if (person !== undefined) this.waitsMs.push(clock.nowMs() - person.arrivedAtMs);
    return this;
  }

  /** Whoever must work for a place goes and does; the answer of the first request says how much. */
  async #arrives(person: Person): Promise<void> {
    const { work } = this.#defence;
    const challenge = work?.check(undefined, this.#world.clock.nowMs())?.headers?.['X-Challenge'];
    if (challenge === undefined) await this.#joins(person);
    else this.#solving.push({ person, solution: solve(challenge), atMs: this.#world.clock.nowMs() + solveMsOf(challenge) });
  }

  #solvedBy(nowMs: number) {
    const solved = this.#solving.filter(({ atMs }) => atMs <= nowMs);
    for (const one of solved) this.#solving.splice(this.#solving.indexOf(one), 1);
    return solved;
  }

  async #joins(person: Person, solution?: string): Promise<void> {
    const answer = await this.#join(this.#defence.demandsAccount ? person.name : undefined, solution);
    assert.equal(answer?.kind, 'joined', `${person.name} was turned away`);
    this.#placed(answer, person);
  }

  async #botAsks(): Promise<void> {
    const ask = this.#bots?.next(this.#world.clock.nowMs());
    if (ask === undefined) return;
    const answer = await this.#join(ask.account, ask.solution);
    if (answer?.kind !== 'joined' || !answer.isNew) return;
    this.botPlaces++;
    this.#placed(answer);
  }

  /** As the route does: work is asked of who is not signed in, and then the room decides. */
  async #join(userId: string | undefined, solution?: string): Promise<JoinAnswer | undefined> {
    const { service, clock } = this.#world;
    if (userId === undefined && this.#defence.work?.check(solution, clock.nowMs()) !== undefined) return undefined;
    return service.join({ eventId: EVENT, userId, roles: [], label: undefined });
  }

  #placed(answer: JoinAnswer | undefined, person?: Person): void {
    if (answer?.kind === 'joined') this.#places.push({ waitingToken: answer.waitingToken, person, pollAtMs: this.#world.clock.nowMs() + answer.reading.pollAfterMs });
  }

  async #polls(place: Place): Promise<void> {
    const { service, clock } = this.#world;
    const reading = await service.status(place.waitingToken);
    place.pollAtMs = clock.nowMs() + (reading?.pollAfterMs ?? 0);
    if (reading?.status !== 'ready') return;
    await service.enter({ waitingToken: place.waitingToken, userId: this.#defence.demandsAccount ? place.person?.name : undefined });
    place.pollAtMs = Number.POSITIVE_INFINITY;
    if (place.person !== undefined) this.waitsMs.push(clock.nowMs() - place.person.arrivedAtMs);
  }
}

/** Bots try everything in turn: nothing at all, a few accounts over and over, one solution over and over, a challenge of their own, and one machine that works as hard as people's do. */
class Bots {
  readonly #defence: Defence;
  readonly #forger = newWork(99);
  #replayed: string | undefined;
  #asked = 0;
  #solution: string | undefined;
  #solvedAtMs: number;

  constructor(defence: Defence, nowMs: number) {
    this.#defence = defence;
    this.#solvedAtMs = nowMs;
  }

  next(nowMs: number): { readonly account?: string; readonly solution?: string } {
    const solved = this.#solvedBy(nowMs);
    if (solved !== undefined) return { solution: solved };
    switch (this.#asked++ % 4) {
      case 0:
        return this.#defence.demandsAccount ? { account: `bot-${(this.#asked >> 2) % BOT_ACCOUNTS}` } : {};
      case 1:
        return this.#replayed === undefined ? {} : { solution: this.#replayed };
      case 2:
        return { solution: solve(challengeOf(this.#forger, nowMs)) };
      default:
        return {};
    }
  }

  /** The machine's next solution, once it has worked for it. */
  #solvedBy(nowMs: number): string | undefined {
    const { work } = this.#defence;
    if (work === undefined || nowMs < this.#solvedAtMs) return undefined;
    const ready = this.#solution;
    const challenge = challengeOf(work, nowMs);
    this.#solution = solve(challenge);
    this.#solvedAtMs = nowMs + solveMsOf(challenge);
    this.#replayed ??= ready;
    return ready;
  }
}

const challengeOf = (work: Pick<Work, 'check'>, nowMs: number): string => work.check(undefined, nowMs)?.headers?.['X-Challenge'] ?? assert.fail('no challenge');
const bitsOf = (challenge: string): number => Number(challenge.split('.')[1]);
/** Every bit more doubles the work. */
const solveMsOf = (challenge: string): number => SOLVE_MS * 2 ** (bitsOf(challenge) - BITS);

function solve(challenge: string): string {
  for (let number = 0; ; number++) {
    const solution = `${challenge}:${number}`;
    if (Math.clz32(hash('sha256', solution, 'buffer').readUInt32BE(0)) >= bitsOf(challenge)) return solution;
  }
}

const meanOf = (waitsMs: readonly number[]): number => waitsMs.reduce((sum, waitMs) => sum + waitMs, 0) / waitsMs.length;
const p95Of = (waitsMs: readonly number[]): number => waitsMs.toSorted((a, b) => a - b)[Math.floor(waitsMs.length * 0.95)] ?? Number.NaN;

/** People beside bots against people alone: how many times as long they wait, by the mean and by the slowest twentieth. */
async function waitsBesideBots(defence: () => Defence): Promise<{ readonly longer: number; readonly botPlaces: number }> {
  const alone = await new Sale(defence(), false).run();
  const beside = await new Sale(defence(), true).run();
  assert.ok(meanOf(alone.waitsMs) > 10_000, 'there is a line to wait in');
  return { longer: Math.max(meanOf(beside.waitsMs) / meanOf(alone.waitsMs), p95Of(beside.waitsMs) / p95Of(alone.waitsMs)), botPlaces: beside.botPlaces };
}

const ACCOUNTS: Defence = { demandsAccount: true };

test('S22: accounts are demanded, and bots are 98 % of the traffic: they have a place for each account, and people wait at most 1.1 times as long', async () => {
  const { longer, botPlaces } = await waitsBesideBots(() => ACCOUNTS);
  assert.equal(botPlaces, BOT_ACCOUNTS);
  assert.ok(longer <= WAITS_AT_MOST, `${longer} times as long`);
});

test('S22: work is demanded, and bots are 98 % of the traffic: they have a place for each challenge that they solve, and people wait at most 1.1 times as long', async () => {
  const { longer, botPlaces } = await waitsBesideBots(() => ({ demandsAccount: false, work: newWork(1) }));
  assert.ok(botPlaces > 0 && botPlaces <= PEOPLE / PEOPLE_PER_TICK * TICK_MS / SOLVE_MS + 1, `${botPlaces} places`);
  assert.ok(longer <= WAITS_AT_MOST, `${longer} times as long`);
});

/** Bugs that would let bots in, or have people pay for them: what the two tests above measure must show each. */
const PLANTED: Readonly<Record<string, () => Defence>> = {
  'nothing is demanded of strangers': () => ({ demandsAccount: false }),
  'a solution counts over and over': () => {
    const work = newWork(1);
    const solved = new Set<string>();
    return {
      demandsAccount: false,
      work: {
        check: (solution, nowMs) => {
          if (solution !== undefined && solved.has(solution)) return undefined;
          const refusal = work.check(solution, nowMs);
          if (refusal === undefined && solution !== undefined) solved.add(solution);
          return refusal;
        },
      },
    };
  },
  'who solves nothing makes the work harder for all': () => {
    const work = newWork(1);
    let unanswered = 0;
    return {
      demandsAccount: false,
      work: {
        check: (solution, nowMs) => {
          const refusal = work.check(solution, nowMs);
          // Every second of those that nobody answers is counted as if it had been.
          if (refusal !== undefined && unanswered++ % 2 === 0) work.check(solve(challengeOf(work, nowMs)), nowMs);
          return refusal;
        },
      },
    };
  },
};

for (const [bug, defence] of Object.entries(PLANTED)) {
  test(`S22: planted bug, ${bug}: people wait longer, and it shows`, async () => {
    const { longer } = await waitsBesideBots(defence);
    assert.ok(longer > WAITS_AT_MOST, `${longer} times as long`);
  });
}
