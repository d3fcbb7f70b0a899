import type { IdempotencyKeyFormat } from '../../http/idempotency-key.ts';

/** The files of a server's certificate, in PEM. */
export interface GrpcServerTls {
  readonly keyFile: string;
  readonly certFile: string;
  /** When given, clients must show a certificate that one of these authorities has signed (mTLS). */
  readonly clientCaFile?: string;
}

/** How one gRPC server behaves. All times are in ms, all sizes in bytes. */
export interface GrpcSettings {
  /**
   * `token`: callers show a bearer token. `network`: those who come from this machine or a trusted network may come without one, and are
   * let in wherever a user or a service is; never where an admin is demanded.
   */
  readonly auth: 'token' | 'network';
  /** Besides loopback, for `network`: addresses, or networks in CIDR notation. */
  readonly trustedNetworks: readonly string[];
  /** Plaintext when undefined. */
  readonly tls: GrpcServerTls | undefined;
  readonly idempotencyKeyFormat: IdempotencyKeyFormat;
  readonly idempotencyKeyChars: number;
  /** Greatest message, in and out; more is RESOURCE_EXHAUSTED. */
  readonly messageBytes: number;
  /** All names and values of a call's metadata together; more is RESOURCE_EXHAUSTED. */
  readonly metadataBytes: number;
  /** A connection is asked for a sign of life this often, and ends when none comes in that time. */
  readonly keepAliveMs: number;
  readonly keepAliveTimeoutMs: number;
  /** Calls at one time on one connection; clients wait with more. */
  readonly streamsPerConnection: number;
  /** Connections at one time; more are closed at once. */
  readonly connections: number;
  /** Calls without an answer at one time on the whole server; more are UNAVAILABLE before anything is done for them. */
  readonly callsAtOnce: number;
}

export const DEFAULT_GRPC_SETTINGS: GrpcSettings = {
  auth: 'token',
  trustedNetworks: [],
  tls: undefined,
  idempotencyKeyFormat: 'opaque',
  idempotencyKeyChars: 255,
  messageBytes: 10 * 1024 * 1024,
  metadataBytes: 16 * 1024,
  keepAliveMs: 30_000,
  keepAliveTimeoutMs: 10_000,
  streamsPerConnection: 1_000,
  connections: 10_000,
  callsAtOnce: 20_000,
};
