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

export async function findServicePorts(): Promise<ServicePorts> {
  // All are held at once, so that no two are the same.
  const servers = await Promise.all(Object.keys(SETTINGS).map(listen));
  const free = new Map(Object.keys(SETTINGS).map((documented, at) => [documented, portOf(servers[at])]));
  await Promise.all(servers.map((server) => server.close() && once(server, 'close')));
  return {
    environment: Object.fromEntries(Object.entries(SETTINGS).map(([documented, setting]) => [setting, free.get(documented) ?? documented])),
    rewrite: (text) =>
      text.replace(/\b(localhost|127\.0\.0\.1):(\d+)\b/g, (_, host: string, port: string) => `${host}:${free.get(port) ?? port}`),
  };
}

async function listen(): Promise<Server> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

function portOf(server: Server | undefined): string {
  const address = server?.address();
  return typeof address === 'object' && address !== null ? String(address.port) : '0';
}
