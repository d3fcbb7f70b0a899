import { join } from 'node:path';
import { newClientSecret, writeClientSecret, writeServiceClients } from '@traffic-tacos/gateway';
import type { ServiceName } from '@traffic-tacos/platform';
import { freePort } from '@traffic-tacos/kit/testing';

/** The order in which services start: those that are called come first. */
export const START_ORDER: readonly ServiceName[] = ['inventory', 'reservation', 'worker', 'payment', 'gateway'];

/** Settings of five services that find each other on this machine, each on a directory of its own, as `tacos up --separate` makes them. */
export interface SeparateSettings {
  readonly ports: Readonly<Record<ServiceName, number>>;
  readonly grpcPorts: Readonly<Record<ServiceName, number>>;
  environmentOf(name: ServiceName): Readonly<Record<string, string>>;
}

export async function separateSettings(dataDir: string, settings: Readonly<Record<string, string>> = {}): Promise<SeparateSettings> {
  const ports = { gateway: await freePort(), reservation: await freePort(), inventory: await freePort(), payment: await freePort(), worker: await freePort() };
  const grpcPorts = { gateway: await freePort(), reservation: await freePort(), inventory: await freePort(), payment: await freePort(), worker: await freePort() };
  const secrets = { reservation: newClientSecret(), payment: newClientSecret(), worker: newClientSecret() };
  for (const [name, secret] of Object.entries(secrets)) await writeClientSecret(join(dataDir, `${name}-secret`), secret);
  await writeServiceClients(join(dataDir, 'clients.json'), secrets);
  const environmentOf = (name: ServiceName): Readonly<Record<string, string>> => ({
    // Tests ask much as one user.
    TACOS_DATA_DIR: join(dataDir, name), LOG_LEVEL: 'warn', RATE_LIMIT_ENABLED: 'false', ...portSettings(ports, grpcPorts),
    SERVICE_CLIENT_SECRET_FILE: join(dataDir, `${name}-secret`), SERVICE_CLIENTS_FILE: join(dataDir, 'clients.json'), QUEUE_KEYS_FILE: join(dataDir, 'queue-keys.json'), ...settings,
  });
  return { ports, grpcPorts, environmentOf };
}

const portSettings = (ports: SeparateSettings['ports'], grpcPorts: SeparateSettings['grpcPorts']): Readonly<Record<string, string>> => ({
  GATEWAY_PORT: String(ports.gateway), RESERVATION_PORT: String(ports.reservation), INVENTORY_PORT: String(ports.inventory), PAYMENT_PORT: String(ports.payment), WORKER_PORT: String(ports.worker),
  GATEWAY_GRPC_PORT: String(grpcPorts.gateway), RESERVATION_GRPC_PORT: String(grpcPorts.reservation), INVENTORY_GRPC_PORT: String(grpcPorts.inventory), PAYMENT_GRPC_PORT: String(grpcPorts.payment), WORKER_GRPC_PORT: String(grpcPorts.worker),
});
