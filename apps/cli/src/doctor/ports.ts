import { PLATFORM_SETTINGS, type PlatformSettings } from '@traffic-tacos/kit';
import type { PlatformFile, ServiceName } from '@traffic-tacos/platform';
import { reachable } from '../http/reachable.ts';
import { tryToListen } from '../http/try-to-listen.ts';
import { met, ok, type Finding } from './finding.ts';
import { askWhatRuns, lookAtPlatform, type PlatformLook } from './what-runs.ts';

/** One port that the platform wants. */
export interface PortLook {
  readonly service: ServiceName;
  readonly protocol: 'REST' | 'gRPC';
  /** The setting that moves it. */
  readonly setting: string;
  /** 0: any free one. */
  readonly port: number;
  /** The address that it is to listen on. */
  readonly host: string;
  readonly state: PortState;
}

/** Who has a port. `refused`: nobody may listen there, for the system's reason. */
export type PortState =
  | { readonly kind: 'free' | 'ours' | 'stranger' }
  | { readonly kind: 'other_platform'; readonly version: string }
  | { readonly kind: 'refused'; readonly code: string };

type Wanted = Omit<PortLook, 'state' | 'host'>;

const PORTS = [
  { service: 'gateway', protocol: 'REST', key: 'gatewayPort' },
  { service: 'gateway', protocol: 'gRPC', key: 'gatewayGrpcPort' },
  { service: 'reservation', protocol: 'REST', key: 'reservationPort' },
  { service: 'reservation', protocol: 'gRPC', key: 'reservationGrpcPort' },
  { service: 'inventory', protocol: 'REST', key: 'inventoryPort' },
  { service: 'inventory', protocol: 'gRPC', key: 'inventoryGrpcPort' },
  { service: 'payment', protocol: 'REST', key: 'paymentPort' },
  { service: 'payment', protocol: 'gRPC', key: 'paymentGrpcPort' },
  { service: 'worker', protocol: 'REST', key: 'workerPort' },
  { service: 'worker', protocol: 'gRPC', key: 'workerGrpcPort' },
] as const;

/** The settings that move our ports. */
export const PORT_SETTINGS: readonly string[] = PORTS.map(({ key }) => PLATFORM_SETTINGS[key].name);

/** Looks who has each of the ports of these settings. */
export async function lookAtPorts(settings: PlatformSettings, platform?: PlatformLook): Promise<readonly PortLook[]> {
  const look = platform ?? (await lookAtPlatform(settings.dataDir));
  const file = look.kind === 'running' ? look.file : undefined;
  return Promise.all(
    PORTS.map(async ({ service, protocol, key }) => {
      const wanted = { service, protocol, setting: PLATFORM_SETTINGS[key].name, port: settings[key] };
      return { ...wanted, host: settings.bindAddress, state: await stateOf(wanted, settings, file) };
    }),
  );
}

async function stateOf(wanted: Wanted, settings: PlatformSettings, file: PlatformFile | undefined): Promise<PortState> {
  const { port, protocol } = wanted;
  const host = settings.bindAddress;
  const code = await tryToListen(host, port);
  if (code === undefined) return { kind: 'free' };
  if (code !== 'EADDRINUSE') return { kind: 'refused', code };
  const isOurs = file !== undefined && ownPort(wanted, settings, file) === port;
  // A gRPC port does not say whose it is.
  if (protocol === 'gRPC') return { kind: isOurs ? 'ours' : 'stranger' };
  const running = await askWhatRuns(`http://${reachable(host)}:${port}`);
  if (isOurs) return { kind: 'ours' };
  return running === undefined ? { kind: 'stranger' } : { kind: 'other_platform', version: running.version };
}

/**
 * Where the platform of this directory has that port. Services in processes of their own write down no gRPC addresses; theirs are those of
 * the settings that their REST ports have too.
 */
function ownPort({ service, protocol, port }: Wanted, settings: PlatformSettings, { addresses, grpcAddresses }: PlatformFile): number | undefined {
  if (protocol === 'REST') return portIn(addresses[service]);
  if (grpcAddresses === undefined) return portIn(addresses[service]) === settings[REST_KEYS[service]] ? port : undefined;
  return portIn(Object.entries(grpcAddresses).find(([name]) => name === service)?.[1] ?? '');
}

