import type { Limits, Random } from '@traffic-tacos/kernel';
import type { HttpServerOptions } from '../http/server-options.ts';
import { createClientAddress } from './client-address.ts';
import { BrowserRules, type BrowserSettings } from './browser-rules.ts';
import { LoadShedder } from './load-shedder.ts';
import { ProofOfWork } from './proof-of-work.ts';
import { RateLimits } from './rate-limits.ts';

/** How the ports of a process are protected. */
export interface ProtectionSettings {
  /** Undefined: nobody is told 429. */
  readonly rateLimit?: { readonly perSecond: number; readonly burst: number; readonly scope: 'edge' | 'all' } | undefined;
  /** Addresses and networks whose `X-Forwarded-For` is believed. */
  readonly trustedProxies: readonly string[];
  /** The longest wait for which requests are still worked on, in ms; undefined: nobody is sent away. */
  readonly shedAfterMs?: number | undefined;
  /** Zero bits that a challenge asks for at the usual load; undefined: no work is demanded. */
  readonly challengeBits?: number | undefined;
  /** Undefined: browsers are told nothing. */
  readonly browser?: BrowserSettings | undefined;
}

/** Where callers from outside come in. */
const EDGE = 'gateway';

export interface Protection {
  /** What the REST server of a service is given. */
  serverOf(service: string): Pick<HttpServerOptions, 'rateLimits' | 'shedder' | 'work' | 'browser' | 'addressOf'>;
  /** What of it can be set anew while it works; undefined for what is off. */
  readonly live: { readonly rateLimits: RateLimits | undefined; readonly shedder: LoadShedder | undefined };
  close(): void;
}

/** One for all servers of a process: they share its event loop, and what a caller has left is the same on each of its ports. */
export function createProtection(settings: ProtectionSettings, machine: { readonly limits: Pick<Limits, 'rateBuckets' | 'solvedChallenges'>; readonly random: Random }): Protection {
  const { rateLimit, trustedProxies, shedAfterMs, challengeBits: bits } = settings;
  const work = bits === undefined ? undefined : new ProofOfWork({ bits, ...machine });
  const rateLimits = rateLimit === undefined ? undefined : new RateLimits({ perCaller: { name: 'default', ...rateLimit }, trustedProxies, ...machine });
  const shedder = shedAfterMs === undefined ? undefined : new LoadShedder(shedAfterMs);
  const browser = settings.browser === undefined ? undefined : new BrowserRules(settings.browser);
  const addressOf = createClientAddress(trustedProxies);
  const isLimited = (service: string): boolean => service === EDGE || (rateLimit?.scope === 'all' && service === 'reservation');
  return {
    serverOf: (service) => ({ addressOf, shedder, rateLimits: isLimited(service) ? rateLimits : undefined, ...(service === EDGE ? { browser, work } : {}) }),
    live: { rateLimits, shedder },
    close: () => shedder?.close(),
  };
}
