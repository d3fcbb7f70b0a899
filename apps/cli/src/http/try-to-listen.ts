import { once } from 'node:events';
import { createServer } from 'node:net';

/** The system's reason why nobody can listen there now; undefined when one can. */
export async function tryToListen(host: string, port: number): Promise<string | undefined> {
  const server = createServer();
  try {
    server.listen(port, host);
    await once(server, 'listening');
    return undefined;
  } catch (error) {
    return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'unknown';
  } finally {
    // Until it is closed, whoever comes next finds the port taken.
    if (server.listening) await new Promise<void>((resolve) => void server.close(() => resolve()));
  }
}
