import type { CutPoint } from '../errors.ts';
import type { Disk } from '../disk.ts';
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
  cut?: CutPoint,
): Promise<Recovered> {
  const source = { disk, integrity, seed: seedOf(directoryId, integrity), oldest: survey.segments[0] };
  const tail = await findTail(source, survey.segments, survey.unborn, cut);
  const choice = await chooseSnapshot(source, directoryId, survey, tail);
  if (tables !== undefined && choice.snapshot !== undefined) await restoreSnapshot(source, directoryId, choice.snapshot, tables);
  const from = tables === undefined ? 1 : (choice.snapshot?.from ?? 1);
  const replayed = await replay(source, survey.segments, tail, from, tables);
  return { tail, choice, replayed };
}
