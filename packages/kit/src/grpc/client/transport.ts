import { isIP } from 'node:net';
import { checkServerIdentity, type PeerCertificate } from 'node:tls';
import { Client, credentials, Metadata, type ChannelCredentials } from '@grpc/grpc-js';
import type { ErrorMode } from '../grpc-call.ts';
import { checkTlsFiles, readPem } from '../tls-files.ts';
import type { GrpcChannelSettings, GrpcClientTls } from './settings.ts';

/** A grpc-js client for one address. Repeats are ours to decide, so its own are off. Throws `UnusableTlsFile`. */
export function createTransport(address: string, settings: GrpcChannelSettings): Client {
  const { tls } = settings;
  const ip = ipOf(address);
  return new Client(address, credentialsOf(tls, ip), {
    'grpc.max_receive_message_length': settings.messageBytes,
    'grpc.max_send_message_length': settings.messageBytes,
    'grpc.keepalive_time_ms': settings.keepAliveMs,
    'grpc.keepalive_timeout_ms': settings.keepAliveTimeoutMs,
    'grpc.keepalive_permit_without_calls': 1,
    'grpc.initial_reconnect_backoff_ms': settings.reconnectMs,
    'grpc.max_reconnect_backoff_ms': settings.greatestReconnectMs,
    'grpc.enable_retries': 0,
    'grpc.enable_channelz': 0,
    // Two platforms in one process share no connection.
    'grpc.use_local_subchannel_pool': 1,
    'grpc.service_config_disable_resolution': 1,
    ...serverNameOf(tls, ip),
  });
}

/** The address itself where it is one and no name. */
function ipOf(address: string): string | undefined {
  const host = address.slice(0, address.lastIndexOf(':')).replace(/^\[(.*)\]$/, '$1');
  return isIP(host) === 0 ? undefined : host;
}

/** Node refuses an address for the name that a TLS client asks for, and grpc-js would give it one. */
function serverNameOf(tls: GrpcClientTls | undefined, ip: string | undefined): Readonly<Record<string, string>> {
  const name = tls?.serverName ?? (tls === undefined || ip === undefined ? undefined : 'address.invalid');
  return name === undefined ? {} : { 'grpc.ssl_target_name_override': name };
}

function credentialsOf(tls: GrpcClientTls | undefined, ip: string | undefined): ChannelCredentials {
  if (tls === undefined) return credentials.createInsecure();
  const { caFile, keyFile, certFile } = tls;
  const ca = caFile === undefined ? undefined : readPem(caFile);
  const key = keyFile === undefined ? undefined : readPem(keyFile);
  const cert = certFile === undefined ? undefined : readPem(certFile);
  checkTlsFiles([caFile, keyFile, certFile].filter((file) => file !== undefined).join(', '), {
    ...(ca === undefined ? {} : { ca }),
    ...(key === undefined ? {} : { key }),
    ...(cert === undefined ? {} : { cert }),
  });
  // The certificate must then be for the address, as it would have to be for the name.
  const isByAddress = ip !== undefined && tls.serverName === undefined;
  const verify = isByAddress ? { checkServerIdentity: (_name: string, peer: PeerCertificate) => checkServerIdentity(ip, peer) } : {};
  return credentials.createSsl(ca ?? null, key ?? null, cert ?? null, verify);
}

/** What goes with a call besides its message. */
export interface CallHead {
  readonly token: string | undefined;
  readonly idempotencyKey: string | undefined;
  readonly traceparent: string | undefined;
  readonly errorMode: ErrorMode | undefined;
}

const ASCII = /^[\x20-\x7e]+$/;

export function metadataOf({ token, idempotencyKey, traceparent, errorMode }: CallHead): Metadata {
  const metadata = new Metadata();
  if (token !== undefined) metadata.set('authorization', `Bearer ${token}`);
  if (errorMode === 'status') metadata.set('x-error-mode', errorMode);
  if (traceparent !== undefined) metadata.set('traceparent', traceparent);
  // Keys are any text, and metadata is ASCII: such a key goes in the request's own field alone.
  if (idempotencyKey !== undefined && ASCII.test(idempotencyKey)) metadata.set('idempotency-key', idempotencyKey);
  return metadata;
}
