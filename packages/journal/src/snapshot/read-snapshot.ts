import { ByteReader } from '../bytes.ts';
import type { Disk } from '../disk.ts';
import { decodeFileHeader, FILE_HEADER_BYTES, seedOf } from '../format/file-header.ts';
import type { SnapshotFile } from '../format/file-names.ts';
import type { Integrity } from '../format/integrity.ts';
import { BLOCK_HEADER_BYTES, claimedBlockLength, readBlock } from '../format/snapshot-block.ts';

const CHUNK_BYTES = 4 * 1024 * 1024;

export type SnapshotReading =
  | { readonly kind: 'whole'; readonly records: number; readonly bytes: number }
  | { readonly kind: 'damaged'; readonly why: string };

/** The records of one block: `bytes` from `BLOCK_HEADER_BYTES` on. */
export type BlockVisitor = (block: Buffer) => void;

/**
 * Reads a snapshot from beginning to end, block by block, and tells whether it is whole. Blocks are visited as they come, so what was
 * visited counts only if the answer is `whole`: read it once to check, and again to restore. Throws `JournalTooNew`.
 */
export async function readSnapshot(
  disk: Disk,
  file: SnapshotFile,
  directoryId: Buffer,
  integrity: Integrity,
  visit?: BlockVisitor,
): Promise<SnapshotReading> {
  const head = await disk.readAt(file.name, 0, FILE_HEADER_BYTES);
  const header = decodeFileHeader('snapshot', head, file.name, integrity);
  if (header === undefined) return damaged('its header is damaged');
  if (!header.directoryId.equals(directoryId)) return damaged('it belongs to another directory');
  if (header.firstSequence !== file.from) return damaged('its name does not fit its header');
  const blocks = new BlockStream(disk, file.name, await disk.size(file.name));
  return readBlocks(blocks, file, { integrity, seed: seedOf(directoryId, integrity) }, visit);
}

interface Sums {
  readonly integrity: Integrity;
  readonly seed: number;
}

async function readBlocks(blocks: BlockStream, file: SnapshotFile, sums: Sums, visit?: BlockVisitor): Promise<SnapshotReading> {
  let records = 0;
  for (let number = 0; ; number++) {
    const at = blocks.position;
    const block = await blocks.next();
    if (block === undefined) return damaged(`it breaks off at byte ${at}`);
    const header = readBlock(block, sums.integrity, sums.seed);
    if (header === undefined || header.number !== number) return damaged(`the block at byte ${at} is damaged`);
    if (header.kind === 'end') return readEnd(block, file, blocks, records);
    records += header.records;
    visit?.(block);
  }
}

function readEnd(block: Buffer, file: SnapshotFile, blocks: BlockStream, records: number): SnapshotReading {
  const reader = new ByteReader(block, BLOCK_HEADER_BYTES);
  if (reader.u53() !== file.through) return damaged('its name does not fit its end');
  if (reader.u53() !== records || !blocks.isAtEnd) return damaged('it does not hold what its end says');
  return { kind: 'whole', records, bytes: blocks.position };
}

const damaged = (why: string): SnapshotReading => ({ kind: 'damaged', why });

/** Cuts a file into blocks, reading a few megabytes at a time. */
class BlockStream {
  readonly #disk: Disk;
  readonly #name: string;
  readonly #size: number;
  #chunk: Buffer = Buffer.alloc(0);
  #chunkAt = FILE_HEADER_BYTES;
  position = FILE_HEADER_BYTES;

  constructor(disk: Disk, name: string, size: number) {
    this.#disk = disk;
    this.#name = name;
    this.#size = size;
  }

  get isAtEnd(): boolean {
    return this.position === this.#size;
  }

  /** The next block's bytes, unchecked; undefined where none begins or it is cut short. */
  async next(): Promise<Buffer | undefined> {
    await this.#have(BLOCK_HEADER_BYTES);
    const length = claimedBlockLength(this.#chunk, this.position - this.#chunkAt);
    if (length === undefined || this.position + length > this.#size) return undefined;
    await this.#have(length);
    const from = this.position - this.#chunkAt;
    if (from + length > this.#chunk.length) return undefined;
    this.position += length;
    return this.#chunk.subarray(from, from + length);
  }

  async #have(bytes: number): Promise<void> {
    if (this.position + bytes <= this.#chunkAt + this.#chunk.length) return;
    this.#chunk = await this.#disk.readAt(this.#name, this.position, Math.max(bytes, CHUNK_BYTES));
    this.#chunkAt = this.position;
  }
}
