import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { journalDir, layoutOf, SERVICE_NAMES } from '@traffic-tacos/platform';

/** A directory with a journal of its own. */
export interface Place {
  readonly dataDir: string;
  /** Whether the keys and what a platform says of itself belong in it: the only directory of a platform, or the gateway's. */
  readonly isGateway: boolean;
}

/** The directory itself; or those of the services in it, where they run as processes of their own. */
export async function placesOf(dataDir: string): Promise<readonly Place[]> {
  const ofServices = SERVICE_NAMES.map((name) => ({ dataDir: join(dataDir, name), isGateway: name === 'gateway' }));
  const isSeparate = !existsSync(journalDir(dataDir)) && ofServices.some((place) => existsSync(journalDir(place.dataDir)));
  if (isSeparate) return ofServices;
  // What cannot be read is told on a line of its own.
  const layout = await layoutOf(dataDir).catch(() => undefined);
  return [{ dataDir, isGateway: layout?.kind !== 'service' || layout.service === 'gateway' }];
}
