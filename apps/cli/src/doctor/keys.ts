import { existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { KeyFileRefused, loadKeys, signingKeyPath } from '@traffic-tacos/gateway';
import { hasRecords, journalDir } from '@traffic-tacos/platform';
import { shellWord } from '../config/as-typed.ts';
import { counted } from '../terminal/say.ts';
import type { Case } from './case.ts';
import { met, ok, unknown, type Finding } from './finding.ts';
import type { Place } from './places.ts';

const OTHERS = 0o077;

/** Whether the issuer's keys are there and can be read, and by their owner only. */
export async function checkKeys({ asTyped }: Case, place: Place): Promise<readonly Finding[]> {
  const path = signingKeyPath(place.dataDir);
  if (!existsSync(path)) return [await missing(path, place, asTyped)];
  const isOpen = await openToOthers(path);
  if (isOpen.length > 0) return isOpen;
  try {
    const keys = (await loadKeys(place.dataDir)) ?? [];
    return [ok('keys', `${counted(keys.length, 'key')} in ${path}, readable by their owner only`)];
  } catch (error) {
    if (!(error instanceof KeyFileRefused)) throw error;
    const { cause } = error;
    const why = cause instanceof Error ? `${path} cannot be read: ${cause.message}` : error.message.replace(/\. Bring .*$/, '');
    if (cause !== undefined) return [met('keys_unreadable', why, `ls -ld ${shellWord(path)}; sudo chown "$(id -un)" ${shellWord(path)}, or bring the file back from a backup`)];
    return [met('keys_damaged', why, `cp BACKUP/keys/signing-keys.json ${shellWord(path)}; without a backup rm ${shellWord(path)}: all people sign in again then`)];
  }
}

async function missing(path: string, place: Place, asTyped: Case['asTyped']): Promise<Finding> {
  if (!(await hasRecords(journalDir(place.dataDir)))) return unknown('keys', 'there are none yet; the first start makes them');
  const says = `${path} is missing beside a journal: the next start makes new keys, and every token signed before is void`;
  const mend = `Before that start: cp -a BACKUP/keys ${shellWord(place.dataDir)}/ . Without a backup: ${asTyped('npm start')}, and all people sign in again`;
  return met('keys_missing', says, mend);
}

async function openToOthers(path: string): Promise<readonly Finding[]> {
  if (process.platform === 'win32') return [];
  const findings: Finding[] = [];
  for (const [open, right] of [[dirname(path), '700'], [path, '600']] as const) {
    const mode = (await stat(open)).mode & 0o777;
    if ((mode & OTHERS) === 0) continue;
    findings.push(met('keys_open', `${open} is open to others (mode ${mode.toString(8)})`, `chmod ${right} ${shellWord(open)}`));
  }
  return findings;
}
