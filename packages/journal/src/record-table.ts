import type { ByteReader, ByteWriter } from './bytes.ts';
import type { HistoryShape } from './history/history-shape.ts';

/**
 * The memory of one type of record, and its form on disk.
 *
 * Records are absolute post-images with a version per key: the first is version 1, each change one more. Replay applies them and
 * decides nothing again; applying one twice changes nothing.
 */
export interface RecordTable<R> {
  /** Names the type in the journal for ever: 1 to 65535, never given to another type. */
  readonly recordType: number;
  /** For people: error messages, audit. */
  readonly name: string;
  /** The version of the byte layout that `encode` writes, from 1. `decode` reads every version that has ever landed. */
  readonly layoutVersion: number;

  /** False where memory keeps nothing of these records: recovery then passes them over. They are kept unless said. */
  readonly isKept?: boolean;

  encode(record: R, writer: ByteWriter): void;
  decode(layoutVersion: number, reader: ByteReader): R;

  /** Whether the stored version of the record's key is the one just before it: nobody has changed it since the decision. */
  isNext(record: R): boolean;
  /** Puts the record in, live: the row and everything derived from it (indexes, counters, queues). Only called when `isNext`. */
  apply(record: R): void;

  /** Puts the row in during recovery, unless the stored one is as new. Derived state waits for `rebuild`. */
  restore(record: R): void;
  /** How ended records stand in the history; left out where all of them stay in memory. */
  readonly shape?: HistoryShape<R>;
  /** During recovery: the record has ended and the history has it, so memory needs no row for its key. Needed where there is a shape. */
  forget?(record: R): void;
  /** Builds all derived state from the rows, once, after recovery; tables are rebuilt in the order they were registered. */
  rebuild(): void;

  /**
   * Walks the rows for a snapshot: visits up to `budget` rows from `cursor` (0 at first) and answers the next cursor, or -1 at the end.
   * Between two calls rows may change, appear or go: what was missed is in the journal.
   */
  scan(cursor: number, budget: number, visit: (record: R) => void): number;
}
