import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ClientAddressOf } from '../protection/client-address.ts';
import type { Span } from '../tracing/span.ts';
import type { CompiledRoute } from './compiled-route.ts';
import type { Caller, EdgeRequest, Refusal } from './route.ts';
import type { Spelling } from './spelling.ts';

type Values = Readonly<Record<string, unknown>>;
const NOTHING: Values = Object.freeze({});

/** Where the body of a request is: there is none, it is still on the wire, or it has been taken. */
export type BodyState = 'none' | 'unread' | 'taken';

/** One request and its answer on their way through the edge. Handlers see it as an `EdgeRequest`. */
export class Exchange implements EdgeRequest {
  readonly compiled: CompiledRoute;
  readonly raw: IncomingMessage;
  readonly res: ServerResponse;
  readonly params: Readonly<Record<string, string>>;
  readonly rawQuery: unknown;
  readonly addressOf: ClientAddressOf;
  readonly traceId: string;
  /** On the monotonic clock, in ms. */
  readonly startedMs: number;
  query: Values = NOTHING;
  body: Values = NOTHING;
  caller: Caller | undefined = undefined;
  /** Who shows a genuine token on a route that asks for none: the limits of rates know them by it, and the handler does not. */
  recognised: Caller | undefined = undefined;
  /** How the answer is spelled, once known. */
  spelling: Spelling | undefined = undefined;
  bodyState: BodyState = 'none';
  /** A refusal that waits for the body, whose keys decide how it is spelled. */
  heldRefusal: Refusal | undefined = undefined;
  /** Whether the limits of rates look at it once its body is read. */
  isCountedLater = false;
  isAnswered = false;
  /** Undefined where traces are not followed. */
  span: Span | undefined = undefined;

  constructor(
    compiled: CompiledRoute,
    raw: IncomingMessage,
    res: ServerResponse,
    params: Readonly<Record<string, string>>,
    rawQuery: unknown,
    traceId: string,
    startedMs: number,
    addressOf: ClientAddressOf,
  ) {
    this.compiled = compiled;
    this.raw = raw;
    this.res = res;
    this.params = params;
    this.rawQuery = rawQuery;
    this.traceId = traceId;
    this.startedMs = startedMs;
    this.addressOf = addressOf;
  }

  get address(): string {
    return this.addressOf(this.raw);
  }

  get idempotencyKey(): string | undefined {
    return this.#header('idempotency-key');
  }

  /** A function made on demand: most handlers read no header, and it may be passed on without this object. */
  get header(): (name: string) => string | undefined {
    return (name) => this.#header(name.toLowerCase());
  }

  #header(name: string): string | undefined {
    const value = this.raw.headers[name];
    return typeof value === 'object' ? value.join(', ') : value;
  }
}
