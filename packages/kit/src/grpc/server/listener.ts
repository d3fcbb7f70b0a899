import { createServer, type AddressInfo, type Server as NetServer, type Socket } from 'node:net';
import { ServerCredentials, type ConnectionInjector, type Server } from '@grpc/grpc-js';
import { CannotListen } from '../../http/server-options.ts';
import { checkTlsFiles, readPem } from '../tls-files.ts';
import { checkTimeout } from './check-timeout.ts';
import { createStreamsRenewal } from './renew-streams.ts';
import type { GrpcServerTls } from './settings.ts';
import { addStreamCheck } from './stream-check.ts';

/** Where a gRPC server listens. */
export interface GrpcListeningAt {
  readonly host: string;
  readonly port: number;
  /** `127.0.0.1:8021`, for clients. */
  readonly address: string;
}

/**
 * The port of a gRPC server. It is a server of sockets of our own that hands each to grpc-js, because the number of connections is to be
 * bounded and all of them are to be closed in the end, for neither of which grpc-js has a way.
 */
export class GrpcListener {
  readonly #sockets = new Set<Socket>();
  readonly #injector: ConnectionInjector;
  readonly #server: NetServer;
  #onEmpty: (() => void) | undefined;

  /** `onError` hears of connections that could not be taken, as when the process has no file descriptors left. */
  constructor(server: Server, tls: GrpcServerTls | undefined, connections: number, onError: (error: Error) => void) {
    addStreamCheck(server, checkTimeout);
    addStreamCheck(server, createStreamsRenewal());
    this.#injector = server.createConnectionInjector(credentialsOf(tls));
    this.#server = createServer({ noDelay: true }, (socket) => this.#take(socket));
    this.#server.maxConnections = connections;
    this.#server.on('error', onError);
  }

  listen(port: number, host: string): Promise<GrpcListeningAt> {
    return new Promise((resolve, reject) => {
      const onRefused = (cause: NodeJS.ErrnoException): void => reject(new CannotListen(host, port, cause.code ?? 'unknown', cause));
      this.#server.once('error', onRefused);
      // Of the two addresses that this name may have, the one that the other servers take.
      this.#server.listen(port, host === 'localhost' ? '127.0.0.1' : host, () => {
        this.#server.off('error', onRefused);
        resolve(whereIs(this.#server));
      });
    });
  }

  /**
   * Accepts no more connections and tells clients to make no more calls. Each connection ends after its last answer, at the deadline all do.
   * Resolves when none is left.
   */
  async close(deadlineMs: number): Promise<void> {
    const deadline = setTimeout(() => this.#cutOff(), deadlineMs);
    this.#server.close();
    this.#injector.drain(deadlineMs);
    if (this.#sockets.size > 0) await new Promise<void>((resolve) => (this.#onEmpty = resolve));
    clearTimeout(deadline);
    this.#injector.destroy();
  }

  #take(socket: Socket): void {
    this.#sockets.add(socket);
    // Whatever goes wrong with a connection ends it, and that is what counts.
    socket.on('error', () => socket.destroy());
    socket.once('close', () => {
      this.#sockets.delete(socket);
      if (this.#sockets.size === 0) this.#onEmpty?.();
    });
    this.#injector.injectConnection(socket);
  }

  #cutOff(): void {
    for (const socket of this.#sockets) socket.destroy();
  }
}

function whereIs(server: NetServer): GrpcListeningAt {
  const address = server.address() as AddressInfo;
  const shown = address.family === 'IPv6' ? `[${address.address}]` : address.address;
  return { host: address.address, port: address.port, address: `${shown}:${address.port}` };
}

function credentialsOf(tls: GrpcServerTls | undefined): ServerCredentials {
  if (tls === undefined) return ServerCredentials.createInsecure();
  const key = readPem(tls.keyFile);
  const cert = readPem(tls.certFile);
  const ca = tls.clientCaFile === undefined ? undefined : readPem(tls.clientCaFile);
  checkTlsFiles(`${tls.keyFile} with ${tls.certFile}`, { key, cert });
  if (ca !== undefined) checkTlsFiles(tls.clientCaFile ?? '', { ca });
  return ServerCredentials.createSsl(ca ?? null, [{ private_key: key, cert_chain: cert }], ca !== undefined);
}
