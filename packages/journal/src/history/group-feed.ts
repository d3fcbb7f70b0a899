import { invariant } from '@traffic-tacos/kernel';
import { ByteReader } from '../bytes.ts';
import type { Disk } from '../disk.ts';
import { JournalDamaged } from '../errors.ts';
import { decodeFileHeader, FILE_HEADER_BYTES, seedOf } from '../format/file-header.ts';
import { sortNames, type SegmentFile } from '../format/file-names.ts';
import { claimedGroupLength, GroupCursor } from '../format/group.ts';
import { CRC_32 } from '../format/integrity.ts';

const CHUNK_BYTES = 1024 * 1024;

/** Where the next group stands. */
interface Place {
  readonly file: SegmentFile;
  readonly seed: number;
  position: number;
}

/** A record as it stands in a group: `reader` is at its first byte, which is at `start` of `bytes`. */
export type RecordVisitor = (type: number, layout: number, bytes: Buffer, start: number, end: number, sequence: number) => void;

/**
 * Reads groups of a journal in their order, beside the one who writes it and without its lock. It reads what it is told is durable, and
 * nothing behind that.
 */
export class GroupFeed {
  readonly #disk: Disk;
  #next: number;
  #place: Place | undefined;
  #journalId = '';

  /** `next` is the first group to be read. */
  constructor(disk: Disk, next: number) {
    this.#disk = disk;
    this.#next = next;
  }

  get next(): number {
    return this.#next;
  }

  /** Which journal was read; empty before the first group. */
  get journalId(): string {
    return this.#journalId;
  }

  /**
   * Visits the records of some groups, none after `through`; a call reads a megabyte, or one group. Answers false when there was none to
   * read. Throws `JournalDamaged` where a group that is to be there is not.
   */
  async read(through: number, visit: RecordVisitor): Promise<boolean> {
    while (this.#next <= through) {
      const place = (this.#place ??= await this.#find());
      const bytes = await this.#chunkAt(place);
      const cursor = new GroupCursor(bytes, CRC_32, place.seed);
      let at = 0;
      let isSealed = false;
      while (this.#next <= through && !isSealed && cursor.moveTo(at)) {
        if (cursor.sequence !== this.#next) throw new JournalDamaged(place.file.name, place.position + at, `group ${this.#next} is not where it is to be`);
        isSealed = cursor.kind === 'seal';
        if (isSealed) break;
        visitRecords(cursor, visit);
        this.#next++;
        at = cursor.end;
      }
      place.position += at;
      if (isSealed) this.#place = undefined;
      if (at > 0) return true;
      if (!isSealed) throw new JournalDamaged(place.file.name, place.position, `group ${this.#next} is not there`);
    }
    return false;
  }

  async #find(): Promise<Place> {
    const { segments } = sortNames(await this.#disk.list());
    const file = segments.findLast(({ firstSequence }) => firstSequence <= this.#next);
    if (file === undefined) throw new JournalDamaged(segments[0]?.name ?? 'the journal', 0, `group ${this.#next} is not kept any more`, 'restore');
    const header = decodeFileHeader('segment', await this.#disk.readAt(file.name, 0, FILE_HEADER_BYTES), file.name, CRC_32);
    if (header === undefined) throw new JournalDamaged(file.name, 0, 'the header of the segment is damaged');
    this.#journalId = header.directoryId.toString('hex');
    const place = { file, seed: seedOf(header.directoryId, CRC_32), position: FILE_HEADER_BYTES };
    await this.#skipTo(place);
    return place;
  }

  /** Goes to the next group, over those of the segment that come before it. */
  async #skipTo(place: Place): Promise<void> {
    for (let sequence = place.file.firstSequence; sequence < this.#next; ) {
      const cursor = new GroupCursor(await this.#chunkAt(place), CRC_32, place.seed);
      let at = 0;
      while (sequence < this.#next && cursor.moveTo(at)) {
        at = cursor.end;
        sequence = cursor.sequence + 1;
      }
      if (at === 0) throw new JournalDamaged(place.file.name, place.position, `group ${sequence} is not there`);
      place.position += at;
    }
  }

  /** A megabyte from the place on, or more where the group there is longer. */
  async #chunkAt({ file, position }: Place): Promise<Buffer> {
    const chunk = await this.#disk.readAt(file.name, position, CHUNK_BYTES);
    const claimed = claimedGroupLength(chunk);
    return claimed > chunk.length && chunk.length === CHUNK_BYTES ? this.#disk.readAt(file.name, position, claimed) : chunk;
  }
}

function visitRecords(group: GroupCursor, visit: RecordVisitor): void {
  const { bytes, sequence } = group;
  const reader = new ByteReader(bytes);
  for (let at = group.entriesStart; at < group.end; ) {
    reader.window(at, group.end);
    const entryEnd = reader.u32() + at + 4;
    for (let from = at + 4; from < entryEnd; ) {
      reader.window(from, entryEnd);
      const type = reader.u16();
      const layout = reader.u16();
      const length = reader.u32();
      const start = reader.position;
      from = start + length;
      visit(type, layout, bytes, start, from, sequence);
    }
    invariant(entryEnd > at, 'an entry has a length');
    at = entryEnd;
  }
}
