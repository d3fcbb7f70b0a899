import type { Limits, Random } from '@traffic-tacos/kernel';
import { refuse } from '../errors/registry.ts';
import type { Exchange } from '../http/exchange.ts';
import type { RateLimit, Refusal } from '../http/route.ts';
import { BucketTable } from './bucket-table.ts';
import { createClientAddress, type ClientAddressOf } from './client-address.ts';
import { KeyedHash } from './keyed-hash.ts';

export interface RateLimitOptions {
  /** What each caller may do, over all routes together. */
  readonly perCaller: RateLimit;
  /** Addresses and networks whose `X-Forwarded-For` is believed. */
  readonly trustedProxies: readonly string[];
  readonly limits: Pick<Limits, 'rateBuckets'>;
  /** For the key of the hash. */
  readonly random: Random;
}

/** Which namespace a key is of. */
const KIND = { user: 1, address: 2, routeOfUser: 3, routeOfAddress: 4 } as const;
const MS_PER_SECOND = 1_000;

/**
 * How much each caller may ask for. A caller is the user whom a verified token names, else the address that the request comes from: so whoever is signed
 * in has a bucket of their own, however many share the address. Routes that cost more may have a tighter limit of their own, which counts beside the
 * common one. What is refused takes nothing from the bucket that refused it, so a caller who asks without pause gets the exact rate.
 */
export class RateLimits {
  readonly #perCaller: RateLimit;
  readonly #table: BucketTable;
  readonly #hash: KeyedHash;
  readonly #addressOf: ClientAddressOf;

  constructor({ perCaller, trustedProxies, limits, random }: RateLimitOptions) {
    this.#perCaller = perCaller;
    this.#table = new BucketTable(limits.rateBuckets);
    this.#hash = new KeyedHash(random);
    this.#addressOf = createClientAddress(trustedProxies);
  }

  /** Undefined: the request may go on. */
  check({ compiled: { route }, caller, raw, startedMs }: Pick<Exchange, 'compiled' | 'caller' | 'raw' | 'startedMs'>): Refusal | undefined {
    const key = caller === undefined ? this.#addressOf(raw) : caller.userId;
    const isUser = caller !== undefined;
    const waitMs = this.#take(isUser ? KIND.user : KIND.address, key, startedMs, this.#perCaller);
    if (waitMs > 0) return tooMany(this.#perCaller, waitMs);
    const own = route.rateLimit;
    if (own === undefined || own === 'none') return undefined;
    const ownWaitMs = this.#take(isUser ? KIND.routeOfUser : KIND.routeOfAddress, `${own.name} ${key}`, startedMs, own);
    return ownWaitMs > 0 ? tooMany(own, ownWaitMs) : undefined;
  }

  #take(kind: number, key: string, nowMs: number, { perSecond, burst }: RateLimit): number {
    const hash = this.#hash;
    hash.hash(kind, key);
    return this.#table.take(hash.low, hash.high, nowMs, MS_PER_SECOND / perSecond, burst);
  }
}

/** The fields of draft-ietf-httpapi-ratelimit-headers, and those that were usual before it. */
function tooMany({ name, perSecond, burst }: RateLimit, waitMs: number): Refusal {
  const seconds = Math.max(1, Math.ceil(waitMs / MS_PER_SECOND));
  return refuse('RATE_LIMITED', {
    retryAfterSeconds: seconds,
    headers: {
      RateLimit: `"${name}";r=0;t=${seconds}`,
      'RateLimit-Policy': `"${name}";q=${burst};w=${Math.max(1, Math.ceil(burst / perSecond))}`,
      'X-RateLimit-Limit': String(burst),
      'X-RateLimit-Remaining': '0',
      'X-RateLimit-Reset': String(seconds),
    },
  });
}
