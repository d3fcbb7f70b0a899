import { parsePlatformSettings, type PlatformSettings } from '@traffic-tacos/kit';
import { WrongUsage } from '../wrong-usage.ts';

/** What the settings of the environment are, or everything that is wrong with them. */
export const readSettings = (): ReturnType<typeof parsePlatformSettings> => parsePlatformSettings(process.env);

/** The settings of the environment. Throws `WrongUsage` with all problems together. */
export function settingsOfEnvironment(): PlatformSettings {
  const parsed = readSettings();
  if (parsed.kind === 'parsed') return parsed.settings;
  const lines = ['The settings are not right:', ...parsed.problems.map((problem) => `  ${problem}`), 'All of them: npx tacos up --help'];
  throw new WrongUsage(lines.join('\n'));
}
