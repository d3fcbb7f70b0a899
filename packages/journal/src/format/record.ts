import { JournalTooNew } from '../errors.ts';
import { ShortRead, type ByteReader, type ByteWriter } from '../bytes.ts';
import type { RecordTable } from '../record-table.ts';
import { invariant } from '@traffic-tacos/kernel';

/** Writes `[type u16][layout version u16][length u32][bytes]`. */
export function writeRecord(writer: ByteWriter, table: RecordTable<unknown>, record: unknown): void {
  writer.u16(table.recordType);
  writer.u16(table.layoutVersion);
  const mark = writer.length;
  writer.u32(0);
  table.encode(record, writer);
  writer.patchU32(mark, writer.length - mark - 4);
}

/** The tables that records are restored into, by record type. */
export class RecordTables {
  readonly #byType = new Map<number, RecordTable<unknown>>();
  readonly all: readonly RecordTable<unknown>[];
  /** Records restored so far. */
  restored = 0;

  constructor(tables: readonly RecordTable<unknown>[]) {
    this.all = tables;
    for (const table of tables) {
      const { recordType, name } = table;
      invariant(Number.isInteger(recordType) && recordType > 0 && recordType < 0x10000, `${name}: record types are 1 to 65535`);
      invariant(!this.#byType.has(recordType), `${name}: record type ${recordType} is taken`);
      this.#byType.set(recordType, table);
    }
  }

  /**
   * Restores all records that stand between two places of the reader's buffer. Where the history reaches as far as they do, it has those
   * that have ended, and memory does not take them again. Throws `JournalTooNew`, `ShortRead`.
   */
  restore(reader: ByteReader, start: number, end: number, isInHistory = false): void {
    let at = start;
    while (at < end) {
      reader.window(at, end);
      const table = this.#tableOf(reader.u16());
      const layout = reader.u16();
      const length = reader.u32();
      const from = reader.position;
      reader.window(from, from + length);
      if (layout > table.layoutVersion) throw tooNew(`records of ${table.name} in layout ${layout}`, `${table.layoutVersion}`);
      at = from + length;
      if (table.isKept !== false) {
        restoreInto(table, table.decode(layout, reader), isInHistory);
        if (!reader.isAtEnd) throw new ShortRead(`${table.name} left ${at - reader.position} bytes of a record unread`);
      }
      this.restored++;
    }
  }

  rebuild(): void {
    for (const table of this.all) table.rebuild();
  }

  #tableOf(type: number): RecordTable<unknown> {
    const table = this.#byType.get(type);
    if (table === undefined) throw tooNew(`records of type ${type}`, [...this.#byType.keys()].join(', '));
    return table;
  }
}

function restoreInto(table: RecordTable<unknown>, record: unknown, isInHistory: boolean): void {
  if (isInHistory && table.forget !== undefined && table.shape?.hasEnded(record) === true) table.forget(record);
  else table.restore(record);
}

function tooNew(what: string, known: string): JournalTooNew {
  return new JournalTooNew(`the journal holds ${what}, which this version does not read (it reads ${known}). Start the newer version.`);
}
