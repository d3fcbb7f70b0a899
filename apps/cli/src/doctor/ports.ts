import { once } from 'node:events';
import { createServer } from 'node:net';
import { PLATFORM_SETTINGS, type PlatformSettings } from '@traffic-tacos/kit';
import type { PlatformFile, ServiceName } from '@traffic-tacos/platform';
import { findPlatform } from '../beside/find-platform.ts';
import { reachable } from '../http/reachable.ts';
import { askWhatRuns } from './what-runs.ts';

/** One port that the platform wants. */
export interface PortLook {
  readonly service: ServiceName;
  readonly protocol: 'REST' | 'gRPC';
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

type Wanted = Omit<PortLook, 'state'>;

const PORTS = [
  { service: 'gateway', protocol: 'REST', key: 'gatewayPort' },
  { service: 'reservation', protocol: 'REST', key: 'reservationPort' },
  { service: 'reservation', protocol: 'gRPC', key: 'reservationGrpcPort' },
  { service: 'inventory', protocol: 'REST', key: 'inventoryPort' },
  { service: 'inventory', protocol: 'gRPC', key: 'inventoryGrpcPort' },
  { service: 'payment', protocol: 'REST', key: 'paymentPort' },
  { service: 'payment', protocol: 'gRPC', key: 'paymentGrpcPort' },
] as const;

/** The settings that move our ports. */
export const PORT_SETTINGS: readonly string[] = PORTS.map(({ key }) => PLATFORM_SETTINGS[key].name);

/** Looks who has each of the ports of these settings. */
export async function lookAtPorts(settings: PlatformSettings): Promise<readonly PortLook[]> {
  const found = await findPlatform(settings.dataDir);
  const file = found.kind === 'running' ? found.file : undefined;
  return Promise.all(
    PORTS.map(async ({ service, protocol, key }) => {
      const wanted = { service, protocol, setting: PLATFORM_SETTINGS[key].name, port: settings[key] };
      return { ...wanted, state: await stateOf(wanted, settings.bindAddress, file) };
    }),
  );
}

async function stateOf(wanted: Wanted, host: string, file: PlatformFile | undefined): Promise<PortState> {
  const { port, protocol } = wanted;
  const code = await tryToListen(host, port);
  if (code === undefined) return { kind: 'free' };
  if (code !== 'EADDRINUSE') return { kind: 'refused', code };
  const isOurs = file !== undefined && ownPort(wanted, file) === port;
  // A gRPC port does not say whose it is.
  if (protocol === 'gRPC') return { kind: isOurs ? 'ours' : 'stranger' };
  const running = await askWhatRuns(`http://${reachable(host)}:${port}`);
  if (running === undefined) return { kind: 'stranger' };
  return isOurs ? { kind: 'ours' } : { kind: 'other_platform', version: running.version };
}

/** Where the platform of this directory has that port. */
function ownPort({ service, protocol }: Wanted, { addresses, grpcAddresses }: PlatformFile): number | undefined {
  const address = protocol === 'REST' ? addresses[service] : Object.entries(grpcAddresses ?? {}).find(([name]) => name === service)?.[1];
  const digits = /:(\d+)\/?$/.exec(address ?? '')?.[1];
  return digits === undefined ? undefined : Number(digits);
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

function describePort({ service, setting, port, protocol, state }: PortLook): string | undefined {
  const where = `Port ${port} (${service}${protocol === 'gRPC' ? ' over gRPC' : ''}, ${setting})`;
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
