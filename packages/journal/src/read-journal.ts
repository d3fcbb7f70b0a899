import { DiskError, type Disk } from './disk.ts';
import { JournalDamaged } from './errors.ts';
import { CRC_32 } from './format/integrity.ts';
import { RecordTables } from './format/record.ts';
import type { RecordTable } from './record-table.ts';
import { recover, type HistoryReach } from './recovery/recover.ts';
import { reportOf, type RecoveryReport } from './recovery/recovery-report.ts';
import { listJournal, surveyDirectory } from './recovery/survey.ts';
import type { ClockStamp } from './time-source.ts';

/** Often enough for whatever a running process may rename or remove meanwhile. */
const ATTEMPTS = 8;

export type ReadReport =
  | { readonly kind: 'no_journal' }
  | (Omit<RecoveryReport, 'tookMs' | 'kind'> & { readonly kind: 'read'; readonly lastStamp: ClockStamp | undefined });

/**
 * Replays a journal into the tables without touching it, beside the process that owns it and without its lock: the tables then show
 * a state that was, up to some group at or after the call. What is just being written counts as a torn tail. Without `tables` no
 * record is read; the groups that are kept are all checked. With the `history` that a reader holds, what it has is left out of the
 * tables, and all that ended after it is in them. Throws `JournalDamaged`, `JournalTooNew`, `HistoryRefused`, `CopyRefused`, `DiskError`.
 */
export async function readJournal(disk: Disk, tables?: readonly RecordTable<unknown>[], history?: HistoryReach): Promise<ReadReport> {
  for (let attempt = 1; ; attempt++) {
    const before = await disk.list();
    try {
      return await readOnce(disk, tables === undefined ? undefined : new RecordTables(tables), history);
    } catch (error) {
      // Files that came or went while they were read look like damage. Only if none did, it is. Restoring twice changes nothing.
      const isTransient = (error instanceof JournalDamaged || error instanceof DiskError) && !sameNames(before, await disk.list());
      if (!isTransient || attempt === ATTEMPTS) throw error;
    }
  }
}

async function readOnce(disk: Disk, tables: RecordTables | undefined, history: HistoryReach | undefined): Promise<ReadReport> {
  const survey = await surveyDirectory(disk, await listJournal(disk), CRC_32);
  if (survey.directoryId === undefined) return { kind: 'no_journal' };
  const recovered = await recover(disk, survey, survey.directoryId, CRC_32, tables, { history });
  tables?.rebuild();
  const report = reportOf(survey, survey.directoryId, recovered);
  return { ...report, kind: 'read', records: tables?.restored ?? 0, lastStamp: recovered.tail.lastStamp };
}

function sameNames(before: readonly string[], after: readonly string[]): boolean {
  return before.length === after.length && before.every((name) => after.includes(name));
}
