import type { Disk } from '../disk.ts';
import { CopyRefused, CutRefused, JournalDamaged, type CutPoint } from '../errors.ts';
import { decodeFileHeader, FILE_HEADER_BYTES, type FileHeader } from '../format/file-header.ts';
import { sortNames, type Listing, type SegmentFile, type SnapshotFile } from '../format/file-names.ts';
import type { Integrity } from '../format/integrity.ts';
import { damageAt } from './walk-segment.ts';

/** What lies in a directory, before any group is read. */
export interface Survey {
  /** Undefined where no journal is yet. */
  readonly directoryId: Buffer | undefined;
  /** Those with an intact header, oldest first. */
  readonly segments: readonly SegmentFile[];
  /** A segment whose making was cut short: it never held a group. */
  readonly unborn: string | undefined;
  /** Newest first. */
  readonly snapshots: readonly SnapshotFile[];
  readonly temporaries: readonly string[];
  /** What an explicit cut gives up, as whole files. */
  readonly cutAway: readonly string[];
}

/** The journal's files. Throws `CopyRefused` where a copy was begun and not finished: some files may be missing. */
export async function listJournal(disk: Disk): Promise<Listing> {
  const listing = sortNames(await disk.list());
  if (!listing.hasIncompleteCopy) return listing;
  throw new CopyRefused('a backup or restore into this directory was not finished: empty the directory and run it again');
}

/** Reads the segments' headers. Throws `JournalDamaged`, `JournalTooNew`, `CutRefused`. */
export async function surveyDirectory(disk: Disk, listing: Listing, integrity: Integrity, cut?: CutPoint): Promise<Survey> {
  const { kept, cutAway } = applyCut(listing, cut);
  const segments: SegmentFile[] = [];
  let directoryId: Buffer | undefined;
  let unborn: string | undefined;
  for (const file of kept) {
    const header = await readHeader(disk, file, integrity);
    if (header === undefined) {
      if (!(await isUnborn(disk, file, kept))) throw damageAt({ oldest: kept[0] }, file, 0, 'the header of the segment is damaged');
      unborn = file.name;
      continue;
    }
    if (directoryId !== undefined && !directoryId.equals(header.directoryId)) {
      throw damageAt({ oldest: kept[0] }, file, 0, 'the segment belongs to another directory');
    }
    directoryId = header.directoryId;
    segments.push(file);
  }
  const { snapshots, temporaries } = listing;
  refuseOrphans(segments, snapshots, unborn);
  return { directoryId, segments, unborn, snapshots, temporaries, cutAway };
}

function applyCut({ segments }: Listing, cut: CutPoint | undefined): { kept: readonly SegmentFile[]; cutAway: readonly string[] } {
  if (cut === undefined) return { kept: segments, cutAway: [] };
  const at = segments.findIndex(({ name }) => name === cut.file);
  if (at === -1) throw new CutRefused(`there is no segment ${cut.file} to cut`);
  const keeps = cut.position > FILE_HEADER_BYTES ? at + 1 : at;
  if (keeps === 0) throw new CutRefused(`a cut at ${cut.file}:${cut.position} would leave nothing: restore a backup`);
  return { kept: segments.slice(0, keeps), cutAway: segments.slice(keeps).map(({ name }) => name) };
}

async function readHeader(disk: Disk, { name, firstSequence }: SegmentFile, integrity: Integrity): Promise<FileHeader | undefined> {
  const header = decodeFileHeader('segment', await disk.readAt(name, 0, FILE_HEADER_BYTES), name, integrity);
  if (header !== undefined && header.firstSequence !== firstSequence) {
    throw new JournalDamaged(name, 0, `the segment begins with sequence ${header.firstSequence}, which its name does not say`);
  }
  return header;
}

/** Groups are written only after the header is synced, so a torn header has nothing behind it, and no segment after it. */
async function isUnborn(disk: Disk, { name }: SegmentFile, segments: readonly SegmentFile[]): Promise<boolean> {
  return segments.at(-1)?.name === name && (await disk.size(name)) <= FILE_HEADER_BYTES;
}

function refuseOrphans(segments: readonly SegmentFile[], snapshots: readonly SnapshotFile[], unborn: string | undefined): void {
  const newest = snapshots[0];
  if (segments.length > 0 || newest === undefined) return;
  throw new JournalDamaged(unborn ?? newest.name, 0, 'there are snapshots but no segment of the journal', 'restore');
}
