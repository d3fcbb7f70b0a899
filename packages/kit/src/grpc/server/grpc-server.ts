import { Server, type sendUnaryData, type ServerUnaryCall, type UntypedHandleCall } from '@grpc/grpc-js';
import { invariant, type Clock, type Random } from '@traffic-tacos/kernel';
import { ERROR_TABLE } from '../../errors/error-table.ts';
import { ERROR_REGISTRY, type ErrorRegistry } from '../../errors/registry.ts';
import type { TokenVerifier } from '../../http/authorize.ts';
import type { Health } from '../../http/health.ts';
import { createProgress, type Progress } from '../../http/progress.ts';
import type { ClosedServer } from '../../http/server-options.ts';
import { createTraceIds } from '../../http/trace.ts';
import type { Logger } from '../../logging/logger.ts';
import type { Metrics } from '../../metrics/metrics.ts';
import type { ProofOfWork } from '../../protection/proof-of-work.ts';
import type { RateLimits } from '../../protection/rate-limits.ts';
import type { Tracing } from '../../tracing/tracing.ts';
import type { AuthzTable } from '../authz.ts';
import { builtinProtos } from '../builtin-protos.ts';
import { definitionsOf } from '../described-methods.ts';
import { GRPC_ERROR_CODES } from '../error-codes.ts';
import { createReflectionServices, REFLECTION_SERVICES } from '../reflection/reflection-service.ts';
import { Admission } from './admission.ts';
import { GrpcAnswers } from './answers.ts';
import { compileOpenService, compileService, type CompiledMethod } from './compiled-method.ts';
import { GrpcEdge } from './edge.ts';
import type { GrpcService } from './grpc-service.ts';
import { createHealthService, HEALTH_SERVICE } from './health-service.ts';
import { GrpcListener, type GrpcListeningAt } from './listener.ts';
import type { ResponseStream } from './pump.ts';
import { DEFAULT_GRPC_SETTINGS, type GrpcSettings } from './settings.ts';

/** What a gRPC server is made of. Several servers of one platform share everything but name, services and descriptors. */
export interface GrpcServerOptions {
  /** The service's name, in logs. */
  readonly name: string;
  readonly services: readonly GrpcService[];
  /** Must have a line for each method of the services. */
  readonly authz: AuthzTable;
  readonly verifier: TokenVerifier;
  /** The platform's table unless given; a service's own must contain it. */
  readonly registry?: ErrorRegistry;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** Its wall time decides over deadlines. */
  readonly clock: Clock;
  /** For trace ids. */
  readonly random: Random;
  readonly health: Health;
  /** A serialized FileDescriptorSet with the files of all services and what they import, for reflection. */
  readonly descriptors: Uint8Array;
  readonly settings?: Partial<GrpcSettings>;
  /** Undefined: traces are named, and followed no further. */
  readonly tracing?: Tracing | undefined;
  /** Undefined: nobody is told to come again later. */
  readonly rateLimits?: RateLimits | undefined;
  /** Undefined: nobody has to show work. */
  readonly work?: ProofOfWork | undefined;
}

export interface GrpcServer {
  /** Port 0 takes any free one. Rejects with `CannotListen`. */
  listen(port: number, host: string): Promise<GrpcListeningAt>;
  /** Stops accepting, tells clients to go elsewhere, answers what runs, and cuts off what still runs after the deadline. */
  close(deadlineMs: number): Promise<ClosedServer>;
}

/**
 * A gRPC server by the platform's rules, on grpc-js, with health checking and reflection beside its services.
 *
 * grpc-js keeps connections, frames and deadlines. Messages pass through it as bytes and are decoded by the edge, because who is calling is
 * to be known before anything that they sent is looked at, and because bytes that are no message are the client's mistake and not ours.
 * Throws `UnusableTlsFile` and `BadDescriptors`.
 */
