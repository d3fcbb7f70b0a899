import { closeSync, existsSync, openSync } from 'node:fs';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { present, type IdWords } from '@traffic-tacos/kernel';
import { DiskError } from '../disk.ts';
import { HistoryRefused } from './history-errors.ts';
import { keyBytes } from './history-key.ts';
import { createSchema, readFacts, type HistoryDatabase, type HistoryFacts } from './history-schema.ts';
import type { HistoryShape } from './history-shape.ts';

/** A record that has ended, as it goes into the history. */
export interface HistoryImage {
  readonly shape: HistoryShape<unknown>;
  readonly key: IdWords;
  readonly version: number;
  /** The group that it was read from. */
  readonly sequence: number;
  readonly layout: number;
  readonly owner: string | undefined;
  readonly link: IdWords | undefined;
  readonly body: Uint8Array;
}

/** Writes rows, and how far they reach, so that after a crash both are there or neither is. Tests plant bugs here. */
export type WriteBatch = (database: Pick<DatabaseSync, 'exec'>, writeRows: () => void, writeApplied: () => void) => void;

const inOneTransaction: WriteBatch = (database, writeRows, writeApplied) => {
  database.exec('BEGIN IMMEDIATE');
  try {
    writeRows();
    writeApplied();
    database.exec('COMMIT');
  } catch (error) {
    database.exec('ROLLBACK');
    throw error;
  }
};

/** Carries the write-ahead log into the main file; answers whether all of it is there now. */
export type CarryLog = (database: HistoryDatabase) => boolean;

const passively: CarryLog = (database) => {
  const { log, checkpointed, busy } = database.prepare('PRAGMA wal_checkpoint(PASSIVE)').get() ?? {};
  return busy === 0 && log === checkpointed;
};

/** SQLite's codes for a disk that is full or fails under a write (sqlite.org/rescode.html): FULL, READONLY, and IOERR of write, fsync, truncate and of the shared memory's size. */
const WRITE_FAILED: readonly number[] = [13, 8, 778, 1034, 1546, 4874];
const OWNER_ONLY = 0o600;
/** How long a writer waits for another one, which there is only while a start hands over to the thread that goes on. */
const BUSY_MS = 5_000;

/**
 * The history's file as its one writer has it. A commit is synced (`synchronous=FULL`) before the call returns, and goes to the
 * write-ahead log; what `checkpoint` has carried into the main file stays even if that log is damaged.
 */
export class HistoryFile {
  readonly #database: HistoryDatabase;
  readonly #writeBatch: WriteBatch;
  readonly #carryLog: CarryLog;
  readonly #upserts: ReadonlyMap<HistoryShape<unknown>, StatementSync>;
  readonly #setApplied: StatementSync;
  #appliedSequence: number | undefined;
  #journalId: string;

  private constructor(database: HistoryDatabase, shapes: readonly HistoryShape<unknown>[], facts: HistoryFacts, { writeBatch, carryLog }: { readonly writeBatch: WriteBatch; readonly carryLog: CarryLog }) {
    this.#database = database;
    this.#writeBatch = writeBatch;
    this.#carryLog = carryLog;
    this.#appliedSequence = facts.appliedSequence;
    this.#journalId = facts.journalId;
    this.#upserts = new Map(shapes.map((shape) => [shape, database.prepare(upsertInto(shape.name))]));
    this.#setApplied = database.prepare('UPDATE history SET applied = ?, journal = ?');
  }

  /** Opens the file, a new one where there is none. Throws `HistoryRefused` where it is damaged or too new, `DiskError` where it cannot be written. */
  static open(path: string, shapes: readonly HistoryShape<unknown>[], writeBatch: WriteBatch = inOneTransaction): HistoryFile {
    const isThere = existsSync(path);
    let database: DatabaseSync | undefined;
    try {
      // SQLite gives the files beside it the modes of this one: ticket codes come from what stands in them.
      closeSync(openSync(path, 'a', OWNER_ONLY));
      database = new DatabaseSync(path, { timeout: BUSY_MS });
      database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0');
      return HistoryFile.over(database, shapes, writeBatch);
    } catch (error) {
      if (database?.isOpen === true) database.close();
      if (error instanceof HistoryRefused || !(error instanceof Error) || !('errcode' in error)) throw error;
      if (!isThere || WRITE_FAILED.includes(Number(error.errcode))) throw new DiskError(`cannot write the history ${path}: ${error.message}`, { cause: error });
      throw new HistoryRefused('damaged', `The history ${path} cannot be read: ${error.message}`);
    }
  }

  /** The same over a connection that somebody else has made, which this one closes. */
  static over(database: HistoryDatabase, shapes: readonly HistoryShape<unknown>[], writeBatch: WriteBatch = inOneTransaction, carryLog: CarryLog = passively): HistoryFile {
    createSchema(database, shapes);
    return new HistoryFile(database, shapes, readFacts(database), { writeBatch, carryLog });
  }

  /** Every record that had ended by this group is committed; undefined until it was filled for the first time. */
  get appliedSequence(): number | undefined {
    return this.#appliedSequence;
  }

  /** Empty until something was written. */
  get journalId(): string {
    return this.#journalId;
  }

  /** Adds the images, and says that all up to the group `appliedSequence` are there. An image older than the row that is there changes nothing. */
  write(images: Iterable<HistoryImage>, appliedSequence: number, journalId: string): void {
    this.#writeBatch(
      this.#database,
      () => {
        for (const image of images) this.#put(image);
      },
      () => void this.#setApplied.run(appliedSequence, journalId),
    );
    this.#appliedSequence = appliedSequence;
    this.#journalId = journalId;
  }

  /** Carries committed rows into the main file; answers whether all of them are there now. Readers of older states keep some back. */
  checkpoint(): boolean {
    return this.#carryLog(this.#database);
  }

  get isOpen(): boolean {
    return this.#database.isOpen;
  }

  close(): void {
    this.#database.close();
  }

  #put({ shape, key, version, sequence, layout, owner, link, body }: HistoryImage): void {
    const upsert = present(this.#upserts.get(shape), 'a shape that the file was opened with');
    upsert.run(keyBytes(key), version, sequence, layout, owner ?? null, link === undefined ? null : keyBytes(link), body);
  }
}

const upsertInto = (table: string): string =>
  `INSERT INTO ${table} VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (key) DO UPDATE SET version = excluded.version, sequence = excluded.sequence,
    layout = excluded.layout, owner = excluded.owner, link = excluded.link, body = excluded.body WHERE excluded.version > version`;
