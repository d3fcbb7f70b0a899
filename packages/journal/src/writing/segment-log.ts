import { ByteWriter } from '../bytes.ts';
import type { Disk, DiskFile } from '../disk.ts';
import { encodeFileHeader, seedOf, FILE_HEADER_BYTES } from '../format/file-header.ts';
import { segmentName, type SegmentFile } from '../format/file-names.ts';
import { beginGroup, sealGroup } from '../format/group.ts';
import type { Integrity } from '../format/integrity.ts';
import type { ClockStamp } from '../time-source.ts';

/** A group that is complete and next in the chain. */
export interface SealedGroup {
  readonly bytes: Buffer;
  readonly sequence: number;
  readonly previousSum: number;
  readonly stamp: ClockStamp;
}

/** The segment that recovery left open for writing, and those before it. */
export interface OpenSegments {
  readonly file: DiskFile;
  /** Bytes in the open segment, its header included. */
  readonly bytes: number;
  /** All segments, oldest first; the last one is open. */
  readonly segments: readonly SegmentFile[];
}

/** Writes groups into segments, one at a time, each durable before the call resolves. */
export class SegmentLog {
  readonly #disk: Disk;
  readonly #integrity: Integrity;
  readonly #directoryId: Buffer;
  readonly #segmentBytes: number;
  #file: DiskFile;
  #bytes: number;
  #segments: SegmentFile[];

  constructor(disk: Disk, integrity: Integrity, directoryId: Buffer, segmentBytes: number, open: OpenSegments) {
    this.#disk = disk;
    this.#integrity = integrity;
    this.#directoryId = directoryId;
    this.#segmentBytes = segmentBytes;
    this.#file = open.file;
    this.#bytes = open.bytes;
    this.#segments = [...open.segments];
  }

  /** The oldest sequence that is still kept. */
  get firstSequence(): number {
    return this.#segments[0]?.firstSequence ?? 0;
  }

  async write(group: SealedGroup): Promise<void> {
    const isFull = this.#bytes + group.bytes.length > this.#segmentBytes;
    if (isFull && this.#bytes > FILE_HEADER_BYTES) await this.#rotate(group);
    this.#bytes += group.bytes.length;
    await this.#file.append(group.bytes);
    await this.#file.sync();
  }

  /**
   * Removes the segments that hold nothing from `sequence` on; answers their names. Each is gone for certain before the next one goes: a power cut
   * that brought back an older one alone would leave a gap, and whoever checks the whole journal would take that for damage.
   */
  async removeBefore(sequence: number): Promise<readonly string[]> {
    const removed: string[] = [];
    for (let next = this.#segments[1]; next !== undefined && next.firstSequence <= sequence; next = this.#segments[1]) {
      const oldest = this.#segments[0];
      if (oldest === undefined) break;
      await this.#disk.remove(oldest.name);
      this.#segments.shift();
      await this.#disk.syncDirectory();
      removed.push(oldest.name);
    }
    return removed;
  }

  async close(): Promise<void> {
    await this.#file.close();
  }

  /**
   * The new segment is durable, its directory entry too, before the old one is sealed: a seal without a successor therefore tells that
   * a segment is missing. And the old one is sealed before the new one's first group.
   */
  async #rotate(first: SealedGroup): Promise<void> {
    const name = segmentName(first.sequence);
    const next = await createSegment(this.#disk, name, this.#directoryId, first.sequence, this.#integrity);
    await this.#file.append(this.#sealBefore(first));
    await this.#file.sync();
    await this.#file.close();
    this.#file = next;
    this.#bytes = FILE_HEADER_BYTES;
    this.#segments.push({ name, firstSequence: first.sequence });
  }

  #sealBefore({ sequence, previousSum, stamp }: SealedGroup): Buffer {
    const writer = new ByteWriter();
    beginGroup(writer, Buffer.alloc(0));
    const seal = { kind: 'seal', sequence, previousSum, entries: 0, stamp } as const;
    sealGroup(writer.bytes(), 0, seal, this.#integrity, seedOf(this.#directoryId, this.#integrity));
    return writer.bytes();
  }
}

/** A segment with nothing but its header, durable together with its directory entry. */
export async function createSegment(
  disk: Disk,
  name: string,
  directoryId: Buffer,
  firstSequence: number,
  integrity: Integrity,
): Promise<DiskFile> {
  const file = await disk.create(name, 'sync_each');
  await file.append(encodeFileHeader('segment', { directoryId, firstSequence }, integrity));
  await file.sync();
  await disk.syncDirectory();
  return file;
}
