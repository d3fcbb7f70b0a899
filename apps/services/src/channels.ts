import type { ServiceAudience } from '@traffic-tacos/gateway';
import { createGrpcChannel, DEFAULT_GRPC_CHANNEL_SETTINGS, type ErrorMode, type GrpcChannel, type GrpcChannelSettings, type Metrics, type Resources } from '@traffic-tacos/kit';
import type { ServiceName } from '@traffic-tacos/platform';
import type { Ground } from './wire.ts';
import type { ServiceOptions } from './config/options.ts';

export type Credential = () => string | Promise<string>;
/** A credential for calls to the service; undefined where the network is credential enough. */
export type CredentialFor = (audience: ServiceAudience) => Credential | undefined;

export interface ChannelWishes {
  readonly errorMode?: ErrorMode;
  /** Carries what is repeated until it is done, with a pause of its own and so many at one time: it needs no breaker, and nobody waits for its deadline. */
  readonly isBehind?: boolean;
  /** Asks only what anybody may ask. */
  readonly isAnonymous?: boolean;
}

export type OpenChannel = (target: ServiceName, timeoutMs: number, wishes?: ChannelWishes) => GrpcChannel;

/** I3 gives a payment five seconds from the network's return, so the connection is tried this often. */
const BEHIND_RECONNECT_MS = 500;
/** Whoever is overloaded answers late, and what is given up then was done for nothing. */
const BEHIND_TIMEOUT_MS = 1_000;
/** What is more comes with the next repeat. */
const BEHIND_CALLS_AT_ONCE = 512;

/** Opens channels to the other services, which are closed with the process. */
export function channelsOf(
  { peers, channels }: Pick<ServiceOptions, 'peers' | 'channels'>,
  { clock, random, tracing }: Pick<Ground, 'clock' | 'random' | 'tracing'>,
  { metrics, resources, credentialFor }: { readonly metrics: Metrics; readonly resources: Resources; readonly credentialFor: CredentialFor },
): OpenChannel {
  return (target, timeoutMs, { errorMode, isBehind = false, isAnonymous = false } = {}) => {
    const credential = isAnonymous ? undefined : credentialFor(target);
    const settings = { ...channels.settings, timeoutMs };
    const channel = createGrpcChannel({
      target: isBehind ? `${target}, behind` : target, address: peers[target], clock, random, metrics, tracing, settings: isBehind ? behindOf(settings) : settings,
      ...(credential === undefined ? {} : { credential }), ...(errorMode === undefined ? {} : { errorMode }),
      ...(target === 'inventory' ? { unavailableAs: 'INVENTORY_SERVICE_ERROR' } : {}),
    });
    resources.add({ name: `channel to ${target}`, close: () => channel.close() });
    return channel;
  };
}

/**
 * Breakers in series would hold what they carry up: one behind the other lets a few trials through a second, of which the farther one refuses
 * most, so that the nearer one opens again. The few calls a second that are repeated here overwhelm nobody.
 */
const behindOf = ({ breaker = DEFAULT_GRPC_CHANNEL_SETTINGS.breaker, ...settings }: Partial<GrpcChannelSettings>): Partial<GrpcChannelSettings> => ({
  ...settings, breaker: { ...breaker, leastCalls: Number.POSITIVE_INFINITY }, timeoutMs: Math.max(settings.timeoutMs ?? 0, BEHIND_TIMEOUT_MS), greatestReconnectMs: BEHIND_RECONNECT_MS, callsAtOnce: BEHIND_CALLS_AT_ONCE,
});
