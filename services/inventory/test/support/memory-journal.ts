import { ByteReader, ByteWriter, type EntrySink, type RecordTable, type StagedRecord } from '@traffic-tacos/journal';
import type { FlushFeed } from '../../src/adapters/embedded/publisher.ts';

interface Kept {
  readonly recordType: number;
  readonly layoutVersion: number;
  readonly bytes: Buffer;
}

/** A journal without a disk: entries as bytes, groups that are on disk when somebody waits for them or `flush` is called. */
export class MemoryJournal implements EntrySink, FlushFeed {
  readonly #writer = new ByteWriter();
  readonly #observers = new Set<{ sealed(): void; flushed(): void }>();
  readonly entries: (readonly Kept[])[] = [];
  /** Whether records are kept; a model run of millions has no use for them. */
  isKeeping = true;

  append(records: readonly StagedRecord[]): void {
    const entry: Kept[] = [];
    for (const { table, record } of records) {
      this.#writer.truncate(0);
      table.encode(record, this.#writer);
      if (this.isKeeping) entry.push({ recordType: table.recordType, layoutVersion: table.layoutVersion, bytes: Buffer.from(this.#writer.bytes()) });
    }
    if (this.isKeeping) this.entries.push(entry);
  }

  durable(): Promise<void> {
    this.flush();
    return Promise.resolve();
  }

  seal(): void {
    for (const observer of this.#observers) observer.sealed();
  }

  flush(): void {
    this.seal();
    for (const observer of this.#observers) observer.flushed();
  }

  subscribe(observer: { sealed(): void; flushed(): void }): () => void {
    this.#observers.add(observer);
    return () => this.#observers.delete(observer);
  }

  /** Restores the entries from `first` on into other tables. */
  replay(tables: readonly RecordTable<unknown>[], first = 0): void {
    for (const entry of this.entries.slice(first)) {
      for (const { recordType, layoutVersion, bytes } of entry) {
        const table = tables.find((candidate) => candidate.recordType === recordType);
        table?.restore(table.decode(layoutVersion, new ByteReader(bytes)));
      }
    }
  }
}
