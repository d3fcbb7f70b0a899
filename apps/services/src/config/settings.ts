import { parsePlatformSettings } from '@traffic-tacos/kit';
import type { ServiceName } from '@traffic-tacos/platform';

/** What the environment says of the one service that runs in this process, or everything that is wrong with it. */
export const settingsOf = (name: ServiceName): ReturnType<typeof parsePlatformSettings> => parsePlatformSettings(process.env, name);