const REST_KEYS = { gateway: 'gatewayPort', reservation: 'reservationPort', inventory: 'inventoryPort', payment: 'paymentPort', worker: 'workerPort' } as const;

function portIn(address: string): number | undefined {
  const digits = /:(\d+)\/?$/.exec(address)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

/** A sentence for each port that a platform of ours cannot have. */
export const describePorts = (ports: readonly PortLook[]): readonly string[] =>
  problemsOf(ports).map(({ says, mend }) => `${says}. ${mend ?? ''}`);

/** What the doctor says of the ports. */
export function findingsOfPorts(ports: readonly PortLook[]): readonly Finding[] {
  const problems = problemsOf(ports);
  if (problems.length > 0) return problems;
  const ours = ports.filter(({ state }) => state.kind === 'ours').length;
  if (ours === ports.length) return [ok('ports', 'all are held by this platform')];
  const free = ports.filter(({ state, port }) => state.kind === 'free' && port !== 0).map(({ port }) => port);
  return [ok('ports', free.length === 0 ? 'any free ones are taken' : `${free.join(', ')} are free`)];
}

/** An address that is not ours fails for every port alike, and is told once. */
function problemsOf(ports: readonly PortLook[]): readonly Finding[] {
  const foreign = ports.find(({ state }) => state.kind === 'refused' && state.code !== 'EACCES');
  if (foreign !== undefined) return [addressForeign(foreign)];
  const ofOther = ports.filter((look) => isOfAnother(look, ports));
  const others = ofOther.length > 1 ? [ofAnother(ofOther)] : ofOther.flatMap((look) => problemOf(look) ?? []);
  return [...others, ...ports.filter((look) => !ofOther.includes(look)).flatMap((look) => problemOf(look) ?? [])];
}

/** A gRPC port does not say whose it is: where another platform has the REST port of the service, it will have this one. */
function isOfAnother({ state, protocol, service }: PortLook, ports: readonly PortLook[]): boolean {
  if (state.kind === 'other_platform') return true;
  return state.kind === 'stranger' && protocol === 'gRPC' && ports.some((other) => other.service === service && other.protocol === 'REST' && other.state.kind === 'other_platform');
}

/** One platform in the way is one problem, however many ports it has. */
function ofAnother(ports: readonly PortLook[]): Finding {
  const versions = new Set(ports.flatMap(({ state }) => (state.kind === 'other_platform' ? [state.version] : [])));
  const says = `Ports ${ports.map(({ port }) => port).join(', ')} are taken by a Traffic Tacos ${[...versions].join(' or ')} that works in another data directory`;
  const moved = ports.map(({ setting, port }) => `${setting}=${movedFrom(port)}`).join(' ');
  return met('port_of_another', says, `Stop that one (Ctrl-C, or the process that lsof -nP -iTCP:${ports[0]?.port ?? 0} names), or move ours: ${moved} npm start`);
}

function addressForeign({ host, state }: PortLook): Finding {
  const why = state.kind === 'refused' ? state.code : '';
  return met('address_foreign', `Nobody can listen on ${host} (BIND_ADDRESS) here: ${why}`, 'unset BIND_ADDRESS for 127.0.0.1, or name an address that this machine has (hostname -I), or 0.0.0.0');
}

/** Ports of everybody, for a suggestion. */
const FREE_FOR_ALL = 10_000;
const movedFrom = (port: number): number => (port < FREE_FOR_ALL ? port + FREE_FOR_ALL : port - 1_000);

function problemOf({ service, setting, port, protocol, state }: PortLook): Finding | undefined {
  const where = `Port ${port} (${service}${protocol === 'gRPC' ? ' over gRPC' : ''}, ${setting})`;
  const move = `move ours: ${setting}=${movedFrom(port)}`;
  switch (state.kind) {
    case 'free':
    case 'ours':
      return undefined;
    case 'stranger':
      return met('port_taken', `${where} is taken by another program`, `lsof -nP -iTCP:${port} -sTCP:LISTEN names it: stop it, or ${move}`);
    case 'other_platform':
      return met('port_of_another', `${where} is taken by a Traffic Tacos ${state.version} that works in another data directory`, `Stop that one (Ctrl-C, or the process that lsof -nP -iTCP:${port} names), or ${move}`);
    case 'refused':
      return met('port_privileged', `${where} cannot be listened on by this user: ${state.code}`, `Ports below 1024 need privileges: ${move}, and let a proxy listen on ${port}`);
  }
}
