import { ByteWriter } from '../bytes.ts';
import type { DiskFile } from '../disk.ts';
import { encodeFileHeader, seedOf, type FileHeader } from '../format/file-header.ts';
import type { Integrity } from '../format/integrity.ts';
import { writeRecord } from '../format/record.ts';
import { beginBlock, sealBlock, type BlockKind } from '../format/snapshot-block.ts';
import type { RecordTable } from '../record-table.ts';

const BLOCK_BYTES = 256 * 1024;
/** Synced in between, so that the journal's own syncs never queue behind a whole snapshot. */
const SYNC_EVERY_BYTES = 8 * 1024 * 1024;

/** Writes one snapshot file. Records are added between two calls of `flush`, which waits for the disk. */
export class SnapshotWriter {
  readonly #file: DiskFile;
  readonly #integrity: Integrity;
  readonly #seed: number;
  readonly #block = new ByteWriter();
  #blocks = 0;
  #blockRecords = 0;
  #unsyncedBytes = 0;
  records = 0;
  bytes = 0;

  private constructor(file: DiskFile, integrity: Integrity, seed: number) {
    this.#file = file;
    this.#integrity = integrity;
    this.#seed = seed;
    beginBlock(this.#block);
  }

  static async begin(file: DiskFile, header: FileHeader, integrity: Integrity): Promise<SnapshotWriter> {
    const writer = new SnapshotWriter(file, integrity, seedOf(header.directoryId, integrity));
    await writer.#append(encodeFileHeader('snapshot', header, integrity));
    return writer;
  }

  get isBlockFull(): boolean {
    return this.#block.length >= BLOCK_BYTES;
  }

  add(table: RecordTable<unknown>, record: unknown): void {
    writeRecord(this.#block, table, record);
    this.#blockRecords++;
    this.records++;
  }

  /** Writes out what was added, if anything. */
  async flush(): Promise<void> {
    if (this.#blockRecords > 0) await this.#writeBlock('records');
  }

  /** Completes the file: it holds records up to the sequence `through`, and is durable but for its name. */
  async end(through: number): Promise<void> {
    await this.flush();
    this.#block.u53(through);
    this.#block.u53(this.records);
    await this.#writeBlock('end');
    await this.#file.sync();
  }

  async #writeBlock(kind: BlockKind): Promise<void> {
    const header = { kind, number: this.#blocks++, records: this.#blockRecords };
    sealBlock(this.#block.bytes(), header, this.#integrity, this.#seed);
    await this.#append(this.#block.bytes());
    beginBlock(this.#block);
    this.#blockRecords = 0;
  }

  async #append(bytes: Buffer): Promise<void> {
    await this.#file.append(bytes);
    this.bytes += bytes.length;
    this.#unsyncedBytes += bytes.length;
    if (this.#unsyncedBytes < SYNC_EVERY_BYTES) return;
    this.#unsyncedBytes = 0;
    await this.#file.sync();
  }
}
