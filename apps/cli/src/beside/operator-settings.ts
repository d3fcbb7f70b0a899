import type { PlatformSettings } from '@traffic-tacos/kit';
import { settingsOfEnvironment } from '../config/settings.ts';
import { gatewayDirectory } from './refuse-layout.ts';

/** The settings for an operator's command: where services have a directory each, that of the gateway, which has the keys and says where all are reached. */
export async function operatorSettings(): Promise<PlatformSettings> {
  const settings = settingsOfEnvironment();
  return { ...settings, dataDir: await gatewayDirectory(settings.dataDir) };
}