export function createGrpcServer(options: GrpcServerOptions): GrpcServer {
  const { registry = ERROR_REGISTRY, health, clock, random } = options;
  const settings: GrpcSettings = { ...DEFAULT_GRPC_SETTINGS, ...options.settings };
  for (const code of Object.keys(ERROR_TABLE)) invariant(registry.find(code) !== undefined, `the registry lacks ${code}`);
  for (const code of registry.codes) {
    invariant(Object.hasOwn(GRPC_ERROR_CODES, registry.find(code)?.grpc ?? ''), `the error code ${code} has no gRPC mapping`);
  }
  const progress = createProgress();
  const traceIds = createTraceIds(random);
  const logger = options.logger.named(options.name);
  const answers = new GrpcAnswers({ registry, logger, traceIds, clock, progress, messageBytes: settings.messageBytes });
  const admission = new Admission(options.verifier, settings);
  const edge = new GrpcEdge({ answers, admission, health, traceIds, clock, progress, settings, tracing: options.tracing, rateLimits: options.rateLimits, work: options.work });

  const server = new Server(channelOptions(settings));
  register(server, edge, options);
  const listener = new GrpcListener(server, settings.tls, settings.connections, (err) =>
    logger.error({ err }, 'the gRPC port has trouble'),
  );
  return {
    listen: (port, host) => listener.listen(port, host),
    close: (deadlineMs) => close(edge, listener, progress, deadlineMs),
  };
}

const channelOptions = (settings: GrpcSettings) => ({
  'grpc.max_receive_message_length': settings.messageBytes,
  'grpc.max_send_message_length': settings.messageBytes,
  'grpc.max_concurrent_streams': settings.streamsPerConnection,
  'grpc.keepalive_time_ms': settings.keepAliveMs,
  'grpc.keepalive_timeout_ms': settings.keepAliveTimeoutMs,
  // Its bookkeeping costs time with each call, and nobody reads it: we have metrics.
  'grpc.enable_channelz': 0,
});

function register(server: Server, edge: GrpcEdge, { services, authz, metrics, health, descriptors }: GrpcServerOptions): void {
  const definitions = definitionsOf(builtinProtos());
  const named = services.map(({ name, aliases }) => ({ name, aliases }));
  const builtin = [HEALTH_SERVICE, ...REFLECTION_SERVICES].map((name) => ({ name, aliases: [] }));
  const healthService = createHealthService(definitions, health, named.flatMap(({ name, aliases }) => [name, ...aliases]));

  for (const service of services) addService(server, edge, service, compileService(service, authz, metrics));
  addService(server, edge, healthService, compileOpenService(healthService, metrics, true));
  for (const service of createReflectionServices(definitions, descriptors, [...named, ...builtin])) {
    addService(server, edge, service, compileOpenService(service, metrics, false));
  }
}

const asBytes = (bytes: Buffer): Buffer => bytes;

function addService(server: Server, edge: GrpcEdge, { name, aliases }: GrpcService, methods: readonly CompiledMethod[]): void {
  for (const compiled of methods) {
    const handler = handlerOf(edge, compiled);
    for (const service of [name, ...aliases]) {
      const path = `/${service}/${compiled.name}`;
      const isNew = server.register(path, handler, asBytes, asBytes, compiled.kind);
      invariant(isNew, `${path} is answered twice`);
    }
  }
}

function handlerOf(edge: GrpcEdge, compiled: CompiledMethod): UntypedHandleCall {
  if (compiled.kind === 'unary') {
    return (raw: ServerUnaryCall<Buffer, Buffer>, respond: sendUnaryData<Buffer>) => edge.serveUnary(compiled, raw, respond);
  }
  return (raw: ResponseStream) => edge.serveStream(compiled, raw);
}

async function close(edge: GrpcEdge, listener: GrpcListener, progress: Progress, deadlineMs: number): Promise<ClosedServer> {
  const answered = progress.close(deadlineMs);
  const ended = listener.close(deadlineMs);
  edge.closeStreams();
  await answered;
  // Counted before the connections of the unanswered are cut, which ends some of their calls.
  const { unanswered } = progress;
  await ended;
  return unanswered === 0 ? { kind: 'drained' } : { kind: 'cut_off', unanswered };
}
