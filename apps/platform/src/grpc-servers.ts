import { readCallers, readDescriptorSet } from '@traffic-tacos/contracts';
import type { Clock, Random } from '@traffic-tacos/kernel';
import { createGrpcServer, type ErrorRegistry, type GrpcServerOptions, type GrpcService, type Health, type LiveSettings, type Logger, type Metrics, type Resources, type TokenVerifier, type Tracing } from '@traffic-tacos/kit';
import { GRPC_SERVICE_NAMES, SERVICE_NAMES, type GrpcServiceName, type PlatformOptions } from './options.ts';
import type { PlatformServices } from './services.ts';
import { VERSION } from './version.ts';

/** What running calls get to end in, once the platform stops. */
const DRAIN_MS = 10_000;

interface GrpcEdge {
  readonly clock: Clock;
  readonly random: Random;
  readonly metrics: Metrics;
  readonly health: Health;
  readonly logger: Logger;
  readonly tracing?: Tracing | undefined;
  readonly registry: ErrorRegistry;
  readonly verifierOf: (service: GrpcServiceName) => TokenVerifier;
  /** What of the process can be set anew while it runs. */
  readonly settings: LiveSettings;
  /** What of each is limited, and what is demanded of strangers. */
  readonly protectionOf: (service: GrpcServiceName) => Pick<GrpcServerOptions, 'rateLimits' | 'work'>;
}

/** Where each service's gRPC port is: `127.0.0.1:8021`. */
export type GrpcAddresses = Readonly<Record<GrpcServiceName, string>>;

export interface GrpcServers {
  /** What each port serves. */
  readonly rpcs: Readonly<Record<GrpcServiceName, readonly GrpcService[]>>;
  /** Lets all ports listen, or none: what listens already is closed by `resources` when another cannot. */
  listen(resources: Resources): Promise<GrpcAddresses>;
}

/** A gRPC server for each service that has methods, by one contract and one table of who may call them. Throws `UnusableTlsFile`. */
export function createGrpcServers(services: PlatformServices, { grpc, bindAddress, http }: PlatformOptions, edge: GrpcEdge): GrpcServers {
  const descriptors = readDescriptorSet();
  const authz = readCallers();
  const keyFormat = http.idempotencyKeyFormat === undefined ? {} : { idempotencyKeyFormat: http.idempotencyKeyFormat };
  const settings = { ...keyFormat, ...grpc.settings };
  // All services live in this process, so what it says of itself it says of each.
  const states = () => new Map(SERVICE_NAMES.map((name) => [name, edge.health.isReady ? 'ready' : 'not_ready'] as const));
  const known = { version: VERSION, startedAtMs: edge.clock.wallMs(), states, reasons: () => Object.values(edge.health.reasons) };
  const rpcsOf = (name: GrpcServiceName) =>
    name === 'gateway' ? services.gateway.rpcs({ verifier: edge.verifierOf(name), known, metrics: edge.metrics, settings: edge.settings }) : services[name].rpcs;
  const servers = GRPC_SERVICE_NAMES.map((name) => {
    const served = rpcsOf(name);
    return { name, served, server: createGrpcServer({ ...edge, name, services: served, authz, verifier: edge.verifierOf(name), ...edge.protectionOf(name), descriptors, settings }) };
  });
  return {
    rpcs: Object.fromEntries(servers.map(({ name, served }) => [name, served])) as GrpcServers['rpcs'],
    listen: async (resources) => {
      const addresses: Partial<Record<GrpcServiceName, string>> = {};
      for (const { name, server } of servers) {
        resources.add({ name: `grpc ${name}`, close: async () => void (await server.close(DRAIN_MS)) });
        addresses[name] = (await server.listen(grpc.ports[name], bindAddress)).address;
      }
      return addresses as GrpcAddresses;
    },
  };
}
