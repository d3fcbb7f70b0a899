import type { ErrorRegistry } from '../errors/registry.ts';
import { takesBody } from '../http/compiled-route.ts';
import type { Access, FieldRule, Fields, Route, RouteAnswer } from '../http/route.ts';
import { toSnake, type Spelling } from '../http/spelling.ts';
import type { HttpSettings } from '../http/settings.ts';
import type { Components } from './components.ts';
import { givenCodes } from './given-codes.ts';
import { codesByStatus, refusalResponse } from './refusal-responses.ts';
import type { Schema } from './shapes.ts';

/** A route of a server, as its document tells of it. */
export interface ListedRoute {
  readonly route: Route;
  /** Answered even while the process refuses all work. */
  readonly isLiveness: boolean;
  /** Counted by the limits of rates. */
  readonly isLimited: boolean;
  /** The heading that it stands under. */
  readonly tag: string;
}

export interface OperationDeps {
  readonly components: Components;
  readonly registry: ErrorRegistry;
  readonly settings: Pick<HttpSettings, 'pathParameterChars' | 'idempotencyKeyChars' | 'idempotencyKeyFormat' | 'bodyLimitBytes'>;
  readonly spelling: Spelling;
}

/** One method of one path. */
export function operationOf(listed: ListedRoute, deps: OperationDeps): Schema {
  const { route, tag } = listed;
  const parameters = [...pathParameters(route, deps), ...queryParameters(route.query ?? {}, deps), ...headerParameters(route, deps)];
  return {
    operationId: operationId(route),
    tags: [tag],
    summary: route.summary,
    ...(WHO[route.access] === undefined ? {} : { description: WHO[route.access] }),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(takesBody(route) && (route.body !== undefined || route.bodyMode === 'raw') ? { requestBody: requestBody(route, deps) } : {}),
    security: SECURITY[route.access] ?? [{ bearer: [] }],
    responses: responsesOf(listed, deps),
  };
}

/** `POST /v1/reservations/:id/confirm` → `postV1ReservationsByIdConfirm`: it changes only where the path does. */
function operationId({ method, path }: Route): string {
  const words = path.replaceAll(/:(\w+)/g, 'by-$1').split(/[^A-Za-z0-9]+/).filter((part) => part !== '');
  return method.toLowerCase() + words.map((part) => part.charAt(0).toUpperCase() + part.slice(1)).join('');
}

const WHO: Readonly<Partial<Record<Access, string>>> = {
  user: 'For signed-in users.',
  organizer: 'For the roles organizer and admin.',
  admin: 'For the role admin.',
  service: 'For services, by a credential that names this service as its audience.',
  service_or_admin: 'For services, by a credential that names this service as its audience, and for the role admin.',
  operator: 'For the role admin, and without a token on the machine itself.',
};

const SECURITY: Readonly<Partial<Record<Access, readonly Schema[]>>> = {
  anyone: [],
  optional: [{}, { bearer: [] }],
  operator: [{}, { bearer: [] }],
};

function pathParameters({ path }: Route, { settings }: OperationDeps): readonly Schema[] {
  return [...path.matchAll(/:(\w+)/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string', minLength: 1, maxLength: settings.pathParameterChars },
  }));
}

function queryParameters(fields: Fields, { components, spelling }: OperationDeps): readonly Schema[] {
  return Object.entries(fields).map(([name, rule]) => ({
    name: spelling === 'snake' ? toSnake(name) : name,
    in: 'query',
    required: rule.required === true,
    schema: components.schema(fieldSchema(rule)),
  }));
}

function headerParameters({ idempotency = 'none', answers = {} }: Route, { settings }: OperationDeps): readonly Schema[] {
  const key = {
    name: 'Idempotency-Key',
    in: 'header',
    required: idempotency === 'required',
    description: 'Names this request: a repetition with the same key has no second effect, and gets the first answer.',
    schema: {
      type: 'string', minLength: 1, maxLength: settings.idempotencyKeyChars,
      ...(settings.idempotencyKeyFormat === 'uuid' ? { format: 'uuid' } : {}), example: 'b7c1f0de-4d0a-4d55-9a5e-3f2f6f1f8f10',
    },
  };
  const tag = { name: 'If-None-Match', in: 'header', required: false, description: 'An ETag that the client has: unchanged is 304.', schema: { type: 'string' } };
  return [...(idempotency === 'none' ? [] : [key]), ...('304' in answers ? [tag] : [])];
}

