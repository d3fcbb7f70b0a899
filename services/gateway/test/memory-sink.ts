import { ByteReader, ByteWriter, Units, type EntrySink, type RecordTable, type StagedRecord } from '@traffic-tacos/journal';

/** A journal without a disk: it keeps entries as the bytes that their tables write, and can give them to fresh tables. */
export class MemorySink implements EntrySink {
  readonly entries: { readonly recordType: number; readonly layoutVersion: number; readonly bytes: Buffer }[][] = [];
  durableCalls = 0;

  append(records: readonly StagedRecord[]): void {
    this.entries.push(
      records.map(({ table, record }) => {
        const writer = new ByteWriter();
        table.encode(record, writer);
        return { recordType: table.recordType, layoutVersion: table.layoutVersion, bytes: Buffer.from(writer.bytes()) };
      }),
    );
  }

  durable(): Promise<void> {
    this.durableCalls++;
    return Promise.resolve();
  }

  /** Restores all entries into the table, as a start does. */
  replayInto<R>(table: RecordTable<R>): void {
    for (const entry of this.entries.flat()) {
      if (entry.recordType === table.recordType) table.restore(table.decode(entry.layoutVersion, new ByteReader(entry.bytes)));
    }
    table.rebuild();
  }
}

export const memoryUnits = (sink = new MemorySink()): Units => new Units(sink, 5);
