import type { HistoryReader, MovableTable, RecordTable } from '@traffic-tacos/journal';
import { present } from '@traffic-tacos/kernel';
import type { PlatformTables } from '@traffic-tacos/platform';
import type { SimHistoryFile } from '../machine/history-file.ts';
import type { Books } from './books.ts';
import { must } from './breach.ts';
import { HISTORY_KINDS, isLeftBehind, keyOf } from './past.ts';
import type { Records } from './records.ts';

const SEGMENT = /^segment-(\d+)\.journal$/;
const SNAPSHOT = /^snapshot-(\d+)-\d+\.state$/;

/** What leaves, and must not be the last of its kind: records out of memory, and segments from the disk. */
export class LeavingWatch {
  readonly #books: Books;
  readonly #fail: (cause: unknown) => void;
  /** Segments that have gone so far. */
  segments = 0;

  constructor(books: Books, fail: (cause: unknown) => void) {
    this.#books = books;
    this.#fail = fail;
  }

  /** The table, of which each record that leaves is looked up in what the history has committed. */
  readonly watched = (table: MovableTable, past: HistoryReader): MovableTable => {
    const recordsOf = table as MovableTable & RecordTable<unknown>;
    const reads = past.of(present(recordsOf.shape, 'a table with a history has a shape'));
    const kind = present(HISTORY_KINDS.get(recordsOf.recordType), 'a kind for each table with a history');
    return {
      name: table.name,
      get live() { return table.live; },
      get limit() { return table.limit; },
      visitEnded: (cursor, budget, untilMs, visit) => table.visitEnded(cursor, budget, untilMs, visit),
      evict: (row, version) => {
        let leaving: unknown;
        recordsOf.scan(row, 1, (record) => (leaving = record));
        const hasLeft = table.evict(row, version);
        if (!hasLeft) return false;
        try {
          const key = keyOf(kind, leaving);
          const written = this.#books[kind].get(key);
          const found = reads.versionOf(present(recordsOf.shape, 'a shape').keyOf(leaving));
          must(kind !== 'intent' || !isLeftBehind(this.#books, leaving as Records['intent']), 'I3', key, 'leaves memory, and something has still to follow from it');
          must(written !== undefined && found === written.version, 'I4', key, () => `a ${kind} leaves memory in version ${String(written?.version)}, and the history has version ${found}`);
        } catch (error) {
          this.#fail(error);
        }
        return true;
      },
    };
  };

  /** A segment goes: everything before those that are left must be in the main file of the history, relayed, and older than the older of two snapshots. */
  removed(name: string, left: readonly string[], history: SimHistoryFile | undefined, tables: PlatformTables | undefined): void {
    const removed = Number(SEGMENT.exec(name)?.[1] ?? Number.NaN);
    const firstKept = Math.min(...numbersOf(left, SEGMENT));
    // A start takes away the last one too, where nothing was ever written to it.
    if (!(removed < firstKept)) return;
    this.segments++;
    const [newest, older] = numbersOf(left, SNAPSHOT).sort((a, b) => b - a);
    must(newest !== undefined && older !== undefined && firstKept <= older, 'I4', name, () => `is removed, and the older snapshot begins at ${String(older)}`);
    const relayed = tables?.relayPosition.next ?? 1;
    must(firstKept <= relayed, 'I6', name, () => `is removed, and the relay has come to group ${relayed}`);
    if (history !== undefined) must(firstKept <= history.checkpointed + 1, 'I4', name, () => `is removed, and the main file of the history has come to group ${history.checkpointed}`);
  }
}

const numbersOf = (names: readonly string[], form: RegExp): number[] => names.flatMap((name) => Number(form.exec(name)?.[1] ?? Number.NaN)).filter((number) => !Number.isNaN(number));
