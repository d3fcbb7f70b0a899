import type { CutPoint } from '../errors.ts';
import type { Disk } from '../disk.ts';
import { HistoryRefused, refuseForeign } from '../history/history-errors.ts';
import { seedOf } from '../format/file-header.ts';
import type { Integrity } from '../format/integrity.ts';
import type { RecordTables } from '../format/record.ts';
import { chooseSnapshot, restoreSnapshot, type SnapshotChoice } from './choose-snapshot.ts';
import { findTail, type Tail } from './find-tail.ts';
import { replay, type Replayed } from './replay.ts';
import type { Survey } from './survey.ts';

/** What a directory's files amount to. */
export interface Recovered {
  readonly tail: Tail;
  readonly choice: SnapshotChoice;
  readonly replayed: Replayed;
}

/** How far a history reaches, and whose it is. */
export interface HistoryReach {
  /** Every record that had ended by this group is in it. */
  readonly appliedSequence: number;
  /** 32 hex digits; empty where nothing was written yet. */
  readonly journalId: string;
}

export interface RecoverOptions {
  readonly cut?: CutPoint | undefined;
  /** Undefined where no history is kept, so that memory has everything. */
  readonly history?: HistoryReach | undefined;
}

/**
 * Finds the end, loads the newest snapshot that counts, and replays what comes after it. It changes nothing on disk. Without tables
 * all groups that are kept are checked, and no record is read.
 */
export async function recover(
  disk: Disk,
  survey: Survey,
  directoryId: Buffer,
  integrity: Integrity,
  tables: RecordTables | undefined,
  { cut, history }: RecoverOptions = {},
): Promise<Recovered> {
  const source = { disk, integrity, seed: seedOf(directoryId, integrity), oldest: survey.segments[0] };
  const tail = await findTail(source, survey.segments, survey.unborn, cut);
  const choice = await chooseSnapshot(source, directoryId, survey, tail);
  const reached = history === undefined ? undefined : reachOf(history, survey, directoryId, tail);
  if (tables !== undefined && choice.snapshot !== undefined) await restoreSnapshot(source, directoryId, choice.snapshot, tables, reached);
  const from = tables === undefined ? 1 : Math.min(choice.snapshot?.from ?? 1, (reached ?? Number.MAX_SAFE_INTEGER) + 1);
  const replayed = await replay(source, survey.segments, tail, from, tables, reached);
  return { tail, choice, replayed };
}

/** How far the history reaches, once it is seen that what it lacks is still in the journal. Throws `HistoryRefused`. */
function reachOf({ appliedSequence, journalId }: HistoryReach, { segments }: Survey, directoryId: Buffer, tail: Tail): number {
  const firstKept = segments[0]?.firstSequence ?? 1;
  refuseForeign(journalId, directoryId.toString('hex'));
  if (firstKept > appliedSequence + 1) {
    throw new HistoryRefused('behind', `The history ends at group ${appliedSequence}, and the journal begins at group ${firstKept}: what ended between them is nowhere`);
  }
  if (appliedSequence > tail.lastSequence) {
    throw new HistoryRefused('ahead', `The history ends at group ${appliedSequence}, and the journal at group ${tail.lastSequence}`);
  }
  return appliedSequence;
}
