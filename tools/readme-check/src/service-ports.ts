import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';

/** The ports that documents name, and the settings that move them. */
const SETTINGS: Readonly<Record<number, string>> = {
  8000: 'GATEWAY_PORT',
  8001: 'GATEWAY_GRPC_PORT',
  8010: 'RESERVATION_PORT',
  8011: 'RESERVATION_GRPC_PORT',
  8020: 'INVENTORY_PORT',
  8021: 'INVENTORY_GRPC_PORT',
  8030: 'PAYMENT_PORT',
  8031: 'PAYMENT_GRPC_PORT',
  8040: 'WORKER_PORT',
  8041: 'WORKER_GRPC_PORT',
};

/** Ports that are free on this machine, in place of those that the documents name. */
export interface ServicePorts {
  /** Settings for the environment of everything that is started. */
  readonly environment: Readonly<Record<string, string>>;
  /** The text with every documented address moved to the port that stands in for it. */
  rewrite(text: string): string;
}

/** Throws `TooFewFreePorts`. */
export async function findServicePorts(range: PortRange = RANGE): Promise<ServicePorts> {
  const documented = Object.keys(SETTINGS);
  const found = await freePorts(documented.length, range);
  const free = new Map(documented.map((port, at) => [port, String(found[at])]));
  return {
    environment: Object.fromEntries(Object.entries(SETTINGS).map(([port, setting]) => [setting, free.get(port) ?? port])),
    rewrite: (text) =>
      text.replace(/\b(localhost|127\.0\.0\.1):(\d+)\b/g, (_, host: string, port: string) => `${host}:${free.get(port) ?? port}`),
  };
}

/**
 * Right below the ports that systems give to those who ask for none: what a page starts comes late to its port, and comes back to it, and nobody may have
 * got it by chance meanwhile.
 */
const RANGE: PortRange = { first: 32_100, count: 660 };

/** Ports that are tried, from the first on. */
export interface PortRange {
  readonly first: number;
  readonly count: number;
}

/** Too many of the ports that stand in for the documented ones are taken. */
export class TooFewFreePorts extends Error {
  override readonly name = 'TooFewFreePorts';

  constructor({ first, count }: PortRange, wanted: number, found: number) {
    super(`only ${found} of the ports ${first} to ${first + count - 1} are free, and the page needs ${wanted}: end what listens on the others, and check again`);
  }
}

/** So many ports that nobody listens on. */
async function freePorts(howMany: number, range: PortRange): Promise<readonly number[]> {
  const held: Server[] = [];
  const ports: number[] = [];
  const from = randomInt(range.count);
  for (let step = 0; ports.length < howMany && step < range.count; step++) {
    const port = range.first + ((from + step) % range.count);
    const server = await listeningOn(port);
    if (server === undefined) continue;
    held.push(server);
    ports.push(port);
  }
  // All are held at once, so that no two are the same.
  await Promise.all(held.map((server) => server.close() && once(server, 'close')));
  if (ports.length < howMany) throw new TooFewFreePorts(range, howMany, ports.length);
  return ports;
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
