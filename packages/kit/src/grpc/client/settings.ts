import type { BreakerSettings } from './circuit-breaker.ts';

/** The files of a client's side of TLS, in PEM. */
export interface GrpcClientTls {
  /** Authorities that may have signed the server's certificate; the system's when undefined. */
  readonly caFile?: string;
  /** Our own key and certificate, for servers that demand one (mTLS). */
  readonly keyFile?: string;
  readonly certFile?: string;
  /** The name that the server's certificate must carry, where it is not that of the address. */
  readonly serverName?: string;
}

/** How one service is called. All times are in ms, all sizes in bytes. */
export interface GrpcChannelSettings {
  /** For one call with all its repeats. */
  readonly timeoutMs: number;
  /** Repeats after the first attempt, of calls that may be repeated. */
  readonly retries: number;
  /** Before the first repeat; doubled for each further one up to the greatest. Half of it is left to chance. */
  readonly backoffMs: number;
  readonly greatestBackoffMs: number;
  readonly breaker: BreakerSettings;
  /** Calls at one time; more are not begun. */
  readonly callsAtOnce: number;
  /** Greatest message, in and out. */
  readonly messageBytes: number;
  /** The connection is asked for a sign of life this often, and is made anew when none comes in that time. */
  readonly keepAliveMs: number;
  readonly keepAliveTimeoutMs: number;
  /** After a connection has failed, the next is tried after between these times. */
  readonly reconnectMs: number;
  readonly greatestReconnectMs: number;
  /** Plaintext when undefined. */
  readonly tls: GrpcClientTls | undefined;
}

export const DEFAULT_GRPC_CHANNEL_SETTINGS: GrpcChannelSettings = {
  timeoutMs: 250,
  retries: 3,
  backoffMs: 10,
  greatestBackoffMs: 100,
  breaker: { failureRatio: 0.5, openMs: 30_000, windowMs: 10_000, leastCalls: 20, trials: 3 },
  callsAtOnce: 1_000,
  messageBytes: 10 * 1024 * 1024,
  keepAliveMs: 30_000,
  keepAliveTimeoutMs: 10_000,
  reconnectMs: 100,
  greatestReconnectMs: 2_000,
  tls: undefined,
};
