import { resolve } from 'node:path';
import type { PlatformSettings } from '@traffic-tacos/kit';
import type { FoundPlatform } from '../beside/find-platform.ts';
import { CommandFailed } from '../command-failed.ts';
import { WrongUsage } from '../wrong-usage.ts';
import type { Answer } from './ask.ts';
import { errorCodeIn } from './json-fields.ts';

/** Where the inventory listens: what `--url` says, else what the platform of the data directory wrote there. */
export function inventoryAddress(url: string | undefined, found: FoundPlatform, settings: Pick<PlatformSettings, 'dataDir'>): string {
  if (url !== undefined) return checked(url);
  if (found.kind === 'running') return found.file.addresses.inventory;
  throw new CommandFailed(`No platform runs in ${resolve(settings.dataDir)}. Start one with npm start, or name its inventory with --url.`);
}

/** Tells of an address at which somebody answers who knows no events to be read and written, as another service of the platform. */
export function refuseOtherService(address: string, { status, body }: Answer): void {
  const isUnknownRoute = status === 404 && errorCodeIn(body) !== 'EVENT_NOT_FOUND';
  if (!isUnknownRoute && status !== 405) return;
  throw new CommandFailed(`${address} is not an inventory: it has no /v1/events. The inventory listens on port 8020 where INVENTORY_PORT does not say otherwise; name it with --url.`);
}

function checked(url: string): string {
  const parsed = URL.parse(url);
  if (parsed === null || !/^https?:$/.test(parsed.protocol)) throw new WrongUsage(`--url takes an address such as http://127.0.0.1:8020, not ${url}`);
  return url.replace(/\/+$/, '');
}
