import type { SnapshotFile } from '../format/file-names.ts';
import type { SetAside } from './choose-snapshot.ts';
import type { Recovered } from './recover.ts';
import type { Survey } from './survey.ts';

/** What opening a journal found. */
export interface RecoveryReport {
  readonly kind: 'first_start' | 'recovered';
  /** 32 hex digits. */
  readonly directoryId: string;
  /** The oldest group that is kept, and the newest; 0 before the first. */
  readonly firstSequence: number;
  readonly lastSequence: number;
  readonly snapshot: SnapshotFile | undefined;
  /** Restored, from the snapshot and from groups after it. */
  readonly records: number;
  /** Replayed after the snapshot. */
  readonly groups: number;
  readonly entries: number;
  /** Of groups that were being written when the process ended; nobody was told that they had happened. */
  readonly tornBytes: number;
  /** Snapshots that were not used. */
  readonly setAside: readonly SetAside[];
  readonly tookMs: number;
}

/** All but what only the caller knows: how many records its tables took, and how long it was. */
export function reportOf(
  survey: Survey,
  directoryId: Buffer,
  { tail, choice, replayed }: Recovered,
): Omit<RecoveryReport, 'records' | 'tookMs'> {
  return {
    kind: 'recovered',
    directoryId: directoryId.toString('hex'),
    firstSequence: survey.segments[0]?.firstSequence ?? 1,
    lastSequence: tail.lastSequence,
    snapshot: choice.snapshot,
    groups: replayed.groups,
    entries: replayed.entries,
    tornBytes: tail.tornBytes,
    setAside: choice.unusable,
  };
}
