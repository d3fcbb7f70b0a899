import type { Disk } from '../disk.ts';
import { JournalDamaged } from '../errors.ts';
import { FILE_HEADER_BYTES } from '../format/file-header.ts';
import type { SegmentFile } from '../format/file-names.ts';
import { GroupCursor } from '../format/group.ts';
import type { Integrity } from '../format/integrity.ts';

/** What reading groups takes. */
export interface GroupSource {
  readonly disk: Disk;
  readonly integrity: Integrity;
  readonly seed: number;
  /** The oldest segment: cutting at its beginning would leave nothing. */
  readonly oldest: SegmentFile | undefined;
}

/** The damage at that byte of a segment, with the ways back that there are. */
export function damageAt({ oldest }: Pick<GroupSource, 'oldest'>, file: SegmentFile, position: number, what: string): JournalDamaged {
  const leavesNothing = file.name === oldest?.name && position <= FILE_HEADER_BYTES;
  return new JournalDamaged(file.name, position, what, leavesNothing ? 'restore' : 'restore_or_cut');
}

/** How far a segment's groups are an unbroken chain. */
export interface SegmentWalk {
  readonly groups: number;
  /** Of the last group, or of the one before the segment. */
  readonly lastSequence: number;
  /** Undefined where nothing is known of what comes before the segment. */
  readonly lastSum: number | undefined;
  /** Where the last group begins; undefined if there is none. */
  readonly lastGroupAt: number | undefined;
  /** Bytes up to the end of the last group. */
  readonly groupsEnd: number;
  /** Bytes up to the end of all that is intact: the groups, and the seal. */
  readonly end: number;
  readonly isSealed: boolean;
}

export async function openSegment(source: GroupSource, file: SegmentFile): Promise<GroupCursor> {
  return new GroupCursor(await source.disk.read(file.name), source.integrity, source.seed);
}

/**
 * Visits the groups of a segment in order, up to the first place where no intact one stands. An intact group that is not the next one
 * of the chain is damage: throws `JournalDamaged`.
 */
export function walkSegment(
  source: Pick<GroupSource, 'oldest'>,
  cursor: GroupCursor,
  file: SegmentFile,
  previousSum: number | undefined,
  limit: number,
  visit?: (cursor: GroupCursor) => void,
): SegmentWalk {
  let lastSum = file.firstSequence === 1 ? 0 : previousSum;
  let lastSequence = file.firstSequence - 1;
  let lastGroupAt: number | undefined;
  let at = FILE_HEADER_BYTES;
  const groupsSoFar = () => ({ groups: lastSequence - file.firstSequence + 1, lastSequence, lastSum, lastGroupAt, groupsEnd: at });
  while (at < limit && cursor.moveTo(at) && cursor.end <= limit) {
    if (cursor.sequence !== lastSequence + 1) {
      throw damageAt(source, file, at, `after group ${lastSequence} comes group ${cursor.sequence}`);
    }
    if (lastSum !== undefined && cursor.previousSum !== lastSum) {
      throw damageAt(source, file, at, `group ${cursor.sequence} does not continue the group before it`);
    }
    if (cursor.kind === 'seal') return { ...groupsSoFar(), end: cursor.end, isSealed: true };
    visit?.(cursor);
    lastSequence = cursor.sequence;
    lastSum = cursor.sum;
    lastGroupAt = at;
    at = cursor.end;
  }
  return { ...groupsSoFar(), end: at, isSealed: false };
}
