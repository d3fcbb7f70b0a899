import { cp, mkdir } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { backupData, journalDir } from '@traffic-tacos/platform';
import { CommandFailed } from '../command-failed.ts';
import { shellWord } from '../config/as-typed.ts';
import { settingsOfEnvironment } from '../config/settings.ts';
import { counted, grouped, say } from '../terminal/say.ts';

/** The folder of the issuer's keys, in a data directory and in a backup of one. */
export const KEYS = 'keys';

/** `tacos backup DIR`: copies history, journal and keys, beside a running platform or without one. */
export async function backup(directory: string): Promise<number> {
  const { dataDir } = settingsOfEnvironment();
  const source = resolve(dataDir);
  if (!existsSync(journalDir(dataDir))) throw new CommandFailed(`There is nothing to back up: ${source} holds no journal. TACOS_DATA_DIR names the directory.`);
  const report = await backupData(dataDir, directory);
  if (existsSync(join(dataDir, KEYS))) await copyKeys(dataDir, directory);
  const copied = `${counted(report.files, 'journal file')}, ${grouped(report.bytes)} bytes`;
  say(`Backed up ${source} to ${resolve(directory)}: ${copied}, checked through group ${report.lastSequence}, and the keys.`);
  say('Whoever has it can sign as anybody: keep it as safe as the data itself.');
  const here = shellWord(source);
  const restore = `TACOS_DATA_DIR=${here} npx tacos restore ${shellWord(resolve(directory))}`;
  say(`To bring it back where it was, with the platform stopped: mv ${here} ${here}.before && ${restore} · 백업했습니다. 복원할 때 이 명령을 쓰세요.`);
  return 0;
}

/** The files keep their modes, so that nobody else gets to read them. */
export async function copyKeys(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true, mode: 0o700 });
  await cp(join(from, KEYS), join(to, KEYS), { recursive: true, preserveTimestamps: true });
}
