import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { lockDirectory } from '@traffic-tacos/journal';
import { journalDir, restoreData } from '@traffic-tacos/platform';
import { CommandFailed } from '../command-failed.ts';
import { asTyped, shellWord } from '../config/as-typed.ts';
import { settingsOfEnvironment } from '../config/settings.ts';
import { counted, grouped, say } from '../terminal/say.ts';
import { copyKeys, KEYS } from './backup.ts';

/** `tacos restore DIR`: brings a backup back into an empty data directory, which nobody else may use meanwhile. */
export async function restore(directory: string): Promise<number> {
  const { dataDir } = settingsOfEnvironment();
  const target = resolve(dataDir);
  if (!existsSync(journalDir(directory))) throw new CommandFailed(`${resolve(directory)} is no backup: it holds no journal. The directory that npx tacos backup DIR has filled is one: ${asTyped('npx tacos restore DIR')}`);
  const lock = lockDirectory(dataDir);
  try {
    if (existsSync(join(dataDir, KEYS))) {
      const why = `${target} has keys already: a backup is brought back into an empty directory.`;
      const again = asTyped(`npx tacos restore ${shellWord(resolve(directory))}`);
      throw new CommandFailed(`${why}\nMove that one away (mv ${shellWord(target)} ${shellWord(target)}.before), then: ${again}\nOr name another directory with TACOS_DATA_DIR.`);
    }
    const report = await restoreData(directory, dataDir);
    if (existsSync(join(directory, KEYS))) await copyKeys(directory, dataDir);
    const copied = `${counted(report.files, 'journal file')}, ${grouped(report.bytes)} bytes, through group ${report.lastSequence}`;
    say(`Restored ${resolve(directory)} into ${target}: ${copied}. Start it with: ${asTyped('npm start')} · 복원했습니다.`);
    return 0;
  } finally {
    lock.release();
  }
}
