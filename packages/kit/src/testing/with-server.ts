import { ManualClock } from '@traffic-tacos/kernel';
import { createHealth, type Health } from '../http/health.ts';
import type { Route } from '../http/route.ts';
import { createHttpServer } from '../http/server.ts';
import type { HttpServer, HttpServerOptions } from '../http/server-options.ts';
import { createLogger } from '../logging/logger.ts';
import { createMetrics, type Metrics } from '../metrics/metrics.ts';
import { createPooledRandom } from '../time/pooled-random.ts';
import { declaredRoutes } from './declared-routes.ts';
import { createTestIssuer, type TestIssuer } from './test-issuer.ts';

/** A server that listens on a free port of this machine, with everything that belongs to it within reach. */
export interface TestServer {
  readonly url: string;
  readonly port: number;
  readonly server: HttpServer;
  readonly issuer: TestIssuer;
  readonly clock: ManualClock;
  readonly health: Health;
  readonly metrics: Metrics;
  /** The lines logged so far, parsed. */
  readonly logLines: readonly Readonly<Record<string, unknown>>[];
  /** A token of the user, as the value of an `Authorization` header. */
  bearer(userId: string, role?: string): Promise<string>;
}

const CLOSE_DEADLINE_MS = 2_000;

/**
 * Runs `body` against a server with these routes, and closes it whatever happens. A handler that answers what its route does not declare
 * gets a 500.
 */
export async function withServer<T>(
  routes: readonly Route[],
  body: (running: TestServer) => Promise<T>,
  overrides: Partial<HttpServerOptions> = {},
): Promise<T> {
  const clock = new ManualClock();
  const issuer = await createTestIssuer(clock);
  const health = createHealth();
  const metrics = createMetrics({ processMetrics: false });
  const logLines: Readonly<Record<string, unknown>>[] = [];
  const destination = { write: (line: string) => void logLines.push(JSON.parse(line) as Readonly<Record<string, unknown>>) };
  const server = createHttpServer({
    name: 'test',
    routes: declaredRoutes(routes),
    verifier: issuer.verifier(),
    logger: createLogger({ service: 'test', level: 'debug', destination, wallMs: () => clock.wallMs() }),
    metrics,
    clock,
    random: createPooledRandom(),
    health,
    about: { version: '0.0.0-test' },
    ...overrides,
  });
  const { url, port } = await server.listen(0, '127.0.0.1');
  const bearer = async (userId: string, role?: string): Promise<string> =>
    `Bearer ${await issuer.token(role === undefined ? { userId } : { userId, role })}`;
  try {
    return await body({ url, port, server, issuer, clock, health, metrics, logLines, bearer });
  } finally {
    await server.close(CLOSE_DEADLINE_MS);
    metrics.close();
  }
}
