import { InvariantBreach } from '@traffic-tacos/kernel';
import type { Metrics } from '../metrics/metrics.ts';
import { createFieldReader, type FieldReader } from './field-reader.ts';
import type { Route } from './route.ts';
import { createRouteMeters, type RouteMeters } from './route-meters.ts';
import type { HttpSettings } from './settings.ts';
import { createValidation } from './validation.ts';

/** A route with all that can be worked out before the first request. */
export interface CompiledRoute {
  readonly route: Route;
  /** Whether a body is read at all. Methods that carry none by custom are given one only by a route that names its fields. */
  readonly takesBody: boolean;
  readonly bodyLimit: number;
  /** Undefined where no fields are named, or the document is handed over whole. */
  readonly readBody: FieldReader | undefined;
  readonly readQuery: FieldReader | undefined;
  /** CamelCase names of all fields, for spelling them in details. */
  readonly fieldNames: ReadonlySet<string>;
  readonly meters: RouteMeters;
  /** Answered even when the process refuses all work. */
  readonly isLiveness: boolean;
  /** Counted by the limits of rates, where the server has any. */
  readonly isLimited: boolean;
  /** A route of the service itself, whose requests may be sent away under load; those that every server has are always answered. */
  readonly isOwn: boolean;
}

/** What is special about the routes that every server has. */
interface Standing {
  readonly isLiveness?: boolean;
  readonly isLimited?: boolean;
  readonly isOwn?: boolean;
}

/** Compiles the routes of one server. Throws where a schema is not JSON Schema, two fields share a name or a check has no fields: a bug, found at start. */
export function createRouteCompiler(metrics: Metrics, settings: HttpSettings): (route: Route, standing?: Standing) => CompiledRoute {
  const validateBody = createValidation(false);
  // A query string carries texts only.
  const validateQuery = createValidation(true);
  return (route, { isLiveness = false, isLimited = false, isOwn = false } = {}) => {
    const { body, query } = route;
    const isParsed = body !== undefined && (route.bodyMode ?? 'parsed') === 'parsed';
    if (route.check !== undefined && !isParsed) throw new InvariantBreach(`${route.path} checks a body of which it names no fields`);
    return {
      route,
      takesBody: takesBody(route),
      bodyLimit: route.bodyLimit ?? settings.bodyLimitBytes,
      readBody: isParsed ? createFieldReader(body, validateBody(body), route.check) : undefined,
      readQuery: query === undefined ? undefined : createFieldReader(query, validateQuery(query)),
      fieldNames: new Set([...Object.keys(body ?? {}), ...Object.keys(query ?? {})]),
      meters: createRouteMeters(metrics, route.method, route.path),
      isLiveness,
      isLimited,
      isOwn,
    };
  };
}

/** Whether the edge reads a body for a route. */
export function takesBody(route: Route): boolean {
  const byCustom = route.method === 'POST' || route.method === 'PUT' || route.method === 'PATCH';
  return route.bodyMode !== 'ignored' && (byCustom || route.body !== undefined || route.bodyMode === 'raw');
}
