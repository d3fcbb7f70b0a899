import { isoInstant, type Clock } from '@traffic-tacos/kernel';
import type { ErrorRegistry } from '../errors/registry.ts';
import type { Metrics } from '../metrics/metrics.ts';
import { openApiDocument } from '../openapi/document.ts';
import { createApiDocument } from '../openapi/document-routes.ts';
import { swaggerUiRoutes } from '../openapi/swagger-ui.ts';
import type { RateLimits } from '../protection/rate-limits.ts';
import type { SocketRoute } from '../push/socket-topic.ts';
import * as answers from './builtin-answers.ts';
import type { Health } from './health.ts';
import type { EdgeReply, Route } from './route.ts';
import { isLimited } from './server-options.ts';
import type { HttpSettings } from './settings.ts';

/** What a server says about itself at `/info` and `/version`. */
export interface About {
  readonly version: string;
  /** The commit it was built from, where known. */
  readonly commit?: string;
}

export interface BuiltinDeps {
  /** The service's name. */
  readonly name: string;
  readonly about: About;
  readonly health: Health;
  readonly metrics: Metrics;
  readonly clock: Clock;
  readonly settings: HttpSettings;
  /** The service's own routes, for the document. */
  readonly routes: readonly Route[];
  readonly registry: ErrorRegistry;
  readonly rateLimits?: RateLimits | undefined;
  readonly sockets?: Pick<SocketRoute, 'path'> | undefined;
}

/** A route of ours, and whether it is answered even while the process refuses all work. */
export interface BuiltinRoute {
  readonly route: Route;
  readonly isLiveness: boolean;
}

/** The routes that every server has: health for load balancers and orchestrators, in both of the usual styles, information and metrics. */
export function builtinRoutes(deps: BuiltinDeps): readonly BuiltinRoute[] {
  const { metrics, settings } = deps;
  const live = (): EdgeReply => ({ status: 200, body: statusBody(deps, 'UP') });
  const ready = (): EdgeReply => readinessReply(deps);
  const info = (): EdgeReply => ({ status: 200, body: infoBody(deps) });
  const prometheus = async (): Promise<EdgeReply> => ({
    status: 200,
    content: { type: metrics.contentType, data: await metrics.text() },
  });
  const names = (): EdgeReply => ({ status: 200, body: { names: [...metrics.names].sort() } });
  const apiDocument = createApiDocument();
  const metricsAccess = settings.actuatorMetricsAccess;

  const builtin: readonly BuiltinRoute[] = [
    open('/healthz', 'Whether the process is alive', answers.LIVE, live, true),
    open('/actuator/health/liveness', 'Whether the process is alive', answers.LIVE, live, true),
    open('/health', 'Whether the service can work', answers.READY, ready),
    open('/readyz', 'Whether the service can work', answers.READY, ready),
    open('/actuator/health', 'Whether the service can work', answers.READY, ready),
    open('/actuator/health/readiness', 'Whether the service can work', answers.READY, ready),
    open('/info', 'What this service is', answers.INFO, info),
    open('/actuator/info', 'What this service is', answers.INFO, info),
    open('/version', 'Which version runs', answers.VERSION, () => ({ status: 200, body: versionBody(deps) })),
    get('/actuator/metrics', metricsAccess, 'The names of all metrics', answers.METRIC_NAMES, names),
    get('/actuator/prometheus', metricsAccess, 'All metrics as Prometheus text', answers.PROMETHEUS, prometheus),
    get('/metrics', 'operator', 'All metrics as Prometheus text', answers.PROMETHEUS, prometheus),
    ...[apiDocument.route, ...swaggerUiRoutes()].map((route) => ({ route, isLiveness: false })),
  ];
  apiDocument.publish(documentOf(deps, builtin));
  return builtin;
}

/** The own routes first, and those that every server has at the end, under a heading of their own. */
function documentOf(deps: BuiltinDeps, builtin: readonly BuiltinRoute[]): ReturnType<typeof openApiDocument> {
  const { name, about, routes, registry, settings, sockets } = deps;
  const own = routes.map((route) => ({ route, isLiveness: false, isLimited: isLimited(route, deps), tag: tagOf(route.path) }));
  const listed = [...own, ...builtin.map((one) => ({ ...one, isLimited: false, tag: 'operations' }))];
  return openApiDocument({ name, version: about.version, routes: listed, registry, settings, socketPath: sockets?.path });
}

/** The first word of a path that names what it is about: `/api/v1/events/:id` → `events`. */
const tagOf = (path: string): string => path.split('/').find((part) => part !== '' && part !== 'api' && !/^v\d+$/.test(part)) ?? 'other';

type Answers = NonNullable<Route['answers']>;

function get(path: string, access: Route['access'], summary: string, given: Answers, handle: Route['handle'], isLiveness = false): BuiltinRoute {
  return { route: { method: 'GET', path, access, summary, answers: given, refusals: [], handle }, isLiveness };
}

const open = (path: string, summary: string, given: Answers, handle: Route['handle'], isLiveness = false): BuiltinRoute =>
  get(path, 'anyone', summary, given, handle, isLiveness);

const statusBody = ({ name, clock }: BuiltinDeps, status: string): Readonly<Record<string, unknown>> => ({
  status,
  service: name,
  timestamp: isoInstant(clock.nowMs()),
});

function readinessReply(deps: BuiltinDeps): EdgeReply {
  const { isReady, reasons } = deps.health;
  if (isReady) return { status: 200, body: statusBody(deps, 'UP') };
  // A list, because the names of components are values here and keep their spelling.
  const components = Object.entries(reasons).map(([name, reason]) => ({ name, status: 'OUT_OF_SERVICE', reason }));
  return { status: 503, body: { ...statusBody(deps, 'OUT_OF_SERVICE'), components }, headers: { 'Retry-After': '1' } };
}

const versionBody = ({ name, about }: BuiltinDeps): Readonly<Record<string, unknown>> => ({
  service: name,
  version: about.version,
  commit: about.commit,
});

const infoBody = (deps: BuiltinDeps): Readonly<Record<string, unknown>> => ({
  app: versionBody(deps),
  runtime: { name: 'node', version: process.version },
});
