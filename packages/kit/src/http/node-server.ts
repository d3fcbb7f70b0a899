import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { refuse } from '../errors/registry.ts';
import type { WebSocketEdge } from '../push/web-socket-edge.ts';
import type { CompiledRoute } from './compiled-route.ts';
import type { Edge } from './edge.ts';
import type { HttpSettings } from './settings.ts';
import type { StaticRoutes } from './static-routes.ts';

type Listener = (raw: IncomingMessage, res: ServerResponse) => void;

const NO_PARAMS: Readonly<Record<string, string>> = Object.freeze({});
const NO_QUERY: Readonly<Record<string, string>> = Object.freeze({});

/** Where requests go: routes with a fixed path by the short way, WebSockets by their own, what names no path to nowhere, everything else to the router. */
interface Ways {
  readonly routes: StaticRoutes;
  readonly sockets: WebSocketEdge | undefined;
  readonly nowhere: CompiledRoute;
  readonly router: Listener;
}

const NO_PATH = refuse('NOT_FOUND');
const SLASH = 0x2f;
/** As proxies are asked: a path behind a scheme and a host. */
const WITH_HOST = /^https?:\/\/[^/]*\/(?!\/)/i;

/** The server below Fastify: its limits and times, and the ways that requests take. */
export function createNodeServer(settings: HttpSettings, edge: Edge, { routes: staticRoutes, sockets, nowhere, router }: Ways): Server {
  const options = {
    maxHeaderSize: settings.headerBytes,
    headersTimeout: settings.headersTimeoutMs,
    requestTimeout: settings.requestTimeoutMs,
    keepAliveTimeout: settings.keepAliveTimeoutMs,
    connectionsCheckingInterval: settings.timeoutCheckMs,
    // A request without Host gets an answer in our own form.
    requireHostHeader: false,
    // Of a field that may stand there once, two are no value at all: whoever stands in front may have believed the one that we would drop.
    joinDuplicateHeaders: true,
    optimizeEmptyRequests: true,
    // Whoever asks for a protocol that is not spoken here has sent an ordinary request.
    shouldUpgradeCallback: (raw: IncomingMessage) => sockets?.takes(raw) === true,
  };
  const serve: Listener = (raw, res) => {
    const route = staticRoutes(raw.method, raw.url);
    if (route !== undefined) edge.serve(route, raw, res, NO_PARAMS, NO_QUERY);
    else if (isPath(raw.url ?? '')) router(raw, res);
    else edge.refuseAtOnce(nowhere, raw, res, NO_PATH);
  };
  const server = createServer(options, serve);
  server.maxConnections = settings.connections;
  // Whoever asks and does not read the answers is silent as well: what is stuck on such a connection must not stay for ever.
  server.timeout = settings.keepAliveTimeoutMs;
  if (sockets !== undefined) server.on('upgrade', (raw, socket, first) => sockets.upgrade(raw, socket, first));
  // Whether a body is wanted is known once the caller is; until then the sender is left waiting.
  server.on('checkContinue', serve);
  // An expectation that means nothing to us is passed over.
  server.on('checkExpectation', serve);
  return server;
}

/** The router passes over the first character whatever it is, and over a slash at the end: to it `*` and `//` would be the root, and `*metrics` a route. */
function isPath(target: string): boolean {
  return target.charCodeAt(0) === SLASH ? target.charCodeAt(1) !== SLASH : WITH_HOST.test(target);
}
