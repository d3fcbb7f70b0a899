import { Ajv, type ValidateFunction } from 'ajv';
import type { EdgeReply, Refusal, Route } from '../http/route.ts';
import { UpstreamFailure } from '../grpc/client/upstream-failure.ts';
import type { Schema } from '../openapi/shapes.ts';

/**
 * The same routes, whose handlers fail when they answer what their route does not declare: a status, a body that is not its schema to the
 * last member, or a code. A route that declares nothing is left alone. For tests: what passes here is what the documents say.
 */
export function declaredRoutes(routes: readonly Route[]): readonly Route[] {
  return routes.map((route) => (route.answers === undefined || route.refusals === undefined ? route : declaredRoute(route)));
}

function declaredRoute(route: Route): Route {
  const problemOf = problemFinder(route);
  const checked = <Outcome extends EdgeReply | Refusal>(outcome: Outcome): Outcome => {
    const problem = problemOf(outcome);
    if (problem !== undefined) throw new UndeclaredAnswer(route, problem);
    return outcome;
  };
  return {
    ...route,
    handle: (request) => {
      const outcome = route.handle(request);
      return outcome instanceof Promise ? outcome.then(checked, (thrown: unknown) => rethrow(route, thrown)) : checked(outcome);
    },
  };
}

/** Finds what is wrong with an outcome of the route; undefined: nothing. */
function problemFinder({ answers = {}, refusals = [] }: Route): (outcome: EdgeReply | Refusal) => string | undefined {
  const ajv = new Ajv({ strict: false, formats: { 'date-time': /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/ } });
  const validators = new Map<number, ValidateFunction | undefined>(
    Object.entries(answers).map(([status, { body }]) => [Number(status), body === undefined ? undefined : ajv.compile(closed(body))]),
  );
  return (outcome) => {
    if ('refused' in outcome) return refusals.includes(outcome.refused) ? undefined : `refuses with ${outcome.refused}`;
    if (!validators.has(outcome.status)) return `answers ${outcome.status}`;
    const validate = validators.get(outcome.status);
    if (validate === undefined) return outcome.body === undefined ? undefined : `answers ${outcome.status} with a body`;
    // What is undefined is left out of an answer.
    if (validate(JSON.parse(JSON.stringify(outcome.body ?? null)))) return undefined;
    return `answers ${outcome.status} with a body that ${ajv.errorsText(validate.errors, { dataVar: 'body' })}`;
  };
}

/** A schema without room for members that it does not name. */
function closed(schema: Schema): Schema {
  const entries = Object.entries(schema).map(([keyword, value]): [string, unknown] => {
    if (keyword === 'properties') return [keyword, Object.fromEntries(Object.entries(value as Schema).map(([name, member]) => [name, closed(member as Schema)]))];
    return keyword === 'items' ? [keyword, closed(value as Schema)] : [keyword, value];
  });
  return Object.fromEntries([...('properties' in schema ? [['additionalProperties', false]] : []), ...entries] as [string, unknown][]);
}

/** Another service's failure is one of ours to name: its code must be declared as well. */
function rethrow(route: Route, thrown: unknown): never {
  const isUndeclared = thrown instanceof UpstreamFailure && thrown.refusedAs !== 'SERVICE_UNAVAILABLE' && route.refusals?.includes(thrown.refusedAs) !== true;
  throw isUndeclared ? new UndeclaredAnswer(route, `fails with ${thrown.refusedAs}`, thrown) : thrown;
}

class UndeclaredAnswer extends Error {
  override readonly name = 'UndeclaredAnswer';

  constructor({ method, path }: Route, problem: string, cause?: unknown) {
    super(`${method} ${path} ${problem}, which the route does not declare`, { cause });
  }
}
