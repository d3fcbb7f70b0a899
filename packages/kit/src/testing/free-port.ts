import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';

/**
 * Below the ports that systems give to those who ask for none, so that nobody gets one by chance before its own listener comes; and above
 * 10080, the greatest of those that `fetch` refuses to ask.
 */
const FIRST = 10_100;
const COUNT = 11_000;
const ATTEMPTS = 1_000;

/**
 * A port of this machine that nobody listens on: for services that must know each other's ports before any of them listens, and for those
 * that come back to the port that they had. No two processes that ask are given the same one, as each stands for another port, so much
 * higher, which is listened on until the process ends.
 */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const port = FIRST + randomInt(COUNT);
    const claim = await listeningOn(port + COUNT);
    const probe = claim === undefined ? undefined : await listeningOn(port);
    claim?.unref();
    if (probe === undefined) continue;
    await new Promise((resolve) => probe.close(resolve));
    return port;
  }
  throw new NoFreePort(`none of ${ATTEMPTS} ports is free`);
}

async function listeningOn(port: number): Promise<Server | undefined> {
  const server = createServer().listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
    return server;
  } catch {
    // Somebody else has it.
    return undefined;
  }
}

class NoFreePort extends Error {
  override readonly name = 'NoFreePort';
}
