import { resolve } from 'node:path';
import type { PlatformSettings } from '@traffic-tacos/kit';
import type { FoundPlatform } from '../beside/find-platform.ts';
import { CommandFailed } from '../command-failed.ts';
import { WrongUsage } from '../wrong-usage.ts';

/** Where the inventory listens: what `--url` says, else what the platform of the data directory wrote there. */
export function inventoryAddress(url: string | undefined, found: FoundPlatform, settings: Pick<PlatformSettings, 'dataDir'>): string {
  if (url !== undefined) return checked(url);
  if (found.kind === 'running') return found.file.addresses.inventory;
  throw new CommandFailed(`No platform runs in ${resolve(settings.dataDir)}. Start one with npm start, or name its inventory with --url.`);
}

function checked(url: string): string {
  const parsed = URL.parse(url);
  if (parsed === null || !/^https?:$/.test(parsed.protocol)) throw new WrongUsage(`--url takes an address such as http://127.0.0.1:8020, not ${url}`);
  return url.replace(/\/+$/, '');
}
