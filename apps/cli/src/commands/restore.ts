import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { directoryOwner, lockDirectory } from '@traffic-tacos/journal';
import { journalDir, layoutOf, refuseTaken } from '@traffic-tacos/platform';
import { restoreApart } from '../beside/copy-apart.ts';
import { copyBack, KEYS } from '../beside/copy-directory.ts';
import { CommandFailed } from '../command-failed.ts';
import { asTyped, shellWord } from '../config/as-typed.ts';
import { settingsOfEnvironment } from '../config/settings.ts';
import { counted, grouped, say } from '../terminal/say.ts';

/** `tacos restore DIR`: brings a backup back into an empty data directory, which nobody else may use meanwhile. */
export async function restore(directory: string): Promise<number> {
  const { dataDir } = settingsOfEnvironment();
  const layout = await layoutOf(directory);
  if (layout.kind === 'empty') throw new CommandFailed(`${resolve(directory)} is no backup: it holds no journal. The directory that npx tacos backup DIR has filled is one: ${asTyped('npx tacos restore DIR')}`);
  // A lock would leave its files in a directory that nothing may be brought into. One in which somebody works, the lock itself refuses.
  if (directoryOwner(dataDir) === undefined) await refuseUsed(directory, dataDir);
  for (const line of await (layout.kind === 'separate' ? restoreApart(directory, dataDir) : restoreOne(directory, dataDir))) say(line);
  const start = layout.kind === 'separate' ? 'npx tacos up --separate' : 'npm start';
  if (layout.kind !== 'service') say(`Start it with: ${asTyped(start)} · 복원했습니다.`);
  return 0;
}

async function restoreOne(directory: string, dataDir: string): Promise<readonly string[]> {
  const lock = lockDirectory(dataDir);
  try {
    await refuseUsed(directory, dataDir);
    const report = await copyBack(directory, dataDir);
    const copied = `${counted(report.files, 'journal file')}, ${grouped(report.bytes)} bytes, through group ${report.lastSequence}`;
    return [`Restored ${resolve(directory)} into ${resolve(dataDir)}: ${copied}.`];
  } finally {
    lock.release();
  }
}

async function refuseUsed(directory: string, dataDir: string): Promise<void> {
  const target = resolve(dataDir);
  const isOurs = existsSync(join(dataDir, KEYS)) || existsSync(journalDir(dataDir)) || (await layoutOf(dataDir)).kind === 'separate';
  if (!isOurs) return refuseTaken(dataDir);
  try {
    await refuseTaken(dataDir);
  } catch (cause) {
    const again = asTyped(`npx tacos restore ${shellWord(resolve(directory))}`);
    const why = `${target} is a data directory already: a backup is brought back into an empty directory.`;
    throw new CommandFailed(`${why}\nMove that one away (mv ${shellWord(target)} ${shellWord(target)}.before), then: ${again}\nOr name another directory with TACOS_DATA_DIR.`, { cause });
  }
}
