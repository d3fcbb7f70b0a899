import type { ErrorRegistry } from '../errors/registry.ts';
import type { HttpSettings } from '../http/settings.ts';
import { createComponents } from './components.ts';
import { operationOf, type ListedRoute } from './operation.ts';
import type { Schema } from './shapes.ts';

export interface DocumentDeps {
  /** The service's name. */
  readonly name: string;
  readonly version: string;
  readonly routes: readonly ListedRoute[];
  readonly registry: ErrorRegistry;
  readonly settings: HttpSettings;
  /** Where WebSockets are let in, which are no routes of OpenAPI; undefined where none are. */
  readonly socketPath?: string | undefined;
}

/**
 * The OpenAPI 3.0.3 document of one server, made from its routes alone: their fields, what they declare to answer, and what the edge
 * refuses for them. Throws `InvariantBreach` where a route declares a code that is in no table, or a schema that the document cannot say.
 */
export function openApiDocument({ name, version, routes, registry, settings, socketPath }: DocumentDeps): Schema {
  const spelling = settings.answerSpelling === 'snake' ? 'snake' : 'camel';
  const components = createComponents(spelling);
  const paths: Record<string, Record<string, unknown>> = {};
  for (const listed of routes) {
    const { method, path } = listed.route;
    const item = (paths[path.replaceAll(/:(\w+)/g, '{$1}')] ??= { parameters: COMMON_PARAMETERS });
    item[method.toLowerCase()] = operationOf(listed, { components, registry, settings, spelling });
  }
  return {
    openapi: '3.0.3',
    info: { title: `Traffic Tacos: ${name}`, version, license: { name: 'MIT' }, description: [descriptionOf(spelling), ...(socketPath === undefined ? [] : [socketsAt(socketPath)])].join(' ') },
    servers: [{ url: '/' }],
    tags: [...new Set(routes.map(({ tag }) => tag))].map((tag) => ({ name: tag })),
    paths,
    components: { schemas: components.schemas, responses: components.responses, parameters: PARAMETERS, headers: HEADERS, securitySchemes: SECURITY_SCHEMES },
  };
}

const descriptionOf = (spelling: 'snake' | 'camel'): string => [
  'Fields of requests are taken in snake_case and in camelCase.',
  spelling === 'snake'
    ? 'Answers are in snake_case.'
    : 'Answers are spelled as the body of the request is, else as `Accept: application/json; case=snake` asks, else in camelCase, as shown here.',
  'GET is answered to HEAD as well, without the body. A path that is no route is 404 `NOT_FOUND`; a method that its route does not have is',
  '405 `METHOD_NOT_ALLOWED`, with the others in `Allow`; bytes that are no HTTP request are 400 `INVALID_REQUEST`. Of several reasons to',
  'refuse, the first of these is given: route · 413, 415 · 401 · 403 of the role · 429 · 400 · key · 404 · state · 403 of the waiting room ·',
  '412 · purchase limit · inventory. A fault of ours is 500 `INTERNAL_ERROR`; no request leads to one.',
].join(' ');

const socketsAt = (path: string): string =>
  `\`GET ${path}\` with \`Upgrade: websocket\` opens a WebSocket: 101, or 400 \`INVALID_REQUEST\` for what is no handshake, 403 \`FORBIDDEN\` for pages of other ` +
  'origins, 405 `METHOD_NOT_ALLOWED`, 429 `RATE_LIMITED`, 503 `SERVICE_UNAVAILABLE`.';

const COMMON_PARAMETERS: readonly Schema[] = [{ $ref: '#/components/parameters/Trace' }, { $ref: '#/components/parameters/Language' }];

const TRACE_ID: Schema = { type: 'string', pattern: '^[0-9a-fA-F]{32}$', example: '4bf92f3577b34da6a3ce929d0e0e4736' };

const PARAMETERS: Schema = {
  Trace: {
    name: 'X-Trace-Id', in: 'header', required: false, schema: { type: 'string', example: '4bf92f3577b34da6a3ce929d0e0e4736' },
    description: '32 hex digits are taken as the trace id, unless there is a `traceparent`; anything else is replaced.',
  },
  Language: {
    name: 'Accept-Language', in: 'header', required: false, schema: { type: 'string', example: 'ko' },
    description: 'The language of error messages: `en` (default) or `ko`.',
  },
};

const HEADERS: Schema = {
  'X-Trace-Id': { description: 'The id under which this request is found in logs and traces.', schema: TRACE_ID },
  'X-Server-Time': { description: "The server's now, in ms since 1970; `Date` says it in seconds.", schema: { type: 'integer', example: 1_760_000_000_123 } },
  'WWW-Authenticate': { description: 'How to authenticate.', schema: { type: 'string', enum: ['Bearer'] } },
  'Retry-After': { description: 'Whole seconds to wait before another try. Not with every refusal of this status.', schema: { type: 'integer', minimum: 1 } },
};

const SECURITY_SCHEMES: Schema = {
  bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description: 'A token of the issuer: of a user, or the credential of a service.' },
};
