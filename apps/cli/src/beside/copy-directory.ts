import { existsSync } from 'node:fs';
import { cp, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { CopyReport } from '@traffic-tacos/journal';
import { backupData, layoutOf, markService, restoreData } from '@traffic-tacos/platform';

/** The folder of the issuer's keys, in a data directory and in a backup of one. */
export const KEYS = 'keys';

/** Copies history, journal and keys of one data directory into an empty one, and whose it is. Throws what `backupData` throws. */
export async function copyOut(dataDir: string, directory: string): Promise<CopyReport> {
  const report = await backupData(dataDir, directory);
  await copyRest(dataDir, directory);
  return report;
}

/** Brings back what `copyOut` has copied. Throws what `restoreData` throws. */
export async function copyBack(backup: string, dataDir: string): Promise<CopyReport> {
  const report = await restoreData(backup, dataDir);
  await copyRest(backup, dataDir);
  return report;
}

/** The files keep their modes, so that nobody else gets to read them. */
async function copyRest(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true, mode: 0o700 });
  if (existsSync(join(from, KEYS))) await cp(join(from, KEYS), join(to, KEYS), { recursive: true, preserveTimestamps: true });
  const layout = await layoutOf(from);
  if (layout.kind === 'service') await markService(to, layout.service);
}
