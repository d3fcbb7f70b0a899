import { once } from 'node:events';
import { startNode } from './child.ts';

const ECHO = new URL('./echo-server.ts', import.meta.url).pathname;

/** Runs `use` against a bare `node:http` server that answers each request with its body: what a request costs that nothing is done for. */
export async function onEcho<T>(use: (url: string) => Promise<T>): Promise<T> {
  const child = startNode(ECHO, [], {});
  try {
    const [port] = child.process.stdout === null ? [] : await once(child.process.stdout, 'data');
    return await use(`http://127.0.0.1:${String(port).trim()}`);
  } finally {
    await child.stop('SIGTERM');
  }
}
