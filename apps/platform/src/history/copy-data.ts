import { chmod, copyFile, open, realpath, rm } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { backupJournal, copyHistory, CopyRefused, emptyFolder, firstKept, openFileDisk, restoreJournal, type CopyReport } from '@traffic-tacos/journal';
import { isWithin, listed, namesBeside } from '../foreign-directory.ts';
import { journalDir } from '../journal-dir.ts';
import { historyPath } from './history-path.ts';

const ATTEMPTS = 8;
const OWNER_ONLY = 0o600;

/**
 * Copies history and journal of a data directory that may be in use into an empty directory elsewhere. The history comes first: what ends
 * meanwhile is in the journal's part. Where the journal has let go of something in between, it begins again. Throws what `backupJournal` throws.
 */
export async function backupData(dataDir: string, directory: string): Promise<CopyReport> {
  await refuseTaken(directory);
  await refuseInside(dataDir, directory);
  const [source, target] = [openFileDisk(journalDir(dataDir)), openFileDisk(journalDir(directory))];
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

/** Brings a backup back into an empty directory, in which whoever calls may have the lock. Throws what `restoreJournal` throws. */
export async function restoreData(backup: string, dataDir: string): Promise<CopyReport> {
  await refuseTaken(dataDir);
  const target = openFileDisk(journalDir(dataDir));
  if (existsSync(historyPath(backup))) {
    await copyFile(historyPath(backup), historyPath(dataDir));
    await settle(historyPath(dataDir));
  }
  return restoreJournal(openFileDisk(journalDir(backup)), target);
}

/** Before anything is copied: a history beside somebody else's journal would be taken for its own, and keys among somebody's files would be forgotten there. */
export async function refuseTaken(directory: string): Promise<void> {
  const names = await namesBeside(directory);
  if (names.length === 0) return;
  throw new CopyRefused(`${resolve(directory)} is not empty: it holds ${listed(names)}. Name an empty directory, or one that is not there yet. · 빈 디렉터리가 아닙니다.`);
}

/** A copy in the directory itself would be moved away, and lost, with what it is a copy of. */
export async function refuseInside(dataDir: string, directory: string): Promise<void> {
  if (!isWithin(await realpath(dataDir), await whereItIs(resolve(directory)))) return;
  throw new CopyRefused(`${resolve(directory)} lies in ${resolve(dataDir)}, and would be lost with it. Name a directory elsewhere, best on another disk. · 데이터 디렉터리 안에는 백업할 수 없습니다.`);
}

/** The path without links, of what is there and of what is not there yet. */
async function whereItIs(path: string): Promise<string> {
  if (existsSync(path) || dirname(path) === path) return realpath(path);
  return join(await whereItIs(dirname(path)), basename(path));
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
