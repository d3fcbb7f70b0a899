import type { Clock, Random } from '@traffic-tacos/kernel';
import {
  createErrorRegistry, createHttpServer, createProtection, createTokenVerifier, ERROR_TABLE, liveSettings, prepareVerifiers, type Health, type HttpServer, type Logger, type Metrics, type PreparedVerifier, type Resources, type Route, type Tracing,
} from '@traffic-tacos/kit';
import { PAYMENT_ERRORS } from '@traffic-tacos/payment';
import { createGrpcServers, type GrpcAddresses, type GrpcServers } from './grpc-servers.ts';
import { SERVICE_NAMES, type PlatformOptions, type ServiceName } from './options.ts';
import type { PlatformServices } from './services.ts';
import { VERSION } from './version.ts';

/** What running requests get to end in, once the platform stops. */
const DRAIN_MS = 10_000;

interface Edge {
  readonly issuerUrl: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly metrics: Metrics;
  readonly health: Health;
  readonly logger: Logger;
  readonly tracing?: Tracing | undefined;
}

/** Where the platform listens. */
export interface Addresses {
  /** `http://127.0.0.1:8000` */
  readonly rest: Readonly<Record<ServiceName, string>>;
  readonly grpc: GrpcAddresses;
}

export interface Servers {
  /** The methods of each gRPC port. */
  readonly rpcs: GrpcServers['rpcs'];
  /** Lets all ports listen, or none: what listens already is closed by `resources` when another cannot. */
  listen(resources: Resources): Promise<Addresses>;
}

/**
 * A REST server for each service, and a gRPC server beside it where it has methods. All share metrics and health, the two of a service its
 * verified tokens too; they are told apart by name, routes and methods.
 */
export function createServers(services: PlatformServices, options: PlatformOptions, edge: Edge): Servers {
  const registry = createErrorRegistry(ERROR_TABLE, PAYMENT_ERRORS);
  const verifiers = verifiersFor(services, options, edge);
  const protection = options.protection === undefined ? undefined : createProtection(options.protection, { limits: options.limits, random: edge.random });
  const protectionOf = (name: ServiceName) => {
    const { rateLimits, work } = protection?.serverOf(name) ?? {};
    return { rateLimits, work };
  };
  const grpc = createGrpcServers(services, options, { ...edge, registry, verifierOf: (name) => verifiers[name], protectionOf, settings: liveSettings(edge.logger, protection) });
  const servers = SERVICE_NAMES.map((name) => ({ name, server: createServer(name, services[name].routes) }));

  function createServer(name: ServiceName, routes: readonly Route[]): HttpServer {
    const verifier = verifiers[name];
    const isGateway = name === 'gateway';
    // The gateway is what strangers reach: its metrics are for operators only.
    const settings = { ...options.http, answerSpelling: isGateway ? 'snake' : 'client', actuatorMetricsAccess: isGateway ? 'operator' : 'anyone' } as const;
    const { streams, sockets } = isGateway ? services.gateway : { streams: undefined, sockets: undefined };
    return createHttpServer({ ...edge, name, routes, streams, sockets, verifier, registry, about: { version: VERSION }, settings, ...protection?.serverOf(name) });
  }

  return {
    rpcs: grpc.rpcs,
    listen: async (resources) => {
      void prepareVerifiers(Object.values(verifiers), edge.logger);
      resources.add({ name: 'protection', close: () => protection?.close() });
      const addresses: Partial<Record<ServiceName, string>> = {};
      for (const { name, server } of servers) {
        resources.add({ name: `http ${name}`, close: async () => void (await server.close(DRAIN_MS)) });
        const { url } = await server.listen(options.ports[name], options.bindAddress);
        addresses[name] = url;
      }
      return { rest: addresses as Addresses['rest'], grpc: await grpc.listen(resources) };
    },
  };
}

type Verifiers = Readonly<Record<ServiceName, PreparedVerifier>>;

const verifiersFor = (services: PlatformServices, options: PlatformOptions, edge: Edge): Verifiers =>
  Object.fromEntries(SERVICE_NAMES.map((name) => [name, verifierFor(name, services, options, edge)])) as Verifiers;

/** Whose tokens a service believes: this platform's own issuer, with its keys at hand and roles in `role`, or another, found as it says. */
function verifierFor(name: ServiceName, { gateway }: PlatformServices, { auth, limits }: PlatformOptions, { issuerUrl, clock }: Edge) {
  const isOwn = auth.issuerUri === undefined && auth.jwksUri === undefined;
  const document = { keys: gateway.publicKeys.map((key) => ({ ...key })) };
  return createTokenVerifier({
    clock,
    limits,
    serviceAudience: name,
    allowUntyped: auth.allowUntyped,
    ...(auth.audience === undefined ? {} : { audience: auth.audience }),
    ...(isOwn ? { issuer: issuerUrl, keys: () => document } : { rolesClaim: auth.rolesClaim }),
    ...(auth.issuerUri === undefined ? {} : { issuer: auth.issuerUri }),
    ...(auth.jwksUri === undefined ? {} : { jwksUri: auth.jwksUri }),
  });
}
