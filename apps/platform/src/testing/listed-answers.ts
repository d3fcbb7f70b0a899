/** One method of one path, as a document lists it: `POST /v1/reservations/{id}/confirm`. */
export type Operation = string;

/** `201` for what is granted, `409 SEAT_UNAVAILABLE` for what is refused. */
export type Listed = ReadonlyMap<Operation, ReadonlySet<string>>;

type Json = Readonly<Record<string, unknown>>;

const METHODS = ['get', 'post', 'put', 'patch', 'delete'];

/** Every answer that an OpenAPI document lists, by operation. */
export function listedAnswers(document: unknown): Listed {
  const { paths, components } = document as { readonly paths: Readonly<Record<string, Json>>; readonly components: { readonly responses: Json } };
  const listed = new Map<Operation, ReadonlySet<string>>();
  for (const [path, item] of Object.entries(paths)) {
    for (const method of METHODS.filter((one) => one in item)) {
      const { responses } = item[method] as { readonly responses: Readonly<Record<string, Json>> };
      const all = Object.entries(responses).flatMap(([status, response]) => answersOf(status, resolved(response, components.responses)));
      listed.set(`${method.toUpperCase()} ${path}`, new Set(all));
    }
  }
  return listed;
}

const resolved = (response: Json, named: Json): Json =>
  typeof response['$ref'] === 'string' ? (named[response['$ref'].replace('#/components/responses/', '')] as Json) : response;

/** A response grants something unless all its schemas are refusals; those name their codes. */
function answersOf(status: string, { content }: Json): readonly string[] {
  const schemas = Object.values((content ?? {}) as Readonly<Record<string, { readonly schema: Json }>>).map(({ schema }) => schema);
  const each = schemas.flatMap((schema) => (schema['oneOf'] as readonly Json[] | undefined) ?? [schema]);
  const codes = each.flatMap(codesOf);
  const grants = each.length === 0 || each.some((schema) => codesOf(schema).length === 0);
  return [...(grants ? [status] : []), ...codes.map((code) => `${status} ${code}`)];
}

function codesOf(schema: Json): readonly string[] {
  const text = JSON.stringify(schema['allOf'] ?? null);
  const found = /"code":\{"type":"string","enum":(\[[^\]]*\])\}/.exec(text)?.[1];
  return found === undefined ? [] : (JSON.parse(found) as readonly string[]);
}

/** The operation that a request's path belongs to: one without parameters before one with. */
export function operationOf(listed: Listed, method: string, target: string): Operation | undefined {
  const given = (target.split('?')[0] ?? '').split('/');
  const matching = [...listed.keys()].filter((operation) => {
    const [verb, path = ''] = operation.split(' ');
    const parts = path.split('/');
    return verb === method && parts.length === given.length && parts.every((part, place) => part.startsWith('{') || part === given[place]);
  });
  return matching.sort((one, other) => one.split('{').length - other.split('{').length)[0];
}
