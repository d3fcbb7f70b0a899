import { readCallers, readDescriptorSet } from '@traffic-tacos/contracts';
import {
  createErrorRegistry, createGrpcServer, createHttpServer, createProtection, createTokenVerifier, ERROR_TABLE, liveSettings, prepareVerifiers, type GrpcService, type HttpServerOptions, type LiveSettings, type PreparedVerifier, type Resources, type Route, type TokenVerifier,
  type TokenVerifierOptions,
} from '@traffic-tacos/kit';
import { PAYMENT_ERRORS } from '@traffic-tacos/payment';
import { VERSION } from '@traffic-tacos/platform';
import type { OpenedGround } from './ground.ts';
import type { ServiceOptions } from './config/options.ts';

/** What running requests get to end in, once the service stops. */
const DRAIN_MS = 10_000;

/** Where a service in its process listens. */
export interface ListeningService {
  /** `http://127.0.0.1:8010` */
  readonly url: string;
  /** `127.0.0.1:8011` */
  readonly grpcAddress: string;
}

export interface Served {
  readonly routes: readonly Route[];
  readonly rpcs: readonly GrpcService[] | ((verifier: TokenVerifier, settings: LiveSettings) => readonly GrpcService[]);
  /** What can be followed, and the room for it. */
  readonly push?: Pick<HttpServerOptions, 'streams' | 'sockets'>;
  /** The issuer's keys, where they are at hand. */
  readonly keys?: TokenVerifierOptions['keys'];
}

/** Opens the service's ports, both or none: what listens already is closed by `resources` when the other cannot. */
export async function listen({ routes, rpcs, push, keys }: Served, options: ServiceOptions, ground: OpenedGround, resources: Resources): Promise<ListeningService> {
  const { name, bindAddress, restPort, grpcPort } = options;
  const { clock, random, metrics, health, logger, tracing } = ground;
  const registry = createErrorRegistry(ERROR_TABLE, PAYMENT_ERRORS);
  const verifier = verifierOf(options, ground, keys);
  void prepareVerifiers([verifier], logger);
  const edge = { name, clock, random, metrics, health, logger, tracing, registry, verifier };
  const isGateway = name === 'gateway';
  // The gateway is what strangers reach: its metrics are for operators only.
  const settings = { ...options.http, answerSpelling: isGateway ? 'snake' : 'client', actuatorMetricsAccess: isGateway ? 'operator' : 'anyone' } as const;
  const protection = createProtection(options.protection, { limits: options.limits, random });
  resources.add({ name: 'protection', close: () => protection.close() });
  const http = createHttpServer({ ...edge, ...push, routes, about: { version: VERSION }, settings, ...protection.serverOf(name) });
  resources.add({ name: 'http', close: async () => void (await http.close(DRAIN_MS)) });
  const { url } = await http.listen(restPort, bindAddress);
  const { rateLimits, work } = protection.serverOf(name);
  const own = typeof rpcs === 'function' ? rpcs(edge.verifier, liveSettings(logger, protection)) : rpcs;
  const grpc = createGrpcServer({ ...edge, services: own, authz: readCallers(), descriptors: readDescriptorSet(), settings: options.grpc, rateLimits, work });
  resources.add({ name: 'grpc', close: async () => void (await grpc.close(DRAIN_MS)) });
  return { url, grpcAddress: (await grpc.listen(grpcPort, bindAddress)).address };
}

function verifierOf({ name, auth, limits }: ServiceOptions, { clock }: OpenedGround, keys: Served['keys']): PreparedVerifier {
  const { believedIssuer: issuer, jwksUri, audience, rolesClaim, allowUntyped } = auth;
  return createTokenVerifier({
    clock, limits, rolesClaim, allowUntyped, serviceAudience: name,
    ...(issuer === undefined ? {} : { issuer }), ...(audience === undefined ? {} : { audience }), ...(jwksUri === undefined ? {} : { jwksUri }), ...(keys === undefined ? {} : { keys }),
  });
}
