import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Edge } from './edge.ts';
import type { HttpSettings } from './settings.ts';
import type { StaticRoutes } from './static-routes.ts';

type Listener = (raw: IncomingMessage, res: ServerResponse) => void;

const NO_PARAMS: Readonly<Record<string, string>> = Object.freeze({});
const NO_QUERY: Readonly<Record<string, string>> = Object.freeze({});

/** The server below Fastify: its limits and times, and the short way for routes with a fixed path. `router` takes everything else. */
export function createNodeServer(settings: HttpSettings, edge: Edge, staticRoutes: StaticRoutes, router: Listener): Server {
  const options = {
    maxHeaderSize: settings.headerBytes,
    headersTimeout: settings.headersTimeoutMs,
    requestTimeout: settings.requestTimeoutMs,
    keepAliveTimeout: settings.keepAliveTimeoutMs,
    connectionsCheckingInterval: settings.timeoutCheckMs,
    // A request without Host gets an answer in our own form.
    requireHostHeader: false,
    optimizeEmptyRequests: true,
  };
  const serve: Listener = (raw, res) => {
    const route = staticRoutes(raw.method, raw.url);
    if (route === undefined) router(raw, res);
    else edge.serve(route, raw, res, NO_PARAMS, NO_QUERY);
  };
  const server = createServer(options, serve);
  server.maxConnections = settings.connections;
  // Whoever asks and does not read the answers is silent as well: what is stuck on such a connection must not stay for ever.
  server.timeout = settings.keepAliveTimeoutMs;
  // Whether a body is wanted is known once the caller is; until then the sender is left waiting.
  server.on('checkContinue', serve);
  // An expectation that means nothing to us is passed over.
  server.on('checkExpectation', serve);
  return server;
}
