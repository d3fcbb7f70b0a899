import { DatabaseSync } from 'node:sqlite';
import { CopyRefused } from '../errors.ts';
import type { Disk } from '../disk.ts';
import { sortNames } from '../format/file-names.ts';
import { readFacts } from './history-schema.ts';

const BUSY_MS = 5_000;

/** Copies a history that may be in use, as of one commit; answers how far it reaches. The copy is not synced yet. Throws `CopyRefused`. */
export function copyHistory(from: string, to: string): number {
  const source = new DatabaseSync(from, { readOnly: true, timeout: BUSY_MS });
  try {
    source.prepare('VACUUM INTO ?').run(to);
  } catch (error) {
    throw new CopyRefused(`the history cannot be copied: ${error instanceof Error ? error.message : String(error)}`);
  } finally {
    source.close();
  }
  const copy = new DatabaseSync(to, { readOnly: true });
  try {
    return readFacts(copy).appliedSequence ?? 0;
  } finally {
    copy.close();
  }
}

/** The first group of a journal's first segment. */
export const firstKept = async (disk: Disk): Promise<number> => sortNames(await disk.list()).segments[0]?.firstSequence ?? 1;

/** Removes every file of a folder. */
export async function emptyFolder(disk: Disk): Promise<void> {
  for (const name of await disk.list()) await disk.remove(name);
}
