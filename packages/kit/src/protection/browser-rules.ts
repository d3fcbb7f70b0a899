import type { EdgeReply } from '../http/route.ts';

export interface BrowserSettings {
  /** Origins beside the own one whose pages may call, as browsers write them. */
  readonly allowOrigins: readonly string[];
  /** Whether answers say how safe browsers have to be with them. */
  readonly isSafe: boolean;
  /** How long browsers are told to come by HTTPS only, in seconds; 0 tells them nothing. */
  readonly hstsSeconds: number;
}

type Headers = Readonly<Record<string, string>>;

/** Answers are data, never pages: nothing in them may run, be framed, or be guessed to be of another type. Pages of ours have rules of their own. */
const SAFE: readonly (readonly [name: string, value: string])[] = [
  ['X-Content-Type-Options', 'nosniff'],
  ['X-Frame-Options', 'DENY'],
  ['Referrer-Policy', 'no-referrer'],
  ['Content-Security-Policy', "default-src 'none'; frame-ancestors 'none'"],
  // What is not said to be public belongs to whoever asked.
  ['Cache-Control', 'no-store'],
];

const EXPOSED = [
  'Date', 'ETag', 'Idempotency-Replayed', 'RateLimit', 'RateLimit-Policy', 'Retry-After', 'WWW-Authenticate', 'X-Challenge', 'X-RateLimit-Limit', 'X-RateLimit-Remaining',
  'X-RateLimit-Reset', 'X-Server-Time', 'X-Trace-Id',
].join(', ');
const ACCEPTED = [
  'Accept', 'Accept-Language', 'Authorization', 'Content-Type', 'Idempotency-Key', 'If-None-Match', 'Last-Event-ID', 'traceparent', 'X-Challenge-Solution', 'X-Trace-Id',
].join(', ');
/** How long a browser remembers what it may send, in seconds. */
const PREFLIGHT_SECONDS = '600';

/**
 * What browsers are told with every answer: how safe to be with it, and which other origins may read it. Callers are known by a token that a page must
 * send itself, never by a cookie, so no origin is given credentials.
 */
export class BrowserRules {
  readonly #origins: ReadonlySet<string>;
  readonly #safe: readonly (readonly [name: string, value: string])[];

  constructor({ allowOrigins, isSafe, hstsSeconds }: BrowserSettings) {
    this.#origins = new Set(allowOrigins);
    const transport: typeof SAFE = hstsSeconds === 0 ? [] : [['Strict-Transport-Security', `max-age=${hstsSeconds}; includeSubDomains`]];
    this.#safe = [...(isSafe ? SAFE : []), ...transport];
  }

  /** Adds header fields to an answer; what it says itself in `own` stands. */
  append(fields: string[], origin: string | undefined, own: Headers | undefined): void {
    for (const [name, value] of this.#safe) if (own === undefined || !names(own, name)) fields.push(name, value);
    if (this.#origins.size === 0) return;
    // A shared cache must not give one origin's answer to another.
    fields.push('Vary', 'Origin');
    if (origin !== undefined && this.#origins.has(origin)) fields.push('Access-Control-Allow-Origin', origin, 'Access-Control-Expose-Headers', EXPOSED);
  }

  /** Whether pages of another origin may call. */
  allows(origin: string): boolean {
    return this.#origins.has(origin);
  }

  /** The answer to a browser that asks before it sends; undefined where it is not asked from an allowed origin. */
  preflight(headers: Readonly<Record<string, string | readonly string[] | undefined>>, methods: readonly string[]): EdgeReply | undefined {
    const { origin } = headers;
    if (typeof origin !== 'string' || !this.#origins.has(origin) || headers['access-control-request-method'] === undefined) return undefined;
    return {
      status: 204,
      headers: { 'Access-Control-Allow-Methods': methods.join(', '), 'Access-Control-Allow-Headers': ACCEPTED, 'Access-Control-Max-Age': PREFLIGHT_SECONDS },
    };
  }
}

function names(headers: Headers, name: string): boolean {
  for (const given in headers) if (given.length === name.length && given.toLowerCase() === name.toLowerCase()) return true;
  return false;
}
