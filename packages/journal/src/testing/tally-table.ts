import { invariant } from '@traffic-tacos/kernel';
import type { ByteReader, ByteWriter } from '../bytes.ts';
import type { RecordTable } from '../record-table.ts';

/** One key's amount, and a remark of any length. */
export interface Tally {
  readonly key: number;
  readonly version: number;
  readonly amount: number;
  /** Since layout 2; records of layout 1 have an empty one. */
  readonly remark: string;
}

/**
 * The smallest table with all that tables have: rows by key, a version for each, a sum derived from them, and an older layout that it
 * still reads.
 */
export class TallyTable implements RecordTable<Tally> {
  readonly recordType: number;
  readonly name: string;
  readonly layoutVersion: number;
  readonly #rows = new Map<number, Tally>();
  /** In the order in which they came: a walk goes by their places here, which never change. */
  readonly #keys: number[] = [];
  /** Derived from the rows. */
  sum = 0;

  constructor(recordType = 1, layoutVersion: 1 | 2 = 2) {
    this.recordType = recordType;
    this.name = `tally ${recordType}`;
    this.layoutVersion = layoutVersion;
  }

  get size(): number {
    return this.#rows.size;
  }

  get(key: number): Tally | undefined {
    return this.#rows.get(key);
  }

  /** The record that sets a key, decided on what is there now. */
  next(key: number, amount: number, remark = ''): Tally {
    return { key, version: (this.#rows.get(key)?.version ?? 0) + 1, amount, remark };
  }

  encode(record: Tally, writer: ByteWriter): void {
    writer.u32(record.key);
    writer.u32(record.version);
    writer.u53(record.amount);
    if (this.layoutVersion >= 2) writer.text(record.remark);
  }

  decode(layoutVersion: number, reader: ByteReader): Tally {
    const key = reader.u32();
    const version = reader.u32();
    const amount = reader.u53();
    return { key, version, amount, remark: layoutVersion >= 2 ? reader.text() : '' };
  }

  isNext({ key, version }: Tally): boolean {
    return (this.#rows.get(key)?.version ?? 0) + 1 === version;
  }

  apply(record: Tally): void {
    invariant(this.isNext(record), `${this.name}: version ${record.version} of key ${record.key} is not the next one`);
    this.sum += record.amount - (this.#rows.get(record.key)?.amount ?? 0);
    this.#put(record);
  }

  restore(record: Tally): void {
    if ((this.#rows.get(record.key)?.version ?? 0) < record.version) this.#put(record);
  }

  rebuild(): void {
    this.sum = 0;
    for (const { amount } of this.#rows.values()) this.sum += amount;
  }

  scan(cursor: number, budget: number, visit: (record: Tally) => void): number {
    const end = Math.min(this.#keys.length, cursor + budget);
    for (let at = cursor; at < end; at++) {
      const row = this.#rows.get(this.#keys[at] ?? 0);
      if (row !== undefined) visit(row);
    }
    return end === this.#keys.length ? -1 : end;
  }

  /** All rows in the order of their keys, for comparing two tables. */
  rows(): readonly Tally[] {
    return [...this.#rows.values()].sort((a, b) => a.key - b.key);
  }

  #put(record: Tally): void {
    if (!this.#rows.has(record.key)) this.#keys.push(record.key);
    this.#rows.set(record.key, record);
  }
}
