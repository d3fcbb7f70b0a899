import { chmod, copyFile, open, rm } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { backupJournal, copyHistory, CopyRefused, emptyFolder, firstKept, openFileDisk, restoreJournal, type CopyReport, type Disk } from '@traffic-tacos/journal';
import { journalDir } from '../journal-dir.ts';
import { historyPath } from './history-path.ts';

const ATTEMPTS = 8;
const OWNER_ONLY = 0o600;

/**
 * Copies history and journal of a data directory that may be in use into a directory without either. The history comes first: what ends
 * meanwhile is in the journal's part. Where the journal has let go of something in between, it begins again. Throws what `backupJournal` throws.
 */
export async function backupData(dataDir: string, directory: string): Promise<CopyReport> {
  const [source, target] = [openFileDisk(journalDir(dataDir)), openFileDisk(journalDir(directory))];
  await refuseTaken(directory, target);
  for (let attempt = 1; ; attempt++) {
    const reached = existsSync(historyPath(dataDir)) ? copyHistory(historyPath(dataDir), historyPath(directory)) : undefined;
    if (reached !== undefined) await settle(historyPath(directory));
    const report = await backupJournal(source, target);
    if (reached === undefined || (await firstKept(target)) <= reached + 1) return report;
    if (attempt === ATTEMPTS) throw new CopyRefused('the journal went on faster than the history could be copied: run it again');
    await emptyFolder(target);
    await rm(historyPath(directory));
  }
}

/** Brings a backup back into a directory without history and journal. Throws what `restoreJournal` throws. */
export async function restoreData(backup: string, dataDir: string): Promise<CopyReport> {
  const target = openFileDisk(journalDir(dataDir));
  await refuseTaken(dataDir, target);
  if (existsSync(historyPath(backup))) {
    await copyFile(historyPath(backup), historyPath(dataDir));
    await settle(historyPath(dataDir));
  }
  return restoreJournal(openFileDisk(journalDir(backup)), target);
}

/** Before anything is copied: a history beside somebody else's journal would be taken for its own. */
async function refuseTaken(directory: string, journal: Disk): Promise<void> {
  if (existsSync(historyPath(directory)) || (await journal.list()).length > 0) throw new CopyRefused('the target directory is not empty');
}

/** On disk, with its name, and for nobody else to read: ticket codes come from what stands in it. */
async function settle(path: string): Promise<void> {
  await chmod(path, OWNER_ONLY);
  for (const place of [path, dirname(path)]) {
    const handle = await open(place, 'r');
    await handle.sync();
    await handle.close();
  }
}