/** A field as JSON Schema, with what its rule says beyond it. */
function fieldSchema({ schema, aliases = [], anyCase = false }: FieldRule): Schema {
  const given = typeof schema['description'] === 'string' ? [schema['description']] : [];
  const also = aliases.length === 0 ? [] : [`Also taken as ${aliases.map((alias) => `\`${alias}\``).join(', ')}.`];
  const sentences = [...given, ...also, ...(anyCase ? ['Taken in any mixture of cases.'] : [])];
  return sentences.length === 0 ? schema : { ...schema, description: sentences.join(' ') };
}

function requestBody(route: Route, { components, settings }: OperationDeps): Schema {
  const fields = Object.entries(route.body ?? {});
  const required = fields.filter(([, rule]) => rule.required === true).map(([name]) => name);
  const schema =
    route.bodyMode === 'raw'
      ? { type: 'object', description: 'A document as the summary says; every problem in it is listed.' }
      : { type: 'object', properties: Object.fromEntries(fields.map(([name, rule]) => [name, fieldSchema(rule)])), required };
  const needed = route.bodyMode === 'raw' || required.length > 0 || route.check !== undefined;
  return {
    required: needed,
    description: `At most ${route.bodyLimit ?? settings.bodyLimitBytes} bytes. Fields that are not named are ignored.`,
    content: Object.fromEntries([JSON_TYPE, ...(route.takesForm === true ? [FORM_TYPE] : [])].map((type) => [type, { schema: components.schema(schema) }])),
  };
}

const JSON_TYPE = 'application/json';
const FORM_TYPE = 'application/x-www-form-urlencoded';

function responsesOf(listed: ListedRoute, deps: OperationDeps): Schema {
  const { route } = listed;
  const refused = codesByStatus(givenCodes(listed, deps.registry));
  const granted = Object.entries(route.answers ?? {}).map(([status, answer]) => [Number(status), answer] as const);
  const statuses = [...new Set([...granted.map(([status]) => status), ...refused.keys()])].sort((a, b) => a - b);
  const answers = new Map(granted);
  return Object.fromEntries(statuses.map((status) => [String(status), responseOf(status, answers.get(status), refused.get(status), deps)]));
}

/** Refusals of one status by the same codes are the same on every route; what also grants something is the route's own. */
function responseOf(status: number, answer: RouteAnswer | undefined, codes: readonly string[] | undefined, deps: OperationDeps): Schema {
  const make = (): Schema => makeResponse(status, answer, codes, deps);
  return answer === undefined && codes !== undefined ? deps.components.response([status, ...codes].join('-'), make) : make();
}

function makeResponse(status: number, answer: RouteAnswer | undefined, codes: readonly string[] | undefined, { components, registry }: OperationDeps): Schema {
  const refusal = codes === undefined ? undefined : refusalResponse(codes, registry);
  const schemas = [answer?.body, refusal?.schema].filter((schema) => schema !== undefined);
  const type = answer?.contentType ?? JSON_TYPE;
  const schema = answer?.contentType === undefined ? oneOf(schemas.map((one) => components.schema(one))) : { type: 'string' };
  return {
    description: [answer?.description, refusal?.description].filter((sentence) => sentence !== undefined).join('\n\n'),
    headers: { ...ALWAYS, ...headersOf(answer), ...(codes === undefined ? {} : headersOfRefusal(status)) },
    ...(schema === undefined ? {} : { content: { [type]: { schema } } }),
  };
}

const oneOf = (schemas: readonly Schema[]): Schema | undefined => (schemas.length > 1 ? { oneOf: schemas } : schemas[0]);

const headerRef = (name: string): Schema => ({ $ref: `#/components/headers/${name}` });
const ALWAYS: Schema = Object.fromEntries(['X-Trace-Id', 'X-Server-Time'].map((name) => [name, headerRef(name)]));

const headersOf = (answer: RouteAnswer | undefined): Schema =>
  Object.fromEntries(Object.entries(answer?.headers ?? {}).map(([name, description]) => [name, { description, schema: { type: 'string' } }]));

function headersOfRefusal(status: number): Schema {
  if (status === 401) return { 'WWW-Authenticate': headerRef('WWW-Authenticate') };
  return status === 429 || status >= 503 ? { 'Retry-After': headerRef('Retry-After') } : {};
}
