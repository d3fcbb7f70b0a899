import type { Limits, Random } from '@traffic-tacos/kernel';
import { refuse } from '../errors/registry.ts';
import type { GrpcCaller } from '../grpc/grpc-call.ts';
import type { Exchange } from '../http/exchange.ts';
import type { RateLimit, Refusal } from '../http/route.ts';
import { toSnake } from '../http/spelling.ts';
import { BucketTable } from './bucket-table.ts';
import { createClientAddress, type ClientAddressOf } from './client-address.ts';
import { KeyedHash } from './keyed-hash.ts';

type Asking = Pick<Exchange, 'compiled' | 'caller' | 'recognised' | 'raw' | 'rawQuery' | 'startedMs'>;

/** A gRPC call, as far as the limits look at it. */
interface AskingCall {
  readonly caller: GrpcCaller;
  readonly peer: string;
  readonly startedMs: number;
  sent(name: string): string | undefined;
}

export interface RateLimitOptions {
  /** What each caller may do, over all routes together. */
  readonly perCaller: RateLimit;
  /** Addresses and networks whose `X-Forwarded-For` is believed. */
  readonly trustedProxies: readonly string[];
  readonly limits: Pick<Limits, 'rateBuckets'>;
  /** For the key of the hash. */
  readonly random: Random;
}

/** Buckets over all routes, and those of routes with a limit of their own. */
const COMMON = 1;
const OF_ROUTE = 2;
const MS_PER_SECOND = 1_000;

/**
 * How much each caller may ask for. A caller is the user whom a genuine token names, else the holder of a genuine waiting token, else the address: so whoever is signed
 * in has a bucket of their own, however many share the address, and so has whoever waits in line, by their waiting token. Routes that cost more may have a tighter limit of their own, which counts beside the
 * common one. What is refused takes nothing from the bucket that refused it, so a caller who asks without pause gets the exact rate.
 */
export class RateLimits {
  #perCaller: RateLimit;
  readonly #table: BucketTable;
  readonly #hash: KeyedHash;
  readonly #addressOf: ClientAddressOf;

  constructor({ perCaller, trustedProxies, limits, random }: RateLimitOptions) {
    this.#perCaller = perCaller;
    this.#table = new BucketTable(limits.rateBuckets);
    this.#hash = new KeyedHash(random);
    this.#addressOf = createClientAddress(trustedProxies);
  }

  get perCaller(): RateLimit {
    return this.#perCaller;
  }

  /** Holds from now on. Everybody begins with a full bucket: how long an emptier one would take to fill was reckoned at the old rate. */
  setPerCaller(perCaller: RateLimit): void {
    this.#perCaller = perCaller;
    this.#table.clear();
  }

  /** Undefined: the request may go on. `document`: the body, of a route whose tokens come there. A service acts for many users, and is known by its own credential: it is not limited. */
  check(exchange: Asking, document?: unknown): Refusal | undefined {
    const { startedMs, caller, compiled: { route } } = exchange;
    if (caller?.roles.includes('service') === true) return undefined;
    const name = this.#nameOf(exchange, document);
    const common = this.#checkCommon(name, startedMs);
    const own = route.rateLimit;
    if (common !== undefined || own === undefined || own === 'none') return common;
    const waitMs = this.#take(OF_ROUTE, `${own.name} ${name}`, startedMs, own);
    return waitMs > 0 ? tooMany(own, waitMs) : undefined;
  }

  /** The same for a gRPC call, from the same buckets. `holder`: who holds the waiting token that it names. */
  checkCall(call: AskingCall, holder?: string): Refusal | undefined {
    const { caller, peer, startedMs } = call;
    if (caller.kind === 'service' || caller.kind === 'network') return undefined;
    if (caller.kind === 'user') return this.#checkCommon(`u${caller.userId}`, startedMs);
    if (holder !== undefined) return this.#checkCommon(`w${holder}`, startedMs);
    const address = this.#addressOf({ headers: { 'x-forwarded-for': call.sent('x-forwarded-for') }, socket: { remoteAddress: peer } });
    return this.#checkCommon(`a${address}`, startedMs);
  }

  /** The same for a message on a WebSocket that has something done: of a user once they have signed in on it, of an address before. */
  checkMessage({ userId, address }: { readonly userId: string | undefined; readonly address: string }, nowMs: number): Refusal | undefined {
    return this.#checkCommon(userId === undefined ? `a${address}` : `u${userId}`, nowMs);
  }

  #checkCommon(name: string, nowMs: number): Refusal | undefined {
    const waitMs = this.#take(COMMON, name, nowMs, this.#perCaller);
    return waitMs > 0 ? tooMany(this.#perCaller, waitMs) : undefined;
  }

  /** The first letter keeps the three sorts of names apart. */
  #nameOf({ caller, recognised, compiled: { route }, raw, rawQuery }: Asking, document: unknown): string {
    const user = caller ?? recognised;
    if (user !== undefined) return `u${user.userId}`;
    const { holderOf, holderField } = route;
    const holder = holderOf === undefined ? undefined : holderField === undefined ? holderIn(rawQuery, 'token', holderOf) : holderIn(document, holderField, holderOf);
    return holder === undefined ? `a${this.#addressOf(raw)}` : `w${holder}`;
  }

  #take(kind: number, key: string, nowMs: number, { perSecond, burst }: RateLimit): number {
    const hash = this.#hash;
    hash.hash(kind, key);
    return this.#table.take(hash.low, hash.high, nowMs, MS_PER_SECOND / perSecond, burst);
  }
}

/** The field by its camelCase name, or in snake_case. */
function holderIn(fields: unknown, field: string, holderOf: (waitingToken: string) => string | undefined): string | undefined {
  if (typeof fields !== 'object' || fields === null) return undefined;
  const named = fields as Readonly<Record<string, unknown>>;
  const token = named[field] ?? named[toSnake(field)];
  return typeof token === 'string' ? holderOf(token) : undefined;
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
