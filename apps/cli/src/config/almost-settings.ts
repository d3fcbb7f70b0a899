import { PLATFORM_SETTINGS } from '@traffic-tacos/kit';
import { editDistance, editsOf } from './edit-distance.ts';
import type { Environment } from './settings.ts';

/** A variable that is no setting, and the setting that somebody will have meant. */
export interface AlmostSetting {
  readonly given: string;
  readonly meant: string;
}

const PREFIX = 'TACOS_';

/** The variables of an environment that are spelled almost like a setting: in other letters, behind our prefix, or a letter or two off. */
export function almostSettings(env: Environment): readonly AlmostSetting[] {
  const names = Object.values(PLATFORM_SETTINGS).flatMap((declared): readonly string[] => [declared.name, ...('aliases' in declared ? declared.aliases : [])]);
  return Object.keys(env)
    .filter((given) => (env[given] ?? '').trim() !== '' && !names.includes(given))
    .flatMap((given) => {
      const plain = given.toUpperCase().replaceAll('-', '_');
      const meant = names.find((name) => name === plain || PREFIX + name === plain) ?? names.find((name) => editDistance(name, plain, editsOf(name)) <= editsOf(name));
      return meant === undefined ? [] : [{ given, meant }];
    });
}
