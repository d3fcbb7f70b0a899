import type { Clock, Random } from '@traffic-tacos/kernel';
import type { ErrorRegistry } from '../errors/registry.ts';
import type { Logger } from '../logging/logger.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { OpenStreams } from '../push/open-streams.ts';
import type { SocketRoute } from '../push/socket-topic.ts';
import type { ClientAddressOf } from '../protection/client-address.ts';
import type { BrowserRules } from '../protection/browser-rules.ts';
import type { LoadShedder } from '../protection/load-shedder.ts';
import type { ProofOfWork } from '../protection/proof-of-work.ts';
import type { RateLimits } from '../protection/rate-limits.ts';
import type { Tracing } from '../tracing/tracing.ts';
import type { TokenVerifier } from './authorize.ts';
import type { About } from './builtin-routes.ts';
import type { Health } from './health.ts';
import type { Route } from './route.ts';
import type { HttpSettings } from './settings.ts';

/** What an HTTP server is made of. Several servers of one platform share everything but name and routes. */
export interface HttpServerOptions {
  /** The service's name, in logs and in `/info`. */
  readonly name: string;
  readonly routes: readonly Route[];
  readonly verifier: TokenVerifier;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** The decision clock: its now is `Date` and `X-Server-Time`. */
  readonly clock: Clock;
  /** For trace ids. */
  readonly random: Random;
  readonly health: Health;
  readonly about: About;
  /** The platform's table unless given; a service's own must contain it. */
  readonly registry?: ErrorRegistry;
  readonly settings?: Partial<HttpSettings>;
  /** Undefined: traces are named, and followed no further. */
  readonly tracing?: Tracing | undefined;
  /** Undefined: nobody is told to come again later. Servers that share it share what each caller has left. */
  readonly rateLimits?: RateLimits | undefined;
  /** The challenges for routes that demand work; undefined: none is set. */
  readonly work?: ProofOfWork | undefined;
  /** Undefined: nobody is sent away, however long they wait. */
  readonly shedder?: LoadShedder | undefined;
  /** What browsers are told; nothing unless given. */
  readonly browser?: BrowserRules | undefined;
  /** Room for streams; needed where a route answers with `events`. They end when the server closes. */
  readonly streams?: OpenStreams | undefined;
  /** What clients may follow over WebSockets; needs `streams`. */
  readonly sockets?: SocketRoute | undefined;
  /** Which client a request comes from; its connection's address unless given. */
  readonly addressOf?: ClientAddressOf | undefined;
}

/** Whether the limits count a route. Those that every server has are not asked about: who watches over a service must always get an answer. */
export const isLimited = ({ rateLimit }: Route, { rateLimits }: Pick<HttpServerOptions, 'rateLimits'>): boolean => rateLimits !== undefined && rateLimit !== 'none';

/** Where a server listens. */
export interface ListeningAt {
  readonly host: string;
  readonly port: number;
  /** `http://127.0.0.1:8010` */
  readonly url: string;
}

/** A request made without a socket, for tests. */
export interface InjectRequest {
  readonly method: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Bytes or text are sent as they are; anything else as JSON. */
  readonly body?: unknown;
}

export interface InjectReply {
  readonly status: number;
  /** By name in small letters. */
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  /** The body parsed as JSON. Throws `SyntaxError` when it is none. */
  json(): unknown;
}

export interface HttpServer {
  /** Port 0 takes any free one. Rejects with `CannotListen`. */
  listen(port: number, host: string): Promise<ListeningAt>;
  /** Stops accepting, answers what runs, and cuts off what still runs after the deadline. */
  close(deadlineMs: number): Promise<ClosedServer>;
  inject(request: InjectRequest): Promise<InjectReply>;
}

/** `drained`: everything was answered. `cut_off`: so many requests had no answer at the deadline. */
export type ClosedServer = { readonly kind: 'drained' } | { readonly kind: 'cut_off'; readonly unanswered: number };

/** The port is taken, the address is not ours, or the system forbids it: `code` is the system's (`EADDRINUSE`, `EACCES`…). */
export class CannotListen extends Error {
  override readonly name = 'CannotListen';
  readonly code: string;

  constructor(host: string, port: number, code: string, cause: unknown) {
    super(`cannot listen on ${host}:${port}: ${code}`, { cause });
    this.code = code;
  }
}
