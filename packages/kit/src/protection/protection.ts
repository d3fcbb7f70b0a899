import type { Limits, Random } from '@traffic-tacos/kernel';
import type { PlatformSettings } from '../config/platform-settings.ts';
import type { HttpServerOptions } from '../http/server-options.ts';
import { RateLimits } from './rate-limits.ts';

/** How the ports of a process are protected. */
export interface ProtectionSettings {
  /** Undefined: nobody is told 429. */
  readonly rateLimit: { readonly perSecond: number; readonly burst: number; readonly scope: 'edge' | 'all' } | undefined;
  /** Addresses and networks whose `X-Forwarded-For` is believed. */
  readonly trustedProxies: readonly string[];
}

/** Where callers from outside come in. */
const EDGE = 'gateway';

export interface Protection {
  /** What the REST server of a service is given. */
  serverOf(service: string): Pick<HttpServerOptions, 'rateLimits'>;
}

/** One for all servers of a process: what a caller has left is the same on each of its ports. */
export function createProtection({ rateLimit, trustedProxies }: ProtectionSettings, machine: { readonly limits: Pick<Limits, 'rateBuckets'>; readonly random: Random }): Protection {
  if (rateLimit === undefined) return { serverOf: () => ({}) };
  const { perSecond, burst, scope } = rateLimit;
  const rateLimits = new RateLimits({ perCaller: { name: 'default', perSecond, burst }, trustedProxies, ...machine });
  const isLimited = (service: string): boolean => service === EDGE || (scope === 'all' && service === 'reservation');
  return { serverOf: (service) => (isLimited(service) ? { rateLimits } : {}) };
}

/** The protection that the settings of a platform, or of a service that runs alone, ask for. */
export const protectionSettings = (settings: PlatformSettings): ProtectionSettings => ({
  rateLimit: settings.rateLimitEnabled ? { perSecond: settings.rateLimitPerSecond, burst: settings.rateLimitBurst, scope: settings.rateLimitScope } : undefined,
  trustedProxies: settings.trustedProxies,
});
