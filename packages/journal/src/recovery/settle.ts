import type { Disk, DiskFile } from '../disk.ts';
import { FILE_HEADER_BYTES } from '../format/file-header.ts';
import { ASIDE, segmentName, temporaryName } from '../format/file-names.ts';
import type { CutPoint } from '../errors.ts';
import type { Integrity } from '../format/integrity.ts';
import { createSegment, type OpenSegments } from '../writing/segment-log.ts';
import type { SetAside } from './choose-snapshot.ts';
import type { Tail } from './find-tail.ts';
import type { Survey } from './survey.ts';

const CHUNK_BYTES = 8 * 1024 * 1024;

/** The first segment of a new journal. */
export async function createFirstSegment(disk: Disk, directoryId: Buffer, integrity: Integrity, survey: Survey): Promise<OpenSegments> {
  for (const name of survey.temporaries) await disk.remove(name);
  if (survey.unborn !== undefined) await disk.remove(survey.unborn);
  const name = segmentName(1);
  const file = await createSegment(disk, name, directoryId, 1, integrity);
  return { file, bytes: FILE_HEADER_BYTES, segments: [{ name, firstSequence: 1 }] };
}

/**
 * Makes the directory say what recovery has read. The last segment's groups are written anew, synced, and renamed over the old file:
 * after a sync that failed, the page cache may show what the disk lacks, and appending behind that would acknowledge on top of a hole.
 * Only when that is durable, files that do not count any more go.
 */
export async function settle(
  disk: Disk,
  survey: Survey,
  tail: Tail,
  tailBytes: Buffer,
  unusable: readonly SetAside[],
  cut: CutPoint | undefined,
): Promise<OpenSegments> {
  for (const name of survey.temporaries) await disk.remove(name);
  if (cut?.file === tail.file.name) await copyAside(disk, cut.file);
  const file = await writeAnew(disk, temporaryName(tail.file.name), tailBytes);
  await disk.rename(temporaryName(tail.file.name), tail.file.name);
  await disk.syncDirectory();
  for (const { name } of tail.empty) await disk.remove(name);
  if (survey.unborn !== undefined) await disk.remove(survey.unborn);
  for (const name of survey.cutAway) await disk.rename(name, await asideName(disk, name));
  for (const { file: name } of unusable) await disk.rename(name, await asideName(disk, name));
  await disk.syncDirectory();
  const segments = survey.segments.filter(({ firstSequence }) => firstSequence <= tail.file.firstSequence);
  return { file, bytes: tailBytes.length, segments };
}

async function writeAnew(disk: Disk, name: string, bytes: Buffer): Promise<DiskFile> {
  const file = await disk.create(name, 'sync_each');
  for (let at = 0; at < bytes.length; at += CHUNK_BYTES) await file.append(bytes.subarray(at, at + CHUNK_BYTES));
  await file.sync();
  return file;
}

/** An explicit cut gives bytes up that may still be wanted by whoever looks for the cause. */
async function copyAside(disk: Disk, name: string): Promise<void> {
  const file = await writeAnew(disk, await asideName(disk, name), await disk.read(name));
  await file.close();
}

/** A name that no file set aside before has: what was set aside stays. */
async function asideName(disk: Disk, name: string): Promise<string> {
  const taken = new Set(await disk.list());
  let free = ASIDE + name;
  for (let copy = 2; taken.has(free); copy++) free = `${ASIDE}${name}.${copy}`;
  return free;
}
