import { invariant, present } from '../assert.ts';

/** The first chunk is small, each one after it doubles the rows, and from so many rows on all are equally large. */
const FIRST_ROWS_BITS = 8;
const ROWS_PER_CHUNK_BITS = 14;
const FIRST_ROWS = 1 << FIRST_ROWS_BITS;
const ROWS_PER_CHUNK = 1 << ROWS_PER_CHUNK_BITS;
const ROW_IN_CHUNK = ROWS_PER_CHUNK - 1;
/** Chunks below that many rows, less the one that a row's number already counts. */
const SMALL_CHUNKS = ROWS_PER_CHUNK_BITS - FIRST_ROWS_BITS;

/** No row. */
export const NO_ROW = -1;

/**
 * Rows of a fixed number of bytes outside the JavaScript heap, so that a million live records cost the collector nothing.
 *
 * Goals: constant cost per row at any size (it grows by chunks and never copies), little memory where there are few rows, a limit, reuse of
 * freed rows.
 * Non-goals: types, keys, order. The table that owns the rows gives the bytes their meaning.
 */
export class RowStore {
  readonly #bytesPerRow: number;
  readonly #limit: number;
  readonly #chunks: DataView[] = [];
  /** The same memory once more. */
  readonly #bytes: Buffer[] = [];
  #free: number[] = [];
  #next = 0;
  #live = 0;

  /** `bytesPerRow` must be a multiple of 8; `limit` is the greatest number of rows alive at once. */
  constructor(bytesPerRow: number, limit: number) {
    invariant(bytesPerRow > 0 && bytesPerRow % 8 === 0, 'a row is a positive multiple of 8 bytes');
    this.#bytesPerRow = bytesPerRow;
    this.#limit = limit;
  }

  /** Rows alive now. */
  get live(): number {
    return this.#live;
  }

  /** The greatest number of rows alive at once. */
  get limit(): number {
    return this.#limit;
  }

  get isFull(): boolean {
    return this.#live >= this.#limit;
  }

  /** Rows ever used: every live row is below it. A walk goes from 0 to here. */
  get highWater(): number {
    return this.#next;
  }

  /** A zeroed row. The caller checks `isFull` first; going over the limit is a bug. */
  allocate(): number {
    invariant(this.#live < this.#limit, 'row store is full');
    this.#live++;
    const reused = this.#free.pop();
    if (reused !== undefined) return reused;
    const row = this.#next++;
    if (chunkOf(row) === this.#chunks.length) {
      // A store that may never fill its last chunk has none larger than itself.
      const memory = new ArrayBuffer(this.#bytesPerRow * Math.min(rowsInChunkOf(row), this.#limit - row));
      this.#chunks.push(new DataView(memory));
      this.#bytes.push(Buffer.from(memory));
    }
    return row;
  }

  /** Gives a row back and zeroes it, so that a walk sees it as empty. */
  free(row: number): void {
    const offset = this.offset(row);
    present(this.#bytes[chunkOf(row)], 'no such row').fill(0, offset, offset + this.#bytesPerRow);
    this.#free.push(row);
    this.#live--;
  }

  /** The chunk that holds the row: read and write at `offset(row)` plus the column's place, little endian. */
  view(row: number): DataView {
    return present(this.#chunks[chunkOf(row)], 'no such row');
  }

  /** A text of one byte a character that stands in the row, from `column` on. */
  latin1(row: number, column: number, length: number): string {
    const at = this.offset(row) + column;
    return present(this.#bytes[chunkOf(row)], 'no such row').toString('latin1', at, at + length);
  }

  offset(row: number): number {
    return (row < ROWS_PER_CHUNK ? row - firstRowOf(row) : row & ROW_IN_CHUNK) * this.#bytesPerRow;
  }
}

const chunkOf = (row: number): number => (row < ROWS_PER_CHUNK ? 32 - Math.clz32(row >>> FIRST_ROWS_BITS) : SMALL_CHUNKS + (row >>> ROWS_PER_CHUNK_BITS));

/** The first row of a small chunk: a power of two, but for that of the first chunk. */
const firstRowOf = (row: number): number => (row < FIRST_ROWS ? 0 : 0x80000000 >>> Math.clz32(row));

/** As many as there are before it, between the first chunk and the equally large ones. */
const rowsInChunkOf = (row: number): number => (row < FIRST_ROWS ? FIRST_ROWS : Math.min(row, ROWS_PER_CHUNK));
