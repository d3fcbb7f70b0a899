import { present } from '@traffic-tacos/kernel';
import { ByteReader } from '../bytes.ts';
import type { RecordTables } from '../format/record.ts';
import type { SegmentFile } from '../format/file-names.ts';
import type { GroupCursor } from '../format/group.ts';
import type { Tail } from './find-tail.ts';
import { damageAt, openSegment, walkSegment, type GroupSource } from './walk-segment.ts';
import { damagedRecord } from './damaged-record.ts';

/** What was replayed. */
export interface ReplayCounts {
  groups: number;
  entries: number;
  bytes: number;
}

export interface Replayed extends ReplayCounts {
  /** The last segment up to the end of its last group. */
  readonly tailBytes: Buffer;
}

/**
 * Walks the groups from the segment that holds `from` to the tail, and restores the records of those from `from` on; without tables
 * it only checks. Two segments are in memory at a time. Throws `JournalDamaged`, `JournalTooNew`.
 */
export async function replay(
  source: GroupSource,
  segments: readonly SegmentFile[],
  tail: Tail,
  from: number,
  tables: RecordTables | undefined,
  historyThrough = 0,
): Promise<Replayed> {
  const counts: ReplayCounts = { groups: 0, entries: 0, bytes: 0 };
  let tailBytes: Buffer = Buffer.alloc(0);
  let previousSum: number | undefined;
  let expected: number | undefined;
  const files = segmentsFrom(segments, from, tail);
  const read = (at: number): Promise<GroupCursor> | undefined => {
    const file = files[at];
    return file === undefined ? undefined : openSegment(source, file);
  };
  let ahead = read(0);
  for (const [i, file] of files.entries()) {
    const cursor = present(await ahead, 'a segment for each file');
    // The next one comes from the disk while this one is walked. Where this one is damaged, nobody asks what became of it.
    ahead = read(i + 1);
    ahead?.catch(() => undefined);
    if (expected !== undefined && file.firstSequence !== expected) {
      throw damageAt(source, file, 0, `groups ${expected} to ${file.firstSequence - 1} are missing before it`);
    }
    const isTail = file.name === tail.file.name;
    const limit = isTail ? tail.end : cursor.bytes.length;
    const walk = walkSegment(source, cursor, file, previousSum, limit, restorer(cursor, file, { from, historyThrough }, tables, counts));
    if (walk.end < limit) throw damageAt(source, file, walk.end, `the group after ${walk.lastSequence} is damaged`);
    if (isTail) tailBytes = cursor.bytes.subarray(0, tail.end);
    previousSum = walk.lastSum;
    expected = walk.lastSequence + 1;
  }
  return { ...counts, tailBytes };
}

/** From the last segment that begins at or before `from`, to the tail. */
function segmentsFrom(segments: readonly SegmentFile[], from: number, tail: Tail): readonly SegmentFile[] {
  const first = Math.max(0, segments.findLastIndex(({ firstSequence }) => firstSequence <= from));
  const last = segments.findIndex(({ name }) => name === tail.file.name);
  return segments.slice(Math.min(first, last), last + 1);
}

function restorer(
  { bytes }: GroupCursor,
  file: SegmentFile,
  { from, historyThrough }: { readonly from: number; readonly historyThrough: number },
  tables: RecordTables | undefined,
  counts: ReplayCounts,
): (group: GroupCursor) => void {
  const reader = new ByteReader(bytes);
  return (group) => {
    if (group.sequence < from) return;
    counts.groups++;
    counts.entries += group.entries;
    counts.bytes += group.end - group.start;
    if (tables === undefined) return;
    try {
      restoreEntries(reader, group, tables, group.sequence <= historyThrough);
    } catch (error) {
      throw damagedRecord(error, file.name, reader.position);
    }
  };
}

function restoreEntries(reader: ByteReader, group: GroupCursor, tables: RecordTables, isInHistory: boolean): void {
  let at = group.entriesStart;
  while (at < group.end) {
    reader.window(at, group.end);
    const length = reader.u32();
    const start = reader.position;
    reader.skip(length);
    at = start + length;
    tables.restore(reader, start, at, isInHistory);
  }
}
