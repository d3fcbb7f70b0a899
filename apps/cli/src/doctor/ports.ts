import { once } from 'node:events';
import { createServer } from 'node:net';
import type { PlatformSettings } from '@traffic-tacos/kit';
import { SERVICE_NAMES, type ServiceName } from '@traffic-tacos/platform';
import { findPlatform, type FoundPlatform } from '../beside/find-platform.ts';
import { reachable } from '../http/reachable.ts';
import { askWhatRuns } from './what-runs.ts';

/** One port that the platform wants. */
export interface PortLook {
  readonly service: ServiceName;
  /** The setting that moves it. */
  readonly setting: string;
  /** 0: any free one. */
  readonly port: number;
  readonly state: PortState;
}

/** Who has a port. `refused`: nobody may listen there, for the system's reason. */
export type PortState =
  | { readonly kind: 'free' | 'ours' | 'stranger' }
  | { readonly kind: 'other_platform'; readonly version: string }
  | { readonly kind: 'refused'; readonly code: string };

const SETTINGS: Readonly<Record<ServiceName, string>> = {
  gateway: 'GATEWAY_PORT', reservation: 'RESERVATION_PORT', inventory: 'INVENTORY_PORT', payment: 'PAYMENT_PORT',
};

/** Looks who has each of the ports of these settings. */
export async function lookAtPorts(settings: PlatformSettings): Promise<readonly PortLook[]> {
  const found = await findPlatform(settings.dataDir);
  const ports = { gateway: settings.gatewayPort, reservation: settings.reservationPort, inventory: settings.inventoryPort, payment: settings.paymentPort };
  return Promise.all(
    SERVICE_NAMES.map(async (service) => {
      const port = ports[service];
      return { service, setting: SETTINGS[service], port, state: await stateOf(service, settings.bindAddress, port, found) };
    }),
  );
}

async function stateOf(service: ServiceName, host: string, port: number, found: FoundPlatform): Promise<PortState> {
  const code = await tryToListen(host, port);
  if (code === undefined) return { kind: 'free' };
  if (code !== 'EADDRINUSE') return { kind: 'refused', code };
  const running = await askWhatRuns(`http://${reachable(host)}:${port}`);
  if (running === undefined) return { kind: 'stranger' };
  const isOurs = found.kind === 'running' && new URL(found.file.addresses[service]).port === String(port);
  return isOurs ? { kind: 'ours' } : { kind: 'other_platform', version: running.version };
}

/** The system's reason why nobody can listen there now; undefined when one can. */
async function tryToListen(host: string, port: number): Promise<string | undefined> {
  const server = createServer();
  try {
    server.listen(port, host);
    await once(server, 'listening');
    return undefined;
  } catch (error) {
    return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'unknown';
  } finally {
    server.close();
  }
}

/** A sentence for each port that a platform of ours cannot have. */
export const describePorts = (ports: readonly PortLook[]): readonly string[] => ports.flatMap((look) => describePort(look) ?? []);

function describePort({ service, setting, port, state }: PortLook): string | undefined {
  const where = `Port ${port} (${service}, ${setting})`;
  switch (state.kind) {
    case 'free':
    case 'ours':
      return undefined;
    case 'stranger':
      return `${where} is taken by another program; lsof -i :${port} names it.`;
    case 'other_platform':
      return `${where} is taken by a Traffic Tacos ${state.version} that works in another data directory.`;
    case 'refused':
      return `${where} cannot be listened on: ${state.code}. ${state.code === 'EACCES' ? 'Ports below 1024 need privileges.' : 'Is BIND_ADDRESS of this machine?'}`;
  }
}
