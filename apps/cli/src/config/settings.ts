import { parsePlatformSettings, type PlatformSettings } from '@traffic-tacos/kit';
import { SettingsRefused } from '../wrong-usage.ts';

export type Environment = Parameters<typeof parsePlatformSettings>[0];

/** The environment of this process, for whoever reads more of it than the settings. */
export const ownEnvironment = (): Environment => process.env;

/** What the settings of the environment are, or everything that is wrong with them. */
export const readSettings = (env: Environment = process.env): ReturnType<typeof parsePlatformSettings> => parsePlatformSettings(env);

/** The settings of the environment. Throws `SettingsRefused` with all problems together. */
export function settingsOfEnvironment(): PlatformSettings {
  const parsed = readSettings();
  if (parsed.kind === 'parsed') return parsed.settings;
  const lines = ['The settings are not right:', ...parsed.problems.map((problem) => `  ${problem}`), 'All of them: npx tacos up --help'];
  throw new SettingsRefused(lines.join('\n'));
}
