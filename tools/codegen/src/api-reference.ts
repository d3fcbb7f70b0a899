import { createErrorRegistry, ERROR_TABLE, type Access, type Route } from '@traffic-tacos/kit';
import { PAYMENT_ERRORS } from '@traffic-tacos/payment';
import type { ServedDocument } from './served-documents.ts';

/** The page of the REST routes: who may use each, what it grants, and what its handler refuses. */
export function apiPage(served: readonly ServedDocument[]): string {
  const parts = served.map(({ service, routes }) => [
    `## ${service}`, '', `The whole document: [\`contracts/openapi/${service}.json\`](../../contracts/openapi/${service}.json).`, '', HEADER, ...routes.map(rowOf), '',
  ]);
  return [INTRODUCTION, ...parts.flat()].join('\n');
}

function rowOf(route: Route): string {
  const { method, path, access, idempotency = 'none', summary, answers = {}, refusals = [] } = route;
  const shown = path.replaceAll(/:(\w+)/g, '{$1}');
  const byStatus = Map.groupBy(refusals, (code) => REGISTRY.find(code)?.status ?? 0);
  const refused = [...byStatus].sort(([a], [b]) => a - b).map(([status, codes]) => `${status} ${codes.map((code) => `\`${code}\``).join(', ')}`);
  const key = { required: 'required', optional: 'taken', none: '' }[idempotency];
  return `| \`${method} ${shown}\` | ${summary} | ${WHO[access]} | ${key} | ${Object.keys(answers).join(', ')} | ${refused.join(' · ')} |`;
}

const REGISTRY = createErrorRegistry(ERROR_TABLE, PAYMENT_ERRORS);

const WHO: Readonly<Record<Access, string>> = {
  anyone: '–', optional: '– or user', user: 'user', organizer: 'organizer, admin', admin: 'admin', service: 'service', service_or_admin: 'service, admin',
  operator: 'admin, or on the machine itself',
};

const HEADER = '| Route | What it does | Who | Key | Grants | Its handler refuses |\n|---|---|---|---|---|---|';

const INTRODUCTION = `<!-- Generated from the routes by npm run reference; do not edit. -->
# REST routes

Every REST port serves its own OpenAPI 3.0.3 document at \`/v3/api-docs\`, and Swagger UI over it at \`/swagger-ui.html\`, both without a network. The documents
have every field; this page is the overview. What the codes mean stands in [errors.md](errors.md), the rules of every answer in [interfaces.md](interfaces.md), §1.

Beside what its handler refuses, a route answers what its declaration leads to: 400 \`INVALID_REQUEST\` always (a request without \`Host\`, a path that is no
path, fields that are wrong), \`IDEMPOTENCY_REQUIRED\` where a key is taken, 401 \`UNAUTHENTICATED\` and 403 \`FORBIDDEN\` where a token is looked at (a service
is no user), 404 \`NOT_FOUND\` where the path has a parameter (one too long for any id), 413 \`PAYLOAD_TOO_LARGE\` and 415 \`UNSUPPORTED_MEDIA_TYPE\` where a body is
taken, 503 \`SERVICE_UNAVAILABLE\` always; and 408, 413 and 431 with \`INVALID_REQUEST\` before a request is whole.
`;
