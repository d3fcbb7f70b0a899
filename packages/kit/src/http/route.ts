import type { OpenEvents } from '../push/push-stream.ts';

/** Who is calling, from a verified token. */
export interface Caller {
  /** The token's `sub`. */
  readonly userId: string;
  readonly roles: readonly string[];
  /** When the token ends, in ms on the wall clock. Whatever outlives the request ends then. */
  readonly tokenExpiresAtMs?: number;
}

/**
 * Who may use a route. `anyone`: no token is looked at. `optional`: a token is verified when there is one. `user`: any verified token.
 * `organizer` and `admin`: that role (an admin is let in where an organizer is). `service`: a service credential. `service_or_admin`:
 * either of the two. `operator`: role admin, or anybody on the same machine, with a token or without one (a loopback connection that no
 * proxy has forwarded).
 */
export type Access = 'anyone' | 'optional' | 'user' | 'organizer' | 'admin' | 'service' | 'service_or_admin' | 'operator';

/** One field of a request body or query, by its camelCase name; the snake_case spelling is accepted everywhere as well. */
export interface FieldRule {
  /** JSON Schema (draft 7) of the value. */
  readonly schema: Readonly<Record<string, unknown>>;
  readonly required?: boolean;
  /** The texts of the schema's `enum` are taken in any mixture of cases, and handed over as the schema writes them. */
  readonly anyCase?: boolean;
  /** Other names of the same field, in camelCase (`qty` of `quantity`). */
  readonly aliases?: readonly string[];
}

/** What a request may carry. Fields that are not named are ignored. */
export type Fields = Readonly<Record<string, FieldRule>>;

/** An answer that grants what was asked. */
export interface RouteAnswer {
  /** A sentence for the document. */
  readonly description: string;
  /** JSON Schema of the body, with camelCase names (`shape`). */
  readonly body?: Readonly<Record<string, unknown>>;
  /** Of an answer that is sent as it is, in place of `body`. */
  readonly contentType?: string;
  /** Header fields beyond those of every answer: what each says, by name. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** A request as a handler sees it: decoded, validated, its caller known. */
export interface EdgeRequest {
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, unknown>>;
  /** Fields by camelCase name; only those that the route names. Empty without a body. */
  readonly body: Readonly<Record<string, unknown>>;
  readonly caller: Caller | undefined;
  /** The `Idempotency-Key` header as sent; undefined when absent. */
  readonly idempotencyKey: string | undefined;
  /** 32 hex digits. */
  readonly traceId: string;
  /** Where the request comes from: an IP address, the network of an IPv6 household, or `unknown` where the connection is gone. */
  readonly address: string;
  readonly header: (name: string) => string | undefined;
}

/** An answer. `body` has camelCase keys; the edge spells them for the client. */
export interface EdgeReply {
  readonly status: number;
  readonly body?: Readonly<Record<string, unknown>> | readonly unknown[];
  /** The body is the same object for many readers and never changes: it is rendered once. */
  readonly isShared?: boolean;
  /** Sent as it is, in place of `body`: metrics text, pages, documents rendered before. */
  readonly content?: { readonly type: string; readonly data: string | Uint8Array };
  /** Begins a stream of server-sent events, in place of `body`. The server must have room for streams (`HttpServerOptions.streams`). */
  readonly events?: OpenEvents;
  readonly headers?: Readonly<Record<string, string>>;
}

/** One reason of a refusal, naming the field or thing it is about. */
export interface Detail {
  readonly field: string;
  readonly reason: string;
  /** Over gRPC: what was wrong about the field, such as the seat that is taken; `reason` is then a short word for programs. */
  readonly value?: string;
}

/** A refusal by a code of the error registry. It is a value: handlers return it. */
export interface Refusal {
  readonly refused: string;
  readonly details?: readonly Detail[];
  readonly retryAfterSeconds?: number;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Whether an `Idempotency-Key` must be sent, may be sent, or is not looked at. */
export type IdempotencyRule = 'required' | 'optional' | 'none';

/** A token bucket for each caller: it holds `burst` requests, and gains `perSecond`. */
export interface RateLimit {
  /** Small letters and hyphens: clients are told it. Routes with the same name share their buckets. */
  readonly name: string;
  readonly perSecond: number;
  readonly burst: number;
}

export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Fastify's notation: `/v1/reservations/:id`. Also the template in logs and metrics. */
  readonly path: string;
  readonly access: Access;
  readonly summary: string;
  readonly body?: Fields;
  readonly query?: Fields;
  /**
   * What the fields of the body say together, where each alone may be right: its violations are listed beside those of the schemas. It
   * is asked about every body, also one whose fields are missing or of other types than their schemas say, so it looks at a value's type
   * before it uses it. For parsed bodies only.
   */
  readonly check?: (body: Readonly<Record<string, unknown>>) => readonly Detail[];
  /**
   * `parsed` (default) validates `body`; `raw` hands the decoded JSON over as `body.document`, for catalogues; `bytes` hands over what was
   * sent, undecoded, as `body.bytes`, for signatures: the fields of `body` are then for the document only; `ignored` reads no body, of
   * whatever type it is, for what browsers send when a page is closed.
   */
  readonly bodyMode?: 'parsed' | 'raw' | 'bytes' | 'ignored';
  /** Whether a form (`application/x-www-form-urlencoded`) is taken beside JSON. Its values are texts; an empty one counts as absent. */
  readonly takesForm?: boolean;
  /** Greatest body in bytes; 64 KiB unless said. */
  readonly bodyLimit?: number;
  /** `none` unless said. A key that is sent is checked for its form under `required` and `optional`. */
  readonly idempotency?: IdempotencyRule;
  /**
   * A limit of this route's own, beside the one that each caller has over all routes together; `none` where senders are known otherwise than by a token
   * or an address, and neither limit counts. It acts only on a server that limits rates.
   */
  readonly rateLimit?: RateLimit | 'none';
  /**
   * Who holds a waiting token that comes as `token` in the query, as a text that tells holders apart; undefined for a token that is forged. The limits
   * know by it whom no sign-in names. It is asked about any text that a client sends.
   */
  readonly holderOf?: (waitingToken: string) => string | undefined;
  /** The field of the body, by its camelCase name, in which that token comes instead. Strangers are then counted once their body is read. */
  readonly holderField?: string;
  /** Whether seats are held, or money is on its way, until it is answered: under load it is sent away last. */
  readonly completesPurchase?: boolean;
  /** Whether who is not signed in has to solve a challenge first, on a server that sets any. */
  readonly demandsWork?: boolean;
  /** What the handler grants, by status. The OpenAPI document and the tests of routes rest on it; the edge does not look at it. */
  readonly answers?: Readonly<Record<number, RouteAnswer>>;
  /**
   * Every code that the handler refuses with, and those of failures of services behind it. What the edge itself refuses follows from the
   * rest of the route, and is not repeated here.
   */
  readonly refusals?: readonly string[];
  readonly handle: (request: EdgeRequest) => Promise<EdgeReply | Refusal> | EdgeReply | Refusal;
}
