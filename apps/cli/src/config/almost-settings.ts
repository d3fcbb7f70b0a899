import { PLATFORM_SETTINGS } from '@traffic-tacos/kit';
import type { Environment } from './settings.ts';

/** A variable that is no setting, and the setting that somebody will have meant. */
export interface AlmostSetting {
  readonly given: string;
  readonly meant: string;
}

const PREFIX = 'TACOS_';
/** A letter left out, doubled or wrong, or two of them; short names are too alike for two. */
const editsOf = (name: string): number => (name.length < 10 ? 1 : 2);

/** The variables of an environment that are spelled almost like a setting: in other letters, behind our prefix, or a letter or two off. */
export function almostSettings(env: Environment): readonly AlmostSetting[] {
  const names = Object.values(PLATFORM_SETTINGS).flatMap((declared): readonly string[] => [declared.name, ...('aliases' in declared ? declared.aliases : [])]);
  return Object.keys(env)
    .filter((given) => (env[given] ?? '').trim() !== '' && !names.includes(given))
    .flatMap((given) => {
      const plain = given.toUpperCase().replaceAll('-', '_');
      const meant = names.find((name) => name === plain || PREFIX + name === plain) ?? names.find((name) => distance(name, plain, editsOf(name)) <= editsOf(name));
      return meant === undefined ? [] : [{ given, meant }];
    });
}

/** How many letters must be put in, taken out, changed or swapped with the next; counted up to `most`, beyond which it is more. */
function distance(a: string, b: string, most: number): number {
  if (Math.abs(a.length - b.length) > most) return most + 1;
  let before: readonly number[] = [];
  let row: readonly number[] = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const isSame = a[i - 1] === b[j - 1];
      const swapped = a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? (before[j - 2] ?? most) + 1 : Number.POSITIVE_INFINITY;
      next.push(Math.min((row[j] ?? most) + 1, (next[j - 1] ?? most) + 1, (row[j - 1] ?? most) + (isSame ? 0 : 1), swapped));
    }
    before = row;
    row = next;
  }
  return row[b.length] ?? most + 1;
}
