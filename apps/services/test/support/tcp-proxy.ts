import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/**
 * How the network between two services behaves. `cut`: nobody is reached. `mute`: what is asked arrives, and what is answered does not.
 * A number: every piece of an answer is late by so many ms.
 */
export type Network = 'open' | 'cut' | 'mute' | number;

export interface TcpProxy {
  readonly port: number;
  /** Connections that were made under other conditions end, so that each is as it should be from its first byte on. */
  become(network: Network): void;
  /** Resolves when so many bytes more have come from the caller's side. */
  asked(bytes?: number): Promise<void>;
  close(): Promise<void>;
}

/** Stands between a service and the one that it calls, under the control of a test. */
export async function openProxy(targetPort: number): Promise<TcpProxy> {
  const sockets = new Set<Socket>();
  let network: Network = 'open';
  let heard: (() => void) | undefined;

  const server = createServer((caller) => {
    if (network === 'cut') return void caller.destroy();
    const target = connect(targetPort, '127.0.0.1');
    join(caller, target, sockets);
    caller.on('data', (bytes) => {
      target.write(bytes);
      heard?.();
    });
    target.on('data', (bytes) => {
      if (typeof network === 'number') setTimeout(() => caller.write(bytes), network);
      else if (network === 'open') caller.write(bytes);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const endAll = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    become: (next) => {
      network = next;
      // A connection that goes on is only spared where what was sent on it stays in order.
      if (next !== 'mute') endAll();
    },
    asked: () =>
      new Promise((resolve) => {
        heard = resolve;
      }),
    close: async () => {
      endAll();
      server.close();
      await once(server, 'close');
    },
  };
}

function join(caller: Socket, target: Socket, sockets: Set<Socket>): void {
  for (const [socket, other] of [[caller, target], [target, caller]] as const) {
    sockets.add(socket);
    socket.on('error', () => other.destroy());
    socket.on('close', () => {
      sockets.delete(socket);
      other.destroy();
    });
  }
}
