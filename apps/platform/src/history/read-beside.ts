import { existsSync } from 'node:fs';
import { HistoryReader, HistoryRefused, openFileDisk, readJournal, type PledgeTable, type ReadReport } from '@traffic-tacos/journal';
import type { Limits } from '@traffic-tacos/kernel';
import { journalDir } from '../journal-dir.ts';
import { createPlatformTables, type PlatformTables } from '../tables.ts';
import { historyPath } from './history-path.ts';

/** What a data directory holds, in memory and in the history, as of one group. */
export interface DirectoryReading {
  readonly tables: PlatformTables;
  readonly report: ReadReport;
  /** What is wrong with the history's file itself; empty where nothing is. Reads all of it. */
  checkHistory(): readonly string[];
  /** Lets the history go on: until then its files grow. */
  close(): void;
}

/**
 * Reads journal and history without their lock, beside the process that owns them. The history is held at one commit first; so the journal
 * keeps everything that ended since, and the two together are the whole as of the last group read. Throws what `readJournal` throws.
 */
export async function readBeside(dataDir: string, limits: Limits): Promise<DirectoryReading> {
  const disk = openFileDisk(journalDir(dataDir));
  const path = historyPath(dataDir);
  const reader = existsSync(path) ? new HistoryReader(path) : undefined;
  const { appliedSequence, journalId = '' } = reader?.hold() ?? {};
  if (reader === undefined || appliedSequence === undefined) {
    const tables = createPlatformTables(limits);
    const report = await readJournal(disk, tables.all);
    refuseForgotten(tables.pledge, path);
    return { tables, report, checkHistory: () => [], close: () => reader?.close() };
  }
  const tables = createPlatformTables(limits, reader);
  const report = await readJournal(disk, tables.all, { appliedSequence, journalId });
  return { tables, report, checkHistory: () => reader.check(), close: () => reader.close() };
}

/** A journal that has handed records over is not the whole without its history. Throws `HistoryRefused`. */
export function refuseForgotten(pledge: PledgeTable, path: string): void {
  if (pledge.isGiven) throw new HistoryRefused('missing', `The journal has handed records over to a history, and there is nothing in ${path}`);
}
