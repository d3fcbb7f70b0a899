import { createErrorRegistry, createHealth, createHttpServer, createMetrics, createPooledRandom, createSystemClock, createTokenVerifier, ERROR_TABLE, OpenStreams, type Logger, type Route, type SocketRoute } from '@traffic-tacos/kit';
import { DEFAULT_LIMITS } from '@traffic-tacos/kernel';
import { PAYMENT_ERRORS } from '@traffic-tacos/payment';
import type { ServeInstead } from '../../src/stage.ts';

/** Puts a bug into a route; the route as it is where it is another one's bug. */
export type Plant = (route: Route, logger: Logger) => Route;

/** Puts a bug into what can be followed over WebSockets. */
export type SocketPlant = (sockets: SocketRoute) => SocketRoute;

const CLOSE_WITHIN_MS = 2_000;
/** A process that stands still for a while has not been left alone by its clients. */
const PATIENT = { headersTimeoutMs: 600_000, requestTimeoutMs: 600_000, keepAliveTimeoutMs: 600_000 };

/** Serves the platform's own routes on other ports, with a bug in them. The platform behind knows nothing of it. */
export const servePlanted =
  (plant: Plant, socketPlant: SocketPlant = (sockets) => sockets): ServeInstead =>
  async (name, routes, platform, logger) => {
    const clock = createSystemClock();
    const document: unknown = await (await fetch(`${platform.issuerUrl}/.well-known/jwks.json`)).json();
    const keys = document as ReturnType<NonNullable<Parameters<typeof createTokenVerifier>[0]['keys']>>;
    const verifier = createTokenVerifier({ issuer: platform.issuerUrl, keys: () => keys, clock, limits: DEFAULT_LIMITS, serviceAudience: name });
    const metrics = createMetrics({ processMetrics: false });
    const server = createHttpServer({
      name,
      routes: routes.map((route) => plant(route, logger)),
      verifier,
      logger,
      metrics,
      clock,
      random: createPooledRandom(),
      health: createHealth(),
      streams: new OpenStreams({ clock, limits: DEFAULT_LIMITS }),
      sockets: name === 'gateway' && platform.sockets !== undefined ? socketPlant(platform.sockets) : undefined,
      about: { version: '0.0.0-planted' },
      registry: createErrorRegistry(ERROR_TABLE, PAYMENT_ERRORS),
      settings: { ...PATIENT, answerSpelling: name === 'gateway' ? 'snake' : 'client' },
    });
    const { port } = await server.listen(0, '127.0.0.1');
    const close = async (): Promise<void> => {
      await server.close(CLOSE_WITHIN_MS);
      metrics.close();
    };
    return { port, close };
  };
