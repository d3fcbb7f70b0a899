import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { Limits, Random } from '@traffic-tacos/kernel';
import { refuse } from '../errors/registry.ts';
import type { Refusal } from '../http/route.ts';

/** How long a challenge may be solved and shown. */
const LIFE_MS = 60_000;
/** Over so long it is counted how many are solved, and so many a second are usual. */
const WINDOW_MS = 1_000;
const USUAL_PER_SECOND = 100;
/** A thousand times the usual load costs a client no more than a thousand times the usual work. */
const MOST_EXTRA_BITS = 10;
const MOST_CHARS = 256;
const KEY_WORDS = 8;
const ID_WORDS = 4;

export interface ProofOfWorkOptions {
  /** Leading zero bits that are asked for at the usual load; each more doubles the work. */
  readonly bits: number;
  readonly limits: Pick<Limits, 'solvedChallenges'>;
  readonly random: Random;
}

/**
 * Asks a client that is not known for some work before it is served: a number for which SHA-256 over `<challenge>:<number>` begins with so many zero bits.
 * A challenge carries its own end and difficulty under a MAC of this process, so none is kept; only those that were solved are, until they end, so that
 * each counts once. Every doubling of the load beyond the usual adds a bit, where the load is what was solved: a flood that solves nothing is refused at the same
 * cost however hard the work is, and would only make it harder for people. Instants are of the monotonic clock of requests, in ms.
 */
export class ProofOfWork {
  readonly #bits: number;
  readonly #limit: number;
  readonly #random: Random;
  readonly #key: Buffer;
  /** Solved challenges by when they were; the older half of the time goes as a whole. */
  #young = new Set<string>();
  #old = new Set<string>();
  #turnedAtMs = 0;
  #windowAtMs = 0;
  #solved = 0;
  #solvedBefore = 0;

  constructor({ bits, limits, random }: ProofOfWorkOptions) {
    this.#bits = bits;
    this.#limit = limits.solvedChallenges;
    this.#random = random;
    this.#key = Buffer.from(wordsOf(random, KEY_WORDS), 'hex');
  }

  /** `solution`: `<challenge>:<number>`, as the client sent it. Undefined: it is right, and counts no second time. */
  check(solution: string | undefined, nowMs: number): Refusal | undefined {
    if (solution !== undefined && this.#isSolved(solution, nowMs)) return undefined;
    const challenge = this.#challenge(nowMs);
    const reason = solution === undefined ? 'must solve the challenge in X-Challenge' : 'does not solve a challenge that still counts; there is a new one in X-Challenge';
    return refuse('FORBIDDEN', { details: [{ field: 'X-Challenge-Solution', reason }], headers: { 'X-Challenge': challenge } });
  }

  #challenge(nowMs: number): string {
    this.#turnWindow(nowMs);
    const perSecond = Math.max(this.#solved, this.#solvedBefore);
    const extra = Math.min(MOST_EXTRA_BITS, Math.max(0, Math.ceil(Math.log2(perSecond / USUAL_PER_SECOND))));
    const body = `${Math.round(nowMs + LIFE_MS).toString(36)}.${this.#bits + extra}.${wordsOf(this.#random, ID_WORDS)}`;
    return `${body}.${this.#macOf(body)}`;
  }

  /** The cheapest question first. */
  #isSolved(solution: string, nowMs: number): boolean {
    if (solution.length > MOST_CHARS) return false;
    const challenge = solution.slice(0, Math.max(0, solution.indexOf(':')));
    const [end = '', bits = '', id = '', mac = '', ...rest] = challenge.split('.');
    if (rest.length > 0 || !(Number.parseInt(end, 36) > nowMs)) return false;
    if (!isSame(mac, this.#macOf(`${end}.${bits}.${id}`))) return false;
    if (zeroBitsOf(solution) < Number(bits)) return false;
    this.#turn(nowMs);
    if (this.#young.has(id) || this.#old.has(id) || this.#young.size >= this.#limit / 2) return false;
    this.#young.add(id);
    this.#turnWindow(nowMs);
    this.#solved++;
    return true;
  }

  #turn(nowMs: number): void {
    if (nowMs - this.#turnedAtMs < LIFE_MS) return;
    this.#old = this.#young;
    this.#young = new Set();
    this.#turnedAtMs = nowMs;
  }

  #turnWindow(nowMs: number): void {
    const passedMs = nowMs - this.#windowAtMs;
    if (passedMs < WINDOW_MS) return;
    this.#solvedBefore = passedMs < 2 * WINDOW_MS ? this.#solved : 0;
    this.#solved = 0;
    this.#windowAtMs = nowMs;
  }

  #macOf = (body: string): string => createHmac('sha256', this.#key).update(body).digest('base64url');
}

const wordsOf = (random: Random, words: number): string => Array.from({ length: words }, () => random.u32().toString(16).padStart(8, '0')).join('');

function isSame(given: string, right: string): boolean {
  const [one, other] = [Buffer.from(given), Buffer.from(right)];
  return one.length === other.length && timingSafeEqual(one, other);
}

/** Leading zero bits of the hash over a solution. */
export function zeroBitsOf(solution: string): number {
  const digest = createHash('sha256').update(solution).digest();
  let bits = 0;
  for (const byte of digest) {
    bits += Math.clz32(byte) - 24;
    if (byte !== 0) break;
  }
  return bits;
}
