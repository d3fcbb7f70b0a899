import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

/** A text as one word of a shell. */
export const shellWord = (text: string): string => (/^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`);

/** A command of ours as it is to be typed: who has set TACOS_DATA_DIR must set it again, or the command works in another directory. */
export function asTyped(command: string, dataDir = process.env['TACOS_DATA_DIR']): string {
  return dataDir === undefined || dataDir.trim() === '' ? command : `TACOS_DATA_DIR=${shellWord(dataDir)} ${command}`;
}

/** A data directory that can be named in place of this one, as one word of a shell: in the home of whoever types it. */
export function anotherDirectory(dataDir: string): string {
  const proposed = '~/traffic-tacos';
  return resolve(dataDir) === join(homedir(), 'traffic-tacos') ? `${proposed}-2` : proposed;
}
