import type { IdWords } from '@traffic-tacos/kernel';
import type { ByteReader } from '../bytes.ts';

/** How one type of record stands in the history: what it is found by, and when it belongs there. */
export interface HistoryShape<R> {
  /** That of the record's table, as are the layout's decoder and its bytes. */
  readonly recordType: number;
  /** Of the table in SQL: small letters and underscores. */
  readonly name: string;
  decode(layoutVersion: number, reader: ByteReader): R;
  /** The 128 bits of the record's id, by which lists are ordered. */
  keyOf(record: R): IdWords;
  versionOf(record: R): number;
  /** Whether the record may leave memory: nothing happens to it any more by itself. */
  hasEnded(record: R): boolean;
  /** Whose list it stands in; left out where there are no lists. */
  ownerOf?(record: R): string;
  /** What else it is found by; left out where there is nothing. */
  linkOf?(record: R): IdWords;
}

/** What a table asks the history for. Each answer is of one committed state, and never waits for anything but the disk. */
export interface HistoryReads<R> {
  find(key: IdWords): R | undefined;
  /** 0 where there is none. */
  versionOf(key: IdWords): number;
  /** Newest id first, those below `below`, at most `limit`. */
  ofOwner(owner: string, below: IdWords | undefined, limit: number): readonly R[];
  /** In no order. */
  linkedTo(link: IdWords): readonly R[];
  /** All, by id, read as they are asked for. */
  all(): Iterable<R>;
}

/** Where tables get their part of the history from. */
export interface HistorySource {
  of<R>(shape: HistoryShape<R>): HistoryReads<R>;
}

const NOTHING: HistoryReads<never> = {
  find: () => undefined,
  versionOf: () => 0,
  ofOwner: () => [],
  linkedTo: () => [],
  all: () => [],
};

/** Where no history is kept: everything stays in memory. */
export const NO_HISTORY: HistorySource = { of: () => NOTHING };
