import { join } from 'node:path';
import { directoryOwner } from '@traffic-tacos/journal';
import { CannotListen, type PlatformSettings } from '@traffic-tacos/kit';
import { refuseForeign, SERVICE_NAMES } from '@traffic-tacos/platform';
import { tryToListen } from '../http/try-to-listen.ts';

/**
 * Refuses what a start would only find out when it has written something: a directory of somebody else, and a port that is taken. Where
 * somebody works in the directory it lets that be told, since the ports are taken for the same reason. Throws `ForeignDirectory`, `CannotListen`.
 */
export async function refuseStart(settings: PlatformSettings): Promise<void> {
  const { dataDir } = settings;
  await refuseForeign(dataDir, namedBy(settings));
  if (isOwned(dataDir)) return;
  const ports = portsOf(settings).filter((port) => port !== 0);
  const refusals = await Promise.all(ports.map(async (port) => ({ port, code: await tryToListen(settings.bindAddress, port) })));
  for (const { port, code } of refusals) if (code !== undefined) throw new CannotListen(settings.bindAddress, port, code, undefined);
}

/** What settings may name as a file: it may stand in the directory before the first start. */
export const namedBy = (settings: PlatformSettings): readonly string[] => Object.values(settings).filter((value) => typeof value === 'string');

const isOwned = (dataDir: string): boolean => [dataDir, ...SERVICE_NAMES.map((name) => join(dataDir, name))].some((place) => directoryOwner(place) !== undefined);

/** All that a platform listens on, whether its services run together or apart. */
export const portsOf = (settings: PlatformSettings): readonly number[] => {
  const { gatewayPort, reservationPort, inventoryPort, paymentPort, workerPort, gatewayGrpcPort, reservationGrpcPort, inventoryGrpcPort, paymentGrpcPort, workerGrpcPort } = settings;
  return [gatewayPort, reservationPort, inventoryPort, paymentPort, workerPort, gatewayGrpcPort, reservationGrpcPort, inventoryGrpcPort, paymentGrpcPort, workerGrpcPort];
};
