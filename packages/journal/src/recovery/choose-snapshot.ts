import { ByteReader } from '../bytes.ts';
import { JournalDamaged } from '../errors.ts';
import type { SegmentFile, SnapshotFile } from '../format/file-names.ts';
import type { RecordTables } from '../format/record.ts';
import { BLOCK_HEADER_BYTES } from '../format/snapshot-block.ts';
import { readSnapshot } from '../snapshot/read-snapshot.ts';
import { damagedRecord } from './damaged-record.ts';
import type { Survey } from './survey.ts';
import type { Tail } from './find-tail.ts';
import type { GroupSource } from './walk-segment.ts';

/** A file that is not used any more, and why. */
export interface SetAside {
  readonly file: string;
  readonly why: string;
}

export interface SnapshotChoice {
  /** Undefined: replay begins at the first group. */
  readonly snapshot: SnapshotFile | undefined;
  readonly unusable: readonly SetAside[];
}

/** The newest snapshot that is whole and that the journal reaches. Throws `JournalDamaged` where nothing leads to the present state. */
export async function chooseSnapshot(source: GroupSource, directoryId: Buffer, survey: Survey, tail: Tail): Promise<SnapshotChoice> {
  const unusable: SetAside[] = [];
  const oldest = survey.segments[0];
  let snapshot: SnapshotFile | undefined;
  for (const candidate of survey.snapshots) {
    const why = await whyUnusable(source, directoryId, candidate, oldest, tail);
    if (why === undefined) {
      snapshot = candidate;
      break;
    }
    unusable.push({ file: candidate.name, why });
  }
  if (snapshot === undefined && oldest !== undefined && oldest.firstSequence > 1) {
    const because = unusable.map(({ file, why }) => `; ${file} cannot be used: ${why}`).join('');
    throw new JournalDamaged(oldest.name, 0, `groups 1 to ${oldest.firstSequence - 1} are missing${because}`, 'restore');
  }
  return { snapshot, unusable };
}

async function whyUnusable(
  { disk, integrity }: GroupSource,
  directoryId: Buffer,
  candidate: SnapshotFile,
  oldest: SegmentFile | undefined,
  tail: Tail,
): Promise<string | undefined> {
  if (candidate.through > tail.lastSequence) {
    return `it ends at group ${candidate.through}, beyond the journal's end at ${tail.lastSequence}`;
  }
  if (oldest === undefined || oldest.firstSequence > candidate.from) return `the groups from ${candidate.from} on are not kept any more`;
  const reading = await readSnapshot(disk, candidate, directoryId, integrity);
  return reading.kind === 'whole' ? undefined : reading.why;
}

/** Restores all records of a snapshot that was found whole. */
export async function restoreSnapshot(
  { disk, integrity }: GroupSource,
  directoryId: Buffer,
  file: SnapshotFile,
  tables: RecordTables,
  historyThrough?: number,
): Promise<void> {
  const isInHistory = historyThrough !== undefined && file.through <= historyThrough;
  const reading = await readSnapshot(disk, file, directoryId, integrity, (block) => {
    const reader = new ByteReader(block);
    try {
      tables.restore(reader, BLOCK_HEADER_BYTES, block.length, isInHistory);
    } catch (error) {
      throw damagedRecord(error, file.name, reader.position);
    }
  });
  if (reading.kind === 'damaged') throw new JournalDamaged(file.name, 0, `it changed while it was read: ${reading.why}`, 'restore');
}
