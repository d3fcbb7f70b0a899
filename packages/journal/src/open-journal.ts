import type { Random } from '@traffic-tacos/kernel';
import { createDecisionClock, isOfBoot, type DecisionClock } from './decision-clock.ts';
import type { Disk } from './disk.ts';
import { CutRefused, JournalDamaged, type CutPoint } from './errors.ts';
import { DIRECTORY_ID_BYTES } from './format/file-header.ts';
import { CRC_32, type Integrity } from './format/integrity.ts';
import { RecordTables } from './format/record.ts';
import { Journal, type JournalStart } from './journal.ts';
import { HistoryRefused } from './history/history-errors.ts';
import type { JournalLimits } from './journal-options.ts';
import type { RecordTable } from './record-table.ts';
import { recover, type HistoryReach } from './recovery/recover.ts';
import { reportOf, type RecoveryReport } from './recovery/recovery-report.ts';
import { createFirstSegment, settle } from './recovery/settle.ts';
import { listJournal, surveyDirectory, type Survey } from './recovery/survey.ts';
import type { Scheduler } from './scheduler.ts';
import type { ClockStamp, TimeSource } from './time-source.ts';

export interface JournalDeps {
  readonly disk: Disk;
  /** In the order in which they are rebuilt. */
  readonly tables: readonly RecordTable<unknown>[];
  readonly limits: JournalLimits;
  readonly time: TimeSource;
  readonly scheduler: Scheduler;
  /** Names a new directory. */
  readonly random: Random;
}

export interface OpenOptions {
  /** Gives up everything from there on: what `JournalDamaged.cut` named, on the word of a person. */
  readonly cut?: CutPoint;
  /** How far the history reaches; left out where none is kept. */
  readonly history?: HistoryReach;
  /** Another way to check bytes: tests only. */
  readonly integrity?: Integrity;
}

export interface OpenedJournal {
  readonly journal: Journal;
  /** Goes on from the newest group's stamp. */
  readonly clock: DecisionClock;
  readonly found: RecoveryReport;
}

/**
 * Brings the tables to the state after the last durable group, and opens the journal for more. The caller owns the directory
 * (`lockDirectory`). Throws `JournalDamaged`, `JournalTooNew`, `HistoryRefused`, `CopyRefused`, `CutRefused`, `DiskError`; the directory is then as it was.
 */
export async function openJournal(deps: JournalDeps, options: OpenOptions = {}): Promise<OpenedJournal> {
  const startedMs = deps.time.monotonicMs();
  const integrity = options.integrity ?? CRC_32;
  const tables = new RecordTables(deps.tables);
  if (options.cut !== undefined) await refuseCutOfWhole(deps.disk, integrity, options.cut);
  const survey = await surveyDirectory(deps.disk, await listJournal(deps.disk), integrity, options.cut);
  refuseLoneHistory(survey, options.history);
  const start =
    survey.directoryId === undefined
      ? await startNew(deps, survey, integrity)
      : await startAgain(deps.disk, survey, survey.directoryId, integrity, tables, options);
  tables.rebuild();
  const clock = createDecisionClock(deps.time, start.lastStamp);
  const journal = new Journal({ ...deps, clock, integrity }, start);
  if (start.lastStamp !== undefined && !isOfBoot(start.lastStamp, deps.time.bootId, startedMs)) await journal.stamp();
  return { journal, clock, found: { ...start.found, records: tables.restored, tookMs: deps.time.monotonicMs() - startedMs } };
}

/** A cut gives acknowledged work up, so it is taken only where the journal is damaged: never twice, and never out of habit. */
async function refuseCutOfWhole(disk: Disk, integrity: Integrity, cut: CutPoint): Promise<void> {
  try {
    const survey = await surveyDirectory(disk, await listJournal(disk), integrity);
    if (survey.directoryId !== undefined) await recover(disk, survey, survey.directoryId, integrity, undefined);
  } catch (error) {
    if (error instanceof JournalDamaged && error.cut?.file === cut.file && error.cut.position === cut.position) return;
    throw error;
  }
  throw new CutRefused(`nothing is damaged at ${cut.file}:${cut.position}, so nothing is given up: open the journal without a cut`);
}

/** A history without a journal: the journal was lost, and beginning anew would look like a start. */
function refuseLoneHistory({ directoryId }: Survey, history: HistoryReach | undefined): void {
  if (directoryId !== undefined || history === undefined || history.appliedSequence === 0) return;
  throw new HistoryRefused('ahead', `The history ends at group ${history.appliedSequence}, and there is no journal`);
}

interface Start extends JournalStart {
  readonly lastStamp: ClockStamp | undefined;
  readonly found: Omit<RecoveryReport, 'records' | 'tookMs'>;
}

async function startNew({ disk, random }: JournalDeps, survey: Survey, integrity: Integrity): Promise<Start> {
  const directoryId = newDirectoryId(random);
  const open = await createFirstSegment(disk, directoryId, integrity, survey);
  return {
    directoryId,
    open,
    end: { sequence: 0, sum: 0 },
    snapshots: [],
    bytesSinceSnapshot: 0,
    lastStamp: undefined,
    found: {
      kind: 'first_start',
      directoryId: directoryId.toString('hex'),
      firstSequence: 1,
      lastSequence: 0,
      snapshot: undefined,
      groups: 0,
      entries: 0,
      tornBytes: 0,
      setAside: [],
    },
  };
}

async function startAgain(
  disk: Disk,
  survey: Survey,
  directoryId: Buffer,
  integrity: Integrity,
  tables: RecordTables,
  { cut, history }: OpenOptions,
): Promise<Start> {
  const recovered = await recover(disk, survey, directoryId, integrity, tables, { cut, history });
  const { tail, choice, replayed } = recovered;
  const open = await settle(disk, survey, tail, replayed.tailBytes, choice.unusable, cut);
  return {
    directoryId,
    open,
    end: { sequence: tail.lastSequence, sum: tail.lastSum },
    snapshots: survey.snapshots.filter(({ name }) => !choice.unusable.some(({ file }) => file === name)),
    bytesSinceSnapshot: replayed.bytes,
    lastStamp: tail.lastStamp,
    found: reportOf(survey, directoryId, recovered),
  };
}

function newDirectoryId(random: Random): Buffer {
  const id = Buffer.alloc(DIRECTORY_ID_BYTES);
  for (let at = 0; at < id.length; at += 4) id.writeUInt32LE(random.u32(), at);
  return id;
}
