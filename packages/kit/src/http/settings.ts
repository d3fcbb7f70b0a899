import type { IdempotencyKeyFormat } from './idempotency-key.ts';
import type { Access } from './route.ts';

/** How one HTTP server behaves. All times are in ms, all sizes in bytes. */
export interface HttpSettings {
  /** `snake`: always snake_case (the gateway). `client`: as the request body is spelled (the services). */
  readonly answerSpelling: 'client' | 'snake';
  readonly idempotencyKeyFormat: IdempotencyKeyFormat;
  readonly idempotencyKeyChars: number;
  /** Greatest body of a route that names no limit of its own. */
  readonly bodyLimitBytes: number;
  /** Levels of lists and objects in one JSON body. A catalogue needs five. */
  readonly jsonDepth: number;
  /** Request line and header together; more is 431. */
  readonly headerBytes: number;
  /** From the first byte, or the connection's begin, to the end of the header; then 408. */
  readonly headersTimeoutMs: number;
  /** From the first byte to the end of the body; then 408. */
  readonly requestTimeoutMs: number;
  /** Silence between two requests of a connection. Above the 60 s of common load balancers, so that they close first. */
  readonly keepAliveTimeoutMs: number;
  /** How often connections are looked at for the three timeouts. */
  readonly timeoutCheckMs: number;
  /** Connections at one time; more are closed at once. */
  readonly connections: number;
  /** Characters of one path parameter; longer ones are no route. */
  readonly pathParameterChars: number;
  /** How long a body that is refused unread is still taken in, so that the sender gets to read the answer. */
  readonly refusedBodyMs: number;
  readonly refusedBodyBytes: number;
  /** Who reads `/actuator/metrics` and `/actuator/prometheus`. `/metrics` is always for operators. */
  readonly actuatorMetricsAccess: Extract<Access, 'anyone' | 'operator'>;
}

export const DEFAULT_HTTP_SETTINGS: HttpSettings = {
  answerSpelling: 'client',
  idempotencyKeyFormat: 'opaque',
  idempotencyKeyChars: 255,
  bodyLimitBytes: 64 * 1024,
  jsonDepth: 32,
  headerBytes: 16 * 1024,
  headersTimeoutMs: 10_000,
  requestTimeoutMs: 60_000,
  keepAliveTimeoutMs: 65_000,
  timeoutCheckMs: 1_000,
  connections: 20_000,
  pathParameterChars: 256,
  refusedBodyMs: 1_000,
  refusedBodyBytes: 1024 * 1024,
  actuatorMetricsAccess: 'anyone',
};
