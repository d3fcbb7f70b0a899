import { Client, credentials, type MethodDefinition } from '@grpc/grpc-js';
import { createGrpcServer, type GrpcServer, type GrpcServerOptions } from '../grpc/server/grpc-server.ts';
import type { GrpcService } from '../grpc/server/grpc-service.ts';
import type { AuthzTable } from '../grpc/authz.ts';
import { createHealth, type Health } from '../http/health.ts';
import { createLogger } from '../logging/logger.ts';
import { createMetrics, type Metrics } from '../metrics/metrics.ts';
import { createPooledRandom } from '../time/pooled-random.ts';
import { createSystemClock } from '../time/system-time.ts';
import { callUnary, type EndedCall, type Sent } from './grpc-calls.ts';
import { createTestIssuer, type TestIssuer } from './test-issuer.ts';

/** A gRPC server that listens on a free port of this machine, with everything that belongs to it within reach. */
export interface TestGrpcServer {
  /** `127.0.0.1:40123` */
  readonly address: string;
  readonly server: GrpcServer;
  readonly issuer: TestIssuer;
  readonly health: Health;
  readonly metrics: Metrics;
  /** The lines logged so far, parsed. */
  readonly logLines: readonly Readonly<Record<string, unknown>>[];
  /** A token of the user, as the value of `authorization` metadata. */
  bearer(userId: string, role?: string): Promise<string>;
  /** One unary call by a client of its own. `deadlineMs`: from now; 30 s unless given. */
  call<Request, Response>(
    method: MethodDefinition<Request, Response>,
    request: Request,
    sent?: Sent,
    deadlineMs?: number,
  ): Promise<EndedCall<Response>>;
}

/** What a test says of its server; the rest has usual values. */
export type TestGrpcServerOptions = Partial<GrpcServerOptions> & {
  readonly services: readonly GrpcService[];
  readonly authz: AuthzTable;
  /** Any free one unless given. */
  readonly port?: number;
};

const CLOSE_DEADLINE_MS = 2_000;

/** Runs `body` against a server with these services, and closes it whatever happens. */
export async function withGrpcServer<T>(options: TestGrpcServerOptions, body: (running: TestGrpcServer) => Promise<T>): Promise<T> {
  // Deadlines come from the real clock, since grpc-js counts them on it.
  const clock = createSystemClock();
  const issuer = await createTestIssuer(clock);
  const health = createHealth();
  const metrics = createMetrics({ processMetrics: false });
  const logLines: Readonly<Record<string, unknown>>[] = [];
  const destination = { write: (line: string) => void logLines.push(JSON.parse(line) as Readonly<Record<string, unknown>>) };
  const server = createGrpcServer({
    name: 'test',
    verifier: issuer.verifier(),
    logger: createLogger({ service: 'test', level: 'debug', destination }),
    metrics,
    clock,
    random: createPooledRandom(),
    health,
    descriptors: new Uint8Array(),
    ...options,
  });
  const { address } = await server.listen(options.port ?? 0, '127.0.0.1');
  const bearer = async (userId: string, role?: string): Promise<string> =>
    `Bearer ${await issuer.token(role === undefined ? { userId } : { userId, role })}`;
  const client = new Client(address, credentials.createInsecure(), { 'grpc.enable_retries': 0, 'grpc.use_local_subchannel_pool': 1 });
  const call: TestGrpcServer['call'] = (method, request, sent = {}, deadlineMs = 30_000) =>
    callUnary(client, method, request, sent, clock.wallMs() + deadlineMs);
  try {
    return await body({ address, server, issuer, health, metrics, logLines, bearer, call });
  } finally {
    client.close();
    await server.close(CLOSE_DEADLINE_MS);
    metrics.close();
  }
}
