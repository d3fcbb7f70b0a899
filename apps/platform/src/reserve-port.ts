import { once } from 'node:events';
import { createServer } from 'node:net';

/** A port that nobody listens on now: for a platform that must know its address before it listens, because its tokens carry it. */
export async function reservePort(host: string): Promise<number> {
  const server = createServer();
  server.listen(0, host);
  await once(server, 'listening');
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}
