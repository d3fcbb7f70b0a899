import { NO_ROW, type IdWords } from '@traffic-tacos/kernel';
import { NO_HISTORY, type HistoryReads, type HistoryShape, type HistorySource } from '../src/history/history-shape.ts';
import type { MovableTable } from '../src/history/mover.ts';
import type { ByteReader } from '../src/bytes.ts';
import { TallyTable, type Tally } from '../src/testing.ts';

/** A tally with this remark has ended. */
export const ENDED = 'ended';

const layout = new TallyTable();

export const TALLY_SHAPE: HistoryShape<Tally> = {
  recordType: 1,
  name: 'tallies',
  decode: (version: number, reader: ByteReader) => layout.decode(version, reader),
  keyOf: ({ key }) => wordsOf(key),
  versionOf: ({ version }) => version,
  hasEnded: ({ remark }) => remark === ENDED,
  ownerOf: ({ key }) => `owner ${key % 3}`,
  linkOf: ({ key }) => wordsOf(key % 5),
};

const wordsOf = (key: number): IdWords => ({ w0: 1, w1: 0, w2: 0, w3: key });

/** Tallies that leave memory for the history once they have ended. */
export class LeavingTable implements MovableTable {
  readonly recordType = 1;
  readonly name = 'tally';
  readonly layoutVersion = 2;
  readonly shape = TALLY_SHAPE;
  readonly limit = 1_000;
  readonly #rows: (Tally | undefined)[] = [];
  readonly #history: HistoryReads<Tally>;

  constructor(history: HistorySource = NO_HISTORY) {
    this.#history = history.of(TALLY_SHAPE);
  }

  get live(): number {
    return this.#rows.filter((row) => row !== undefined).length;
  }

  /** In memory alone. */
  inMemory(key: number): Tally | undefined {
    const row = this.#rowOf(key);
    return row === NO_ROW ? undefined : this.#rows[row];
  }

  read(key: number): Tally | undefined {
    return this.inMemory(key) ?? this.#history.find(wordsOf(key));
  }

  next(key: number, amount: number, remark = ''): Tally {
    return { key, version: (this.read(key)?.version ?? 0) + 1, amount, remark };
  }

  encode = layout.encode.bind(layout);
  decode = layout.decode.bind(layout);

  isNext({ key, version }: Tally): boolean {
    return (this.read(key)?.version ?? 0) + 1 === version;
  }

  apply(record: Tally): void {
    const row = this.#rowOf(record.key);
    if (row !== NO_ROW) this.#rows[row] = record;
    else {
      const hole = this.#rows.indexOf(undefined);
      this.#rows[hole === -1 ? this.#rows.length : hole] = record;
    }
  }

  restore(record: Tally): void {
    if ((this.inMemory(record.key)?.version ?? 0) < record.version) this.apply(record);
  }

  forget({ key }: Tally): void {
    const row = this.#rowOf(key);
    if (row !== NO_ROW) this.#rows[row] = undefined;
  }

  rebuild(): void {}

  scan(cursor: number, budget: number, visit: (record: Tally) => void): number {
    const end = Math.min(cursor + Math.min(budget, 3), this.#rows.length);
    for (let row = cursor; row < end; row++) {
      const record = this.#rows[row];
      if (record !== undefined) visit(record);
    }
    return end === this.#rows.length ? -1 : end;
  }

  visitEnded(cursor: number, budget: number, _untilMs: number, visit: (row: number, version: number) => void): number {
    const end = Math.min(cursor + budget, this.#rows.length);
    for (let row = cursor; row < end; row++) {
      const record = this.#rows[row];
      if (record?.remark === ENDED) visit(row, record.version);
    }
    return end === this.#rows.length ? -1 : end;
  }

  evict(row: number, version: number): boolean {
    if (this.#rows[row]?.version !== version) return false;
    this.#rows[row] = undefined;
    return true;
  }

  #rowOf(key: number): number {
    return this.#rows.findIndex((row) => row?.key === key);
  }
}
