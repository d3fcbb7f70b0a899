import type { AddressInfo } from 'node:net';
import { invariant } from '@traffic-tacos/kernel';
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { ERROR_TABLE } from '../errors/error-table.ts';
import { ERROR_REGISTRY, refuse } from '../errors/registry.ts';
import { METRICS } from '../metrics/metric-table.ts';
import { createAllowedMethods } from './allowed-methods.ts';
import { createAnswerHead } from './answer-head.ts';
import { Answers } from './answers.ts';
import { builtinRoutes } from './builtin-routes.ts';
import { createRouteCompiler, type CompiledRoute } from './compiled-route.ts';
import { Edge } from './edge.ts';
import { closeGracefully, trackSockets } from './close-gracefully.ts';
import { injectInto } from './inject.ts';
import { createNodeServer } from './node-server.ts';
import { createProgress } from './progress.ts';
import { WebSocketEdge, type WebSocketEdgeDeps } from '../push/web-socket-edge.ts';
import { createClientAddress } from '../protection/client-address.ts';
import type { BrowserRules } from '../protection/browser-rules.ts';
import type { Refusal, Route } from './route.ts';
import { createSnakeRenderer } from './render-json.ts';
import { createRouteMeters } from './route-meters.ts';
import { CannotListen, isLimited, type HttpServer, type HttpServerOptions, type ListeningAt } from './server-options.ts';
import { DEFAULT_HTTP_SETTINGS, type HttpSettings } from './settings.ts';
import { createSocketErrors } from './socket-errors.ts';
import { createStaticRoutes, type StaticRoutes } from './static-routes.ts';
import { createTraceIds } from './trace.ts';

/** What stands for a template in logs and metrics where a request matches no route. */
const NO_ROUTE: Route = { method: 'GET', path: 'none', access: 'anyone', summary: '', handle: () => refuse('NOT_FOUND') };

/** What the last events of streams get to go out in, once the server closes. */
const LAST_EVENTS_MS = 5_000;

/**
 * An HTTP server by the platform's rules for REST, on Fastify.
 *
 * Fastify routes, keeps connections and closes. Everything else happens in one hook before its body parsing, because the order in which
 * a request may be refused is ours, and because its own reply path costs about as much as all of our checks together.
 */
export function createHttpServer(options: HttpServerOptions): HttpServer {
  const settings: HttpSettings = { ...DEFAULT_HTTP_SETTINGS, ...options.settings };
  const { metrics, clock, registry = ERROR_REGISTRY, verifier, health } = options;
  for (const code of Object.keys(ERROR_TABLE)) invariant(registry.find(code) !== undefined, `the registry lacks ${code}`);

  const progress = createProgress();
  const traceIds = createTraceIds(options.random);
  const head = createAnswerHead(clock);
  const logger = options.logger.named(options.name);
  const addressOf = options.addressOf ?? createClientAddress([]);
  const answers = new Answers({ registry, addressOf, settings, logger, clock, traceIds, head, progress, streams: options.streams, browser: options.browser });
  const edge = new Edge({ answers, verifier, health, traceIds, settings, progress, tracing: options.tracing, rateLimits: options.rateLimits, shedder: options.shedder, work: options.work, addressOf });
  const meters = createRouteMeters(metrics, 'NONE', NO_ROUTE.path);
  const socketErrors = createSocketErrors({ settings, registry, clock, traceIds, head, meters });

  const compile = createRouteCompiler(metrics, settings);
  const builtin = builtinRoutes({ ...options, settings, registry });
  const own = options.routes.map((route) => compile(route, { isLimited: isLimited(route, options), isOwn: true }));
  const compiled = [...own, ...builtin.map(({ route, isLiveness }) => compile(route, { isLiveness }))];
  const { streams } = options;
  if (streams !== undefined) metrics.gauge(METRICS.pushStreams, (gauge) => gauge.with().set(streams.size));
  const sockets = socketEdge({ ...options, registry, logger, addressOf, head, traceIds });
  const app = createApp(settings, edge, compile(NO_ROUTE), socketErrors, { routes: createStaticRoutes(compiled), sockets });
  const connections = trackSockets(app.server);
  addRoutes(app, edge, compiled);
  addNotFound(app, edge, compile(NO_ROUTE), compiled, options.browser);

  return {
    listen: (port, host) => listen(app, port, host),
    close: async (deadlineMs) => {
      // The last events are on their way before the sockets learn that they have nothing more to say.
      const drained = options.streams?.drain(Math.min(deadlineMs, LAST_EVENTS_MS));
      const closed = await closeGracefully(app, connections, progress, deadlineMs);
      await drained;
      return closed;
    },
    inject: (request) => injectInto(app, request),
  };
}

