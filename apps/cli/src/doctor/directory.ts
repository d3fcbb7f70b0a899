import { existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { KeyFileRefused, loadKeys, signingKeyPath } from '@traffic-tacos/gateway';
import { CopyRefused, DiskError, JournalDamaged, JournalTooNew, openFileDisk, readJournal } from '@traffic-tacos/journal';
import { journalDir } from '@traffic-tacos/platform';
import { damageAdvice } from '../damage-advice.ts';
import { grouped } from '../terminal/say.ts';
import { ok, problem, unknown, type Finding } from './finding.ts';

const OTHERS = 0o077;

/** Whether every group of the journal that is kept can be read. */
export async function checkJournal(dataDir: string): Promise<Finding> {
  if (!existsSync(journalDir(dataDir))) return unknown('journal', 'there is none yet');
  try {
    const report = await readJournal(openFileDisk(journalDir(dataDir)));
    if (report.kind === 'no_journal') return unknown('journal', 'there is none yet');
    const unused = report.setAside.map(({ file, why }) => `; ${file} is not used: ${why}`).join('');
    return ok('journal', `whole through group ${grouped(report.lastSequence)}${unused}`);
  } catch (error) {
    if (error instanceof JournalDamaged) return problem('journal', error.message, damageAdvice(error));
    if (error instanceof JournalTooNew) return problem('journal', error.message, 'Start it with the version that wrote it, or a newer one.');
    if (error instanceof CopyRefused) return problem('journal', error.message, 'Empty the directory and run the backup or restore again.');
    if (error instanceof DiskError) return problem('journal', error.message, 'Give the files to the user who runs the platform.');
    throw error;
  }
}

/** Whether the issuer's keys can be read, and by their owner only. */
export async function checkKeys(dataDir: string): Promise<Finding> {
  const path = signingKeyPath(dataDir);
  try {
    const keys = await loadKeys(dataDir);
    if (keys === undefined) return unknown('keys', 'there are none yet; the first start makes them');
    const mode = (await stat(dirname(path))).mode & 0o777;
    if (process.platform === 'win32' || (mode & OTHERS) === 0) return ok('keys', `${keys.length} in ${path}, readable by their owner only`);
    return problem('keys', `${dirname(path)} is open to others (mode ${mode.toString(8)})`, `chmod 700 ${dirname(path)}`);
  } catch (error) {
    if (!(error instanceof KeyFileRefused)) throw error;
    return problem('keys', error.message, 'See there.');
  }
}
