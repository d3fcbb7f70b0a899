import { InvariantBreach } from '@traffic-tacos/kernel';
import { CutRefused, JournalDamaged, type CutPoint } from '../errors.ts';
import type { SegmentFile } from '../format/file-names.ts';
import type { GroupCursor } from '../format/group.ts';
import type { ClockStamp } from '../time-source.ts';
import { damageAt, openSegment, walkSegment, type GroupSource, type SegmentWalk } from './walk-segment.ts';

/** Where the journal ends. */
export interface Tail {
  /** The last segment with groups in it. */
  readonly file: SegmentFile;
  /** Bytes of it up to the end of its last group. */
  readonly end: number;
  /** 0 if there is no group at all. */
  readonly lastSequence: number;
  readonly lastSum: number;
  readonly lastStamp: ClockStamp | undefined;
  /** Bytes after the last group that are none: the rest of one that was being written when the process ended. */
  readonly tornBytes: number;
  /** Segments after it, which hold no group. */
  readonly empty: readonly SegmentFile[];
}

/**
 * Reads from the newest segment backwards until there are groups. What is not intact after the last group is a torn tail; what is not
 * intact before an intact one is damage. Throws `JournalDamaged`, `CutRefused`.
 */
export async function findTail(
  source: GroupSource,
  segments: readonly SegmentFile[],
  unborn: string | undefined,
  cut?: CutPoint,
): Promise<Tail> {
  let tornBytes = 0;
  for (let index = segments.length - 1; index >= 0; index--) {
    const file = segments[index];
    if (file === undefined) break;
    const cursor = await openSegment(source, file);
    const limit = cut?.file === file.name ? Math.min(cut.position, cursor.bytes.length) : cursor.bytes.length;
    const walk = walkSegment(source, cursor, file, undefined, limit);
    refuseOtherCut(file, walk, cut);
    refuseIntactAfter(source, cursor, file, walk, limit);
    tornBytes += limit - walk.end;
    if (walk.groups === 0 && index > 0) continue;
    const empty = segments.slice(index + 1);
    refuseMissing(source, file, walk, empty[0], unborn, cut);
    const lastStamp = walk.lastGroupAt !== undefined && cursor.moveTo(walk.lastGroupAt) ? cursor.stamp() : undefined;
    return { file, end: walk.groupsEnd, lastSequence: walk.lastSequence, lastSum: walk.lastSum ?? 0, lastStamp, tornBytes, empty };
  }
  throw new InvariantBreach('a journal with a directory id has a segment');
}

function refuseOtherCut(file: SegmentFile, { end }: SegmentWalk, cut: CutPoint | undefined): void {
  if (cut === undefined || cut.file !== file.name || cut.position === end) return;
  throw new CutRefused(`${file.name}:${cut.position} is not the end of a group; the last one before it ends at ${end}`);
}

/** The rest of the segment holds no intact group, unless what is not intact stands in the middle. */
function refuseIntactAfter(
  source: GroupSource,
  cursor: GroupCursor,
  file: SegmentFile,
  { end, lastSequence }: SegmentWalk,
  limit: number,
): void {
  if (end >= limit || !cursor.search(end + 1) || cursor.end > limit) return;
  const found = `group ${cursor.sequence} stands intact at byte ${cursor.start}`;
  throw damageAt(source, file, end, `the group after ${lastSequence} is damaged, but ${found}`);
}

function refuseMissing(
  source: GroupSource,
  file: SegmentFile,
  { groups, isSealed, lastSequence, end }: SegmentWalk,
  next: SegmentFile | undefined,
  unborn: string | undefined,
  cut: CutPoint | undefined,
): void {
  if (groups === 0 && lastSequence > 0) {
    throw new JournalDamaged(file.name, end, `group ${lastSequence} and those before it are missing`, 'restore');
  }
  if (next !== undefined && next.firstSequence !== lastSequence + 1) {
    throw damageAt(source, file, end, `groups ${lastSequence + 1} to ${next.firstSequence - 1} are missing`);
  }
  if (!isSealed || next !== undefined || cut !== undefined) return;
  const what = unborn === undefined ? 'is missing' : `(${unborn}) is damaged`;
  throw damageAt(source, file, end, `the segment that continues with group ${lastSequence + 1} ${what}`);
}