type SocketParts = Pick<WebSocketEdgeDeps, 'registry' | 'logger' | 'addressOf' | 'head' | 'traceIds'> & Omit<HttpServerOptions, 'registry' | 'logger' | 'addressOf'>;

/** Undefined where nothing can be followed over WebSockets. */
function socketEdge({ sockets, streams, metrics, browser, ...parts }: SocketParts): WebSocketEdge | undefined {
  if (sockets === undefined) return undefined;
  invariant(streams !== undefined, 'a server with WebSockets needs room for streams');
  const meters = createRouteMeters(metrics, 'GET', sockets.path);
  return new WebSocketEdge({ ...parts, ...sockets, streams, meters, render: createSnakeRenderer(), allowsOrigin: (origin) => browser?.allows(origin) === true });
}

function createApp(
  settings: HttpSettings,
  edge: Edge,
  noRoute: CompiledRoute,
  socketErrors: ReturnType<typeof createSocketErrors>,
  short: { readonly routes: StaticRoutes; readonly sockets: WebSocketEdge | undefined },
): FastifyInstance {
  return Fastify({
    logger: false,
    genReqId: () => '',
    exposeHeadRoutes: false,
    return503OnClosing: false,
    forceCloseConnections: false,
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: settings.pathParameterChars },
    clientErrorHandler: socketErrors,
    frameworkErrors: (error, request, reply) =>
      edge.refuseAtOnce(noRoute, request.raw, reply.raw, refusalOfFramework(error.code)),
    serverFactory: (router) => createNodeServer(settings, edge, { ...short, nowhere: noRoute, router }),
  });
}

function refusalOfFramework(code: string): Refusal {
  if (code !== 'FST_ERR_BAD_URL') return refuse('NOT_FOUND');
  return refuse('INVALID_REQUEST', { details: [{ field: 'path', reason: 'is not a valid URL path' }] });
}

function addRoutes(app: FastifyInstance, edge: Edge, routes: readonly CompiledRoute[]): void {
  for (const compiled of routes) {
    const { method, path } = compiled.route;
    app.route({
      method: method === 'GET' ? ['GET', 'HEAD'] : method,
      url: path,
      // The hook never hands the request back: from here on it is ours.
      onRequest: (request, reply, _done) => edge.serve(compiled, request.raw, reply.raw, request.params, request.query),
      handler: () => undefined,
    });
  }
}

function addNotFound(app: FastifyInstance, edge: Edge, noRoute: CompiledRoute, routes: readonly CompiledRoute[], browser: BrowserRules | undefined): void {
  const allowedMethods = createAllowedMethods(routes.map(({ route }) => route));
  const answer = (request: FastifyRequest, reply: FastifyReply): void => {
    reply.hijack();
    const allowed = allowedMethods(request.raw.url ?? '/');
    const preflight = request.raw.method === 'OPTIONS' && allowed.length > 0 ? browser?.preflight(request.raw.headers, allowed) : undefined;
    if (preflight !== undefined) return edge.answerAtOnce(noRoute, request.raw, reply.raw, preflight);
    const refusal = allowed.length === 0 ? refuse('NOT_FOUND') : refuse('METHOD_NOT_ALLOWED', { headers: { Allow: allowed.join(', ') } });
    edge.refuseAtOnce(noRoute, request.raw, reply.raw, refusal);
  };
  // Nothing is parsed for a request that has no route; what cannot even be parsed has no route either.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', (_request, _payload, done) => done(null));
  app.setNotFoundHandler(answer);
  app.setErrorHandler((_error, request, reply) => answer(request, reply));
}

/** Connections that may wait to be accepted, when many clients come in one moment: further ones must try again, or are cut off. The system may allow fewer. */
const BACKLOG = 4_096;

async function listen(app: FastifyInstance, port: number, host: string): Promise<ListeningAt> {
  try {
    // Of the two addresses that this name may have, Fastify would open both with two servers.
    await app.listen({ port, host: host === 'localhost' ? '127.0.0.1' : host, backlog: BACKLOG });
  } catch (cause) {
    const { code } = cause as { readonly code?: unknown };
    throw new CannotListen(host, port, typeof code === 'string' ? code : 'unknown', cause);
  }
  const address = app.server.address() as AddressInfo;
  const shown = address.family === 'IPv6' ? `[${address.address}]` : address.address;
  return { host: address.address, port: address.port, url: `http://${shown}:${address.port}` };
}
