import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Disk } from '@traffic-tacos/journal';
import { historyPath } from './history/history-path.ts';

const FILE = 'journal-id';

/** The directory has had a journal, and it is gone. Starting with an empty one would look like a start, and be a loss. */
export class JournalMissing extends Error {
  override readonly name = 'JournalMissing';
}

/** Refuses a directory that had a journal and holds no segment of one any more. */
export async function refuseLostJournal(dataDir: string, disk: Disk): Promise<void> {
  const id = await readMarker(dataDir);
  if (id === undefined || (await disk.list()).some((name) => name.startsWith('segment-'))) return;
  throw new JournalMissing(
    `${dataDir} had the journal ${id}, and no file of it is left. Restore a backup into an empty directory and start there; or remove ${join(dataDir, FILE)} and ${historyPath(dataDir)} to begin anew with nothing.`,
  );
}

/** Notes which journal the directory has, once it is open. */
export async function markJournal(dataDir: string, id: string): Promise<void> {
  if ((await readMarker(dataDir)) === id) return;
  const path = join(dataDir, FILE);
  await writeFile(`${path}.new`, `${id}\n`, { mode: 0o600 });
  await rename(`${path}.new`, path);
}

async function readMarker(dataDir: string): Promise<string | undefined> {
  try {
    return (await readFile(join(dataDir, FILE), 'utf8')).trim();
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
