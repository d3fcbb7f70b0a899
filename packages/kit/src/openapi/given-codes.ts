import { invariant, present } from '@traffic-tacos/kernel';
import type { ErrorRegistry } from '../errors/registry.ts';
import { takesBody } from '../http/compiled-route.ts';
import type { Route } from '../http/route.ts';

/** A status with an error code that a route may answer. */
export interface GivenCode {
  readonly status: number;
  readonly code: string;
}

interface Standing {
  readonly route: Route;
  readonly isLiveness: boolean;
  /** Counted by the limits of rates. */
  readonly isLimited: boolean;
}

/**
 * Every refusal that a client may get from a route: what the edge refuses for it, and what its handler does. By status, then in the order
 * in which they are given. A fault of ours (500) is none of them.
 */
export function givenCodes({ route, isLiveness, isLimited }: Standing, registry: ErrorRegistry): readonly GivenCode[] {
  const codes = new Set([...edgeCodes(route, isLiveness), ...(isLimited ? ['RATE_LIMITED'] : []), ...(route.refusals ?? [])]);
  const given = [...codes].map((code) => ({ status: statusOf(code, route, registry), code }));
  return [...given, ...OF_THE_CONNECTION].sort((one, other) => one.status - other.status);
}

/** Given before there is a request: it did not arrive in time, or its header or chunk extensions are too large. */
const OF_THE_CONNECTION: readonly GivenCode[] = [408, 413, 431].map((status) => ({ status, code: 'INVALID_REQUEST' }));

function statusOf(code: string, { method, path }: Route, registry: ErrorRegistry): number {
  const entry = present(registry.find(code), `${method} ${path} refuses with ${code}, which is in no table`);
  invariant(entry.status < 500 || entry.status > 500, `${method} ${path} declares a fault of ours`);
  return entry.status;
}

/** What the edge refuses follows from what a route says of itself. */
function edgeCodes(route: Route, isLiveness: boolean): readonly string[] {
  const { access, idempotency = 'none', path } = route;
  return [
    // A request without a Host, or with a path that is no path, is wrong on every route.
    'INVALID_REQUEST',
    ...(idempotency === 'none' ? [] : ['IDEMPOTENCY_REQUIRED']),
    // Where any user may enter, a service may not.
    ...(access === 'anyone' ? [] : ['UNAUTHENTICATED', 'FORBIDDEN']),
    // A parameter longer than any id belongs to no route.
    ...(path.includes(':') ? ['NOT_FOUND'] : []),
    ...(takesBody(route) ? ['PAYLOAD_TOO_LARGE', 'UNSUPPORTED_MEDIA_TYPE'] : []),
    ...(isLiveness ? [] : ['SERVICE_UNAVAILABLE']),
  ];
}
