import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';
import type { Progress } from './progress.ts';
import type { ClosedServer } from './server-options.ts';

/**
 * The open connections of a server. Node keeps such a list too, but shows it to nobody, and on closing takes a connection for idle
 * whose answer is handed over but not yet sent: a large answer would be cut. So closing idle connections is left to `closeGracefully`.
 */
export function trackSockets(server: Server): ReadonlySet<Socket> {
  server.closeIdleConnections = () => undefined;
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  return sockets;
}

/**
 * Stops accepting, answers what runs, lets the last bytes out, and ends. A connection on which nobody has asked anything would be
 * waited for in vain, so each ends as soon as it has nothing more to say; at the deadline all of them do.
 */
export async function closeGracefully(
  app: FastifyInstance,
  sockets: ReadonlySet<Socket>,
  progress: Progress,
  deadlineMs: number,
): Promise<ClosedServer> {
  const deadline = setTimeout(() => app.server.closeAllConnections(), deadlineMs);
  try {
    const closed = app.close();
    await progress.close(deadlineMs);
    const { unanswered } = progress;
    if (unanswered === 0) for (const socket of sockets) socket.destroySoon();
    else app.server.closeAllConnections();
    await closed;
    return unanswered === 0 ? { kind: 'drained' } : { kind: 'cut_off', unanswered };
  } finally {
    clearTimeout(deadline);
  }
}
