import { DiskError, type Disk, type DiskFile } from './disk.ts';
import { CopyRefused } from './errors.ts';
import { decodeFileHeader, FILE_HEADER_BYTES, seedOf } from './format/file-header.ts';
import { INCOMPLETE_COPY, sortNames, type Listing, type SegmentFile } from './format/file-names.ts';
import { GroupCursor } from './format/group.ts';
import { CRC_32 } from './format/integrity.ts';
import { recover } from './recovery/recover.ts';
import { listJournal, surveyDirectory } from './recovery/survey.ts';
import { walkSegment } from './recovery/walk-segment.ts';

const CHUNK_BYTES = 4 * 1024 * 1024;
/** Segments go one by one, each for certain before the next, so a copy may meet as many losses as segments go after one snapshot. */
const ATTEMPTS = 256;

export interface CopyReport {
  readonly files: number;
  readonly bytes: number;
  /** The copy recovers to this group. */
  readonly lastSequence: number;
}

/**
 * Copies a journal that may be in use, so that the copy recovers to the newest group at or after the call's beginning. Snapshots and
 * sealed segments do not change, so they come first; the segment that is being written comes last, up to its last whole group. The
 * copy is checked before it counts. Throws `CopyRefused` when the target is not empty, `JournalDamaged` when the copy does not add up,
 * `DiskError`.
 */
export async function backupJournal(source: Disk, target: Disk): Promise<CopyReport> {
  if ((await target.list()).length > 0) throw new CopyRefused('the target directory is not empty');
  if ((await listJournal(source)).segments.length === 0) throw new CopyRefused('there is no journal to copy');
  await (await target.create(INCOMPLETE_COPY)).close();
  await target.syncDirectory();
  const copied = await copyAll(source, target);
  await target.syncDirectory();
  const lastSequence = await checkCopy(target);
  await target.remove(INCOMPLETE_COPY);
  await target.syncDirectory();
  return { ...copied, lastSequence };
}

/** Copies a backup into an empty directory. Throws like `backupJournal`. */
export async function restoreJournal(backup: Disk, target: Disk): Promise<CopyReport> {
  return backupJournal(backup, target);
}

interface Copied {
  files: number;
  bytes: number;
}

/** A running process may remove what is no longer needed between two files; then the copy begins again. */
async function copyAll(source: Disk, target: Disk): Promise<Copied> {
  for (let attempt = 1; ; attempt++) {
    const listing = sortNames(await source.list());
    try {
      return await copyListed(source, target, listing);
    } catch (error) {
      if (!(error instanceof DiskError) || attempt === ATTEMPTS || !(await hasLost(source, listing))) throw error;
      await emptyOut(target);
    }
  }
}

async function copyListed(source: Disk, target: Disk, { snapshots, segments }: Listing): Promise<Copied> {
  const copied: Copied = { files: 0, bytes: 0 };
  const copy = async (name: string, chunks: AsyncIterable<Buffer>): Promise<void> => {
    copied.bytes += await writeFile(target, name, chunks);
    copied.files++;
  };
  for (const { name } of [...snapshots, ...segments.slice(0, -1)]) await copy(name, chunksOf(source, name));
  const open = segments.at(-1);
  if (open === undefined) return copied;
  const groups = await wholeGroups(source, open);
  if (groups !== undefined) await copy(open.name, once(groups));
  return copied;
}

async function* chunksOf(source: Disk, name: string): AsyncGenerator<Buffer> {
  const size = await source.size(name);
  for (let at = 0; at < size; ) {
    const chunk = await source.readAt(name, at, Math.min(CHUNK_BYTES, size - at));
    if (chunk.length === 0) throw new DiskError(`${name} became shorter while it was copied`);
    at += chunk.length;
    yield chunk;
  }
}

async function* once(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes;
}

/**
 * The segment without the group that is being written, and without its seal, whose successor is not copied. Undefined where the
 * segment is so new that its header is not there: then it was the first thing listed of it, and the one before it has no seal.
 */
async function wholeGroups(source: Disk, file: SegmentFile): Promise<Buffer | undefined> {
  const bytes = await source.read(file.name);
  const header = decodeFileHeader('segment', bytes, file.name, CRC_32);
  if (header === undefined && bytes.length <= FILE_HEADER_BYTES) return undefined;
  // A damaged one is copied as it is, for the check of the copy to name the damage.
  if (header === undefined) return bytes;
  const cursor = new GroupCursor(bytes, CRC_32, seedOf(header.directoryId, CRC_32));
  const { groupsEnd, end } = walkSegment({ oldest: undefined }, cursor, file, undefined, bytes.length);
  return cursor.search(end) ? bytes : bytes.subarray(0, groupsEnd);
}

async function writeFile(target: Disk, name: string, chunks: AsyncIterable<Buffer>): Promise<number> {
  const file: DiskFile = await target.create(name);
  let bytes = 0;
  try {
    for await (const chunk of chunks) {
      await file.append(chunk);
      bytes += chunk.length;
    }
    await file.sync();
  } finally {
    await file.close();
  }
  return bytes;
}

async function hasLost(source: Disk, before: Listing): Promise<boolean> {
  const now = await source.list();
  return [...before.segments, ...before.snapshots].some(({ name }) => !now.includes(name));
}

async function emptyOut(target: Disk): Promise<void> {
  for (const name of await target.list()) if (name !== INCOMPLETE_COPY) await target.remove(name);
}

/** Walks every group of the copy; answers the last one. */
async function checkCopy(target: Disk): Promise<number> {
  const survey = await surveyDirectory(target, sortNames(await target.list()), CRC_32);
  if (survey.directoryId === undefined) throw new CopyRefused('the journal has no segment yet: there is nothing to copy');
  const { tail } = await recover(target, survey, survey.directoryId, CRC_32, undefined);
  return tail.lastSequence;
}
