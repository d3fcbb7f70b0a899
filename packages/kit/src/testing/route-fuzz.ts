import { AssertionError } from 'node:assert';
import fc from 'fast-check';
import { ERROR_REGISTRY, type ErrorRegistry } from '../errors/registry.ts';
import type { Route } from '../http/route.ts';
import { rawRequest, type RawReply } from './raw-request.ts';
import { requestArbitrary } from './request-arbitrary.ts';
import { withServer, type TestServer } from './with-server.ts';

const TIME_LIMIT_MS = 60_000;

/** How much is thrown, and at what. */
export interface RouteFuzzOptions {
  /** Requests; 300 unless given. Each takes about half a millisecond. */
  readonly runs?: number;
  /** Replays the run that a failure has printed. */
  readonly seed?: number;
  /** Of the routes' own error codes. */
  readonly registry?: ErrorRegistry;
  readonly server?: Parameters<typeof withServer>[2];
}

const BUILTIN: readonly Route[] = ['/health', '/readyz', '/info', '/metrics', '/actuator/prometheus', '/nothing/here'].map((path) => ({
  method: 'GET',
  path,
  access: 'anyone',
  summary: '',
  handle: () => ({ status: 200 }),
}));

/**
 * Throws arbitrary requests at every route and asserts that no answer is a 5xx, that every error has the one shape, and that every
 * answer is named and dated. Users of every role, forged tokens and nobody are among the senders. A failure prints the seed and the
 * shortest request found.
 */
export async function routeFuzz(routes: readonly Route[], options: RouteFuzzOptions = {}): Promise<void> {
  await withServer(
    routes,
    async (running) => {
      const roles = [undefined, 'organizer', 'admin', 'service'];
      const authorizations = await Promise.all(roles.map((role) => running.bearer('usr_fuzz', role)));
      const stale = await running.issuer.token({ userId: 'usr_fuzz', expiresInSeconds: -10 });
      await fuzzServer(running, routes, [...authorizations, `Bearer ${stale}`], options);
    },
    options.server,
  );
}

/** The same against a server that runs already, with these values of `Authorization`. */
export async function fuzzServer(
  { port }: Pick<TestServer, 'port'>,
  routes: readonly Route[],
  authorizations: readonly string[],
  { runs = 300, seed, registry = ERROR_REGISTRY }: RouteFuzzOptions = {},
): Promise<void> {
  const property = fc.asyncProperty(requestArbitrary([...routes, ...BUILTIN], authorizations), async (bytes) => {
    const reply = await rawRequest(port, bytes);
    const problem = reply === undefined ? 'closed without an answer' : problemOf(reply, bytes, registry);
    if (problem !== undefined) throw new AssertionError({ message: `${problem}\n${describe(bytes, reply)}` });
  });
  const parameters = { numRuns: runs, interruptAfterTimeLimit: TIME_LIMIT_MS };
  const outcome = await fc.check(property, seed === undefined ? parameters : { ...parameters, seed });
  if (!outcome.failed) return;
  const { errorInstance: cause } = outcome;
  const message = cause instanceof Error ? cause.message : String(cause);
  throw new AssertionError({ message: `${message}\n(request ${outcome.numRuns}; replay with seed: ${outcome.seed})` });
}

/** What is wrong with an answer, or undefined. Exported so that the check itself can be shown to fire. */
export function problemOf(reply: RawReply, request: Buffer, registry: ErrorRegistry): string | undefined {
  const { status, headers, text } = reply;
  if (!(status >= 200 && status < 500)) return `answered ${status}`;
  if (!/^[0-9a-f]{32}$/.test(headers['x-trace-id'] ?? '')) return 'carries no X-Trace-Id';
  if (!/^\d+$/.test(headers['x-server-time'] ?? '') || headers['date'] === undefined) return 'carries no server time';
  if (status < 400 || isHead(request)) return undefined;
  if (status === 401 && !/^(?:Bearer$|Basic realm=")/.test(headers['www-authenticate'] ?? '')) return 'does not say how to authenticate';
  return problemOfError(reply, text, registry);
}

/** Statuses of the HTTP layer itself, which carry the code INVALID_REQUEST. */
const HTTP_STATUSES = [408, 413, 431];

function problemOfError({ status, headers }: RawReply, text: string, registry: ErrorRegistry): string | undefined {
  const error = errorOf(text);
  if (error === undefined) return 'is an error without an error document';
  const { code, message, timestamp, path, details } = error;
  const wanted = typeof code === 'string' ? registry.find(code)?.status : undefined;
  const isHttpStatus = code === 'INVALID_REQUEST' && HTTP_STATUSES.includes(status);
  if (wanted !== status && !isHttpStatus) return `has the code ${String(code)} with status ${status}`;
  if ((error['trace_id'] ?? error['traceId']) !== headers['x-trace-id']) return 'names two different traces';
  if (typeof message !== 'string' || message === '') return 'has no message';
  if (typeof path !== 'string' || path.includes('?')) return 'has no clean path';
  if (typeof timestamp !== 'string' || Number.isNaN(Date.parse(timestamp))) return 'has no timestamp';
  return Array.isArray(details) && details.every(isDetail) ? undefined : 'has malformed details';
}

function errorOf(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const { error } = JSON.parse(text) as { readonly error?: Readonly<Record<string, unknown>> };
    return error;
  } catch {
    // The caller reports it: an error answer that is no JSON.
    return undefined;
  }
}

const isDetail = (detail: unknown): boolean => {
  const { field, reason } = (detail ?? {}) as { readonly field?: unknown; readonly reason?: unknown };
  return typeof field === 'string' && typeof reason === 'string' && reason !== '';
};

const isHead = (request: Buffer): boolean => request.subarray(0, 5).toString('latin1') === 'HEAD ';

const MAX_SHOWN = 2_000;

function describe(bytes: Buffer, reply: RawReply | undefined): string {
  return `> ${bytes.toString('latin1').slice(0, MAX_SHOWN)}\n< ${JSON.stringify(reply).slice(0, MAX_SHOWN)}`;
}
