import type { ServiceAudience } from '@traffic-tacos/gateway';
import { createGrpcChannel, type GrpcChannel, type GrpcChannelOptions, type Metrics, type Resources } from '@traffic-tacos/kit';
import type { Ground } from './wire.ts';
import type { ServiceOptions } from './config/options.ts';

export type Credential = () => string | Promise<string>;
/** A credential for calls to the service; undefined where the network is credential enough. */
export type CredentialFor = (audience: ServiceAudience) => Credential | undefined;

export type OpenChannel = (target: 'inventory' | 'reservation' | 'payment', timeoutMs: number, options?: Partial<GrpcChannelOptions>) => GrpcChannel;

/** Opens channels to the other services, which are closed with the process. */
export function channelsOf(
  { peers, channels }: Pick<ServiceOptions, 'peers' | 'channels'>,
  { clock, random, tracing }: Pick<Ground, 'clock' | 'random' | 'tracing'>,
  { metrics, resources, credentialFor }: { readonly metrics: Metrics; readonly resources: Resources; readonly credentialFor: CredentialFor },
): OpenChannel {
  return (target, timeoutMs, options = {}) => {
    const credential = credentialFor(target);
    const channel = createGrpcChannel({
      target, address: peers[target], clock, random, metrics, tracing, settings: { ...channels.settings, timeoutMs }, ...(credential === undefined ? {} : { credential }),
      ...(target === 'inventory' ? { unavailableAs: 'INVENTORY_SERVICE_ERROR' } : {}), ...options,
    });
    resources.add({ name: `channel to ${target}`, close: () => channel.close() });
    return channel;
  };
}
