import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { CopyRefused, DiskError, HistoryRefused, JournalDamaged, JournalTooNew, openFileDisk, readJournal, type ReadReport, type RecordTable, type SetAside } from '@traffic-tacos/journal';
import { createPlatformTables, historyPath, journalDir, JournalMissing, refuseLostJournal } from '@traffic-tacos/platform';
import { shellWord } from '../config/as-typed.ts';
import { limitsOf } from '../config/platform-options.ts';
import { cutAdvice, restoreAdvice } from '../damage-advice.ts';
import { grouped } from '../terminal/say.ts';
import type { Case } from './case.ts';
import { met, ok, unknown, type Finding } from './finding.ts';
import { historyMissing, historyRefusal, lookAtHistory, type HistoryLook } from './history.ts';
import type { Place } from './places.ts';

export interface JournalLook {
  readonly findings: readonly Finding[];
  /** What the wall clock said at the newest group. */
  readonly lastWallMs: number | undefined;
}

/** Whether every group of the journal that is kept can be read, by this version, and what stands beside it. */
export async function checkJournal(found: Case, { dataDir }: Place): Promise<JournalLook> {
  try {
    // Opening a folder would make it.
    if (!existsSync(journalDir(dataDir))) return withHistory(withoutFolder(found, dataDir), found, dataDir);
    await refuseLostJournal(dataDir, openFileDisk(journalDir(dataDir)));
    return await readBoth(found, dataDir);
  } catch (error) {
    return only(refusal(error, found, dataDir));
  }
}

/** The history first: what it has held the journal keeps. */
async function readBoth(found: Case, dataDir: string): Promise<JournalLook> {
  const history = lookAtHistory(found, dataDir);
  try {
    const tables = createPlatformTables(limitsOf(found.settings));
    const report = await readJournal(openFileDisk(journalDir(dataDir)), tables.all.map((table) => (table === tables.pledge ? table : passedOver(table))), history.reach);
    if (report.kind === 'no_journal') return { findings: [none(dataDir), ...historyAlone(history, found, dataDir)], lastWallMs: undefined };
    // A journal that has its first group can fill a history that is not there.
    const isMissing = tables.pledge.isGiven && history.reach === undefined && history.findings.length === 0 && report.firstSequence > 1;
    const ofHistory = isMissing ? [historyMissing(found, dataDir)] : history.findings;
    return { findings: [...findingsOf(report, found, dataDir), ...ofHistory], lastWallMs: report.lastStamp?.wallMs };
  } finally {
    history.close();
  }
}

/** A history that has no journal beside it refuses a start as well as a damaged one. */
function withHistory(finding: Finding, found: Case, dataDir: string): JournalLook {
  const history = lookAtHistory(found, dataDir);
  try {
    return { findings: [finding, ...(finding.kind === 'problem' ? [] : historyAlone(history, found, dataDir))], lastWallMs: undefined };
  } finally {
    history.close();
  }
}

const none = (dataDir: string): Finding => unknown('journal', `there is none yet in ${resolve(dataDir)}`);

const historyAlone = ({ findings, reach }: HistoryLook, found: Case, dataDir: string): readonly Finding[] =>
  reach === undefined ? findings : [met('history_mismatch', `${resolve(historyPath(dataDir))} ends at group ${grouped(reach.appliedSequence)}, and there is no journal`, restoreAdvice(found.asTyped, dataDir))];

const only = (finding: Finding): JournalLook => ({ findings: [finding], lastWallMs: undefined });

function withoutFolder(found: Case, dataDir: string): Finding {
  if (!existsSync(join(dataDir, 'journal-id'))) return none(dataDir);
  return lost(`${resolve(dataDir)} had a journal, as its file journal-id says, and the folder is gone`, found, dataDir);
}

const lost = (says: string, { asTyped }: Case, dataDir: string): Finding =>
  met('journal_lost', says, `${restoreAdvice(asTyped, dataDir)} Or begin anew with nothing: rm ${shellWord(resolve(dataDir))}/journal-id`);

/** The type and layout of records that this version reads, without keeping any: a journal may hold more than fits into memory twice. */
const passedOver = (table: RecordTable<unknown>): RecordTable<unknown> => ({
  recordType: table.recordType,
  name: table.name,
  layoutVersion: table.layoutVersion,
  isKept: false,
  encode: (record, writer) => table.encode(record, writer),
  decode: (layoutVersion, reader) => table.decode(layoutVersion, reader),
  isNext: () => false,
  apply: () => undefined,
  restore: () => undefined,
  rebuild: () => undefined,
  scan: () => -1,
});

function findingsOf(report: Extract<ReadReport, { kind: 'read' }>, found: Case, dataDir: string): readonly Finding[] {
  const { lastSequence, tornBytes, setAside } = report;
  const folder = resolve(journalDir(dataDir));
  const name = ({ file, why }: SetAside): string => `${join(folder, file)} cannot be used: ${why}`;
  const beyond = setAside.filter(({ why }) => why.includes('beyond the journal'));
  const damaged = setAside.filter((aside) => !beyond.includes(aside)).map((aside) =>
    met('snapshot_damaged', name(aside), `Nothing is lost. dmesg | tail tells of a failing disk; ${found.asTyped('npx tacos backup DIR')}, then start: it sets the file aside`));
  // The newest one says it for all of them.
  const ahead = beyond.slice(0, 1).map((aside) =>
    met('snapshot_ahead', name(aside), `Groups after ${grouped(lastSequence)} are gone: bring the newest segment back. ${restoreAdvice(found.asTyped, dataDir)} Or start without them: ${found.asTyped('npm start')}`));
  const unused = [...ahead, ...damaged];
  const torn = tornBytes > 0 ? [met('torn_tail', `${grouped(tornBytes)} bytes after group ${grouped(lastSequence)} were never acknowledged`, 'Nothing to do: the next start cuts them off and says so')] : [];
  const whole = ok('journal', `${folder} is whole through group ${grouped(lastSequence)}`);
  return unused.length > 0 ? [...unused, ...torn] : [whole, ...torn];
}

function refusal(error: unknown, found: Case, dataDir: string): Finding {
  const { asTyped } = found;
  const folder = resolve(journalDir(dataDir));
  const directory = shellWord(resolve(dataDir));
  if (error instanceof JournalMissing) return lost(error.message.replace(/\. Restore a backup .*$/, ''), found, dataDir);
  if (error instanceof JournalDamaged) {
    const isGap = / (is|are) missing/.test(error.message);
    const mend = `${restoreAdvice(asTyped, dataDir)}${cutAdvice(error, asTyped)}`;
    return met(isGap ? 'journal_gap' : 'journal_damaged', `${folder}/${error.message}`, isGap ? `Put the missing file back if you have it. ${mend}` : mend);
  }
  if (error instanceof HistoryRefused) return historyRefusal(error, found, dataDir);
  if (error instanceof JournalTooNew) return met('journal_too_new', `${folder}: ${error.message}`, `git pull && npm ci (or check out the version that wrote it), then ${asTyped('npm start')}`);
  if (error instanceof CopyRefused) return met('copy_unfinished', `${folder}: ${error.message}`, `mv ${directory} ${directory}.unfinished, then run the backup or restore again`);
  if (error instanceof DiskError) return met('journal_unreadable', `${folder}: ${error.message}`, `ls -l ${shellWord(folder)}; sudo chown -R "$(id -un)" ${directory}; dmesg | tail tells of a failing disk`);
  throw error;
}
