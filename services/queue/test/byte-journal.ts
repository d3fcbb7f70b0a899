import { ByteReader, ByteWriter, type EntrySink, type RecordTable, type StagedRecord } from '@traffic-tacos/journal';
import { present, Unavailable } from '@traffic-tacos/kernel';

interface Bytes {
  readonly recordType: number;
  readonly layoutVersion: number;
  readonly bytes: Buffer;
}

/** Keeps entries as the bytes that a journal would write, and fills other tables from them. Nothing is lost before `flush` is asked for, unless `holdsBack`. */
export class ByteJournal implements EntrySink {
  readonly #entries: (readonly Bytes[])[] = [];
  #waiting: { readonly resolve: () => void; readonly reject: (cause: Error) => void }[] = [];
  appliedSequence = 0;
  durableSequence = 0;
  /** Whether entries wait for `flush` before they are durable. */
  holdsBack = false;

  get entryCount(): number {
    return this.#entries.length;
  }

  /** Bytes of the last entry, record by record. */
  lastEntry(): readonly Bytes[] {
    return this.#entries.at(-1) ?? [];
  }

  append(records: readonly StagedRecord[]): void {
    this.#entries.push(records.map(({ table, record }) => ({ recordType: table.recordType, layoutVersion: table.layoutVersion, bytes: bytesOf(table, record) })));
    this.appliedSequence++;
    if (!this.holdsBack) this.durableSequence = this.appliedSequence;
  }

  durable(): Promise<void> {
    if (this.durableSequence === this.appliedSequence) return Promise.resolve();
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
  }

  flush(): void {
    this.durableSequence = this.appliedSequence;
    for (const { resolve } of this.#waiting.splice(0)) resolve();
  }

  fail(): void {
    for (const { reject } of this.#waiting.splice(0)) reject(new Unavailable('the journal has failed'));
  }

  /** Brings new tables to the state after the last entry: by all entries, or by a snapshot and the entries since `fromEntry`. */
  recover(tables: readonly RecordTable<unknown>[], snapshot: readonly StagedRecord[] = [], fromEntry = 0): void {
    const restore = ({ recordType, layoutVersion, bytes }: Bytes): void => {
      const table = present(tables.find((each) => each.recordType === recordType), 'a table for every record');
      table.restore(table.decode(layoutVersion, new ByteReader(bytes)));
    };
    for (const { table, record } of snapshot) restore({ recordType: table.recordType, layoutVersion: table.layoutVersion, bytes: bytesOf(table, record) });
    for (const record of this.#entries.slice(fromEntry).flat()) restore(record);
    for (const table of tables) table.rebuild();
  }
}

export function bytesOf(table: RecordTable<unknown>, record: unknown): Buffer {
  const writer = new ByteWriter();
  table.encode(record, writer);
  return Buffer.from(writer.bytes());
}

/** All records of a table, in the order of its snapshot walk. */
export function recordsOf<R>(table: RecordTable<R>): readonly R[] {
  const records: R[] = [];
  for (let cursor = 0; cursor !== -1; cursor = table.scan(cursor, 3, (record) => records.push(record))) continue;
  return records;
}
