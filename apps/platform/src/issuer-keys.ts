import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { loadKeys, loadOrCreateKeys, signingKeyPath, type SigningKeys } from '@traffic-tacos/gateway';
import type { Logger } from '@traffic-tacos/kit';

/** A segment of fewer bytes has no group in it yet. */
const SEGMENT_HEADER_BYTES = 40;

export interface IssuerKeys {
  readonly keys: SigningKeys;
  /** New ones stand beside a journal that had others: whatever was signed before is void. */
  readonly areReplaced: boolean;
}

/** The issuer's keys of a data directory, made where there are none. Where they should have been there, the log says so loudly. */
export async function issuerKeys(dataDir: string, journalFolder: string, logger: Pick<Logger, 'error'>): Promise<IssuerKeys> {
  const areReplaced = (await loadKeys(dataDir)) === undefined && (await hasRecords(journalFolder));
  const keys = await loadOrCreateKeys(dataDir);
  if (areReplaced) logger.error({ path: signingKeyPath(dataDir) }, 'the keys were missing beside a journal, and new ones were made: every token signed before is void, and all people sign in again');
  return { keys, areReplaced };
}

/** Whether something was ever recorded in the folder of a journal. */
export async function hasRecords(journalFolder: string): Promise<boolean> {
  const names = await namesIn(journalFolder);
  for (const name of names) {
    if (/^segment-\d+\.journal$/.test(name) && (await stat(join(journalFolder, name))).size > SEGMENT_HEADER_BYTES) return true;
  }
  return names.some((name) => /^snapshot-.*\.state$/.test(name));
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}
