import { once } from 'node:events';
import { createServer } from 'node:net';

/** A port that is kept for whoever listens on it later. */
export interface ReservedPort {
  readonly port: number;
  /** Lets it go, so that it can be listened on in the next moment. May be called twice. */
  release(): Promise<void>;
}

/** Keeps a port that nobody listens on: for a platform that must know its address before it listens, because its tokens carry it. */
export async function reservePort(host: string): Promise<ReservedPort> {
  const server = createServer((socket) => void socket.destroy());
  server.listen(0, host);
  await once(server, 'listening');
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    release: () => new Promise((resolve) => void server.close(() => resolve())),
  };
}
