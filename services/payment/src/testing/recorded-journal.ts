import { ByteReader, ByteWriter, type EntrySink, type RecordTable, type StagedRecord } from '@traffic-tacos/journal';
import { present, Unavailable } from '@traffic-tacos/kernel';

interface RecordedBytes {
  readonly recordType: number;
  readonly layoutVersion: number;
  readonly bytes: Buffer;
}

/**
 * Keeps entries as the bytes that a journal would write, loses those that are not durable when it crashes, and recovers tables from
 * the rest: for tests of decisions, where no disk is the subject.
 */
export class RecordedJournal implements EntrySink {
  readonly #entries: (readonly RecordedBytes[])[] = [];
  #durableEntries = 0;
  #waiting: (() => void)[] = [];
  #isFailed = false;
  /** Whether everything is durable as soon as it is asked for; otherwise `flush` makes it so. */
  flushesByItself = true;

  get entryCount(): number {
    return this.#entries.length;
  }

  /** Of the longest entry. */
  get mostEntryBytes(): number {
    return Math.max(0, ...this.#entries.map((records) => records.reduce((sum, { bytes }) => sum + bytes.length, 0)));
  }

  /** All bytes of all entries. */
  bytes(): Buffer {
    return Buffer.concat(this.#entries.flat().map((record) => record.bytes));
  }

  append(records: readonly StagedRecord[]): void {
    if (this.#isFailed) throw new Unavailable('the journal has failed');
    this.#entries.push(records.map(({ table, record }) => ({ ...typeOf(table), bytes: bytesOf(table, record) })));
  }

  durable(): Promise<void> {
    if (this.#isFailed) return Promise.reject(new Unavailable('the journal has failed'));
    if (this.flushesByItself) this.#durableEntries = this.#entries.length;
    if (this.#durableEntries === this.#entries.length) return Promise.resolve();
    return new Promise((resolve, reject) => {
      this.#waiting.push(() => (this.#isFailed ? reject(new Unavailable('the journal has failed')) : resolve()));
    });
  }

  flush(): void {
    this.#durableEntries = this.#entries.length;
    this.#settle();
  }

  /** From now on nothing more is taken, and what waits is told that its outcome is unknown. */
  fail(): void {
    this.#isFailed = true;
    this.#settle();
  }

  /** Forgets what was not durable, as a loss of power does. */
  crash(): void {
    this.#entries.length = this.#durableEntries;
  }

  /** Brings new tables to the state after the last entry: by all entries, or by a snapshot and the entries since `fromEntry`. */
  recover(tables: readonly RecordTable<unknown>[], snapshot: readonly StagedRecord[] = [], fromEntry = 0): void {
    for (const { table, record } of snapshot) restoreBytes(tables, { ...typeOf(table), bytes: bytesOf(table, record) });
    for (const record of this.#entries.slice(fromEntry).flat()) restoreBytes(tables, record);
    for (const table of tables) table.rebuild();
  }

  #settle(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const settle of waiting) settle();
  }
}

/** All records of a table, in the order of its snapshot walk. */
export function recordsOf<R>(table: RecordTable<R>): readonly R[] {
  const records: R[] = [];
  for (let cursor = 0; cursor !== -1; cursor = table.scan(cursor, 3, (record) => records.push(record)));
  return records;
}

const typeOf = ({ recordType, layoutVersion }: RecordTable<unknown>) => ({ recordType, layoutVersion });

function bytesOf(table: RecordTable<unknown>, record: unknown): Buffer {
  const writer = new ByteWriter();
  table.encode(record, writer);
  return Buffer.from(writer.bytes());
}

function restoreBytes(tables: readonly RecordTable<unknown>[], { recordType, layoutVersion, bytes }: RecordedBytes): void {
  const table = present(
    tables.find((each) => each.recordType === recordType),
    'a table for every record',
  );
  table.restore(table.decode(layoutVersion, new ByteReader(bytes)));
}
