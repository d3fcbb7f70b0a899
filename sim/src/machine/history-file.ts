import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { HistoryFile, HistoryReader, type CarryLog, type HistoryDatabase, type WriteBatch } from '@traffic-tacos/journal';
import { present } from '@traffic-tacos/kernel';
import type { HistoryPlace } from '@traffic-tacos/platform/testing';

/** SQLite's code for a disk that is full. */
const FULL = 13;

/** SQLite refuses, as it does where the disk does. */
export class SqliteRefused extends Error {
  override readonly name = 'SqliteRefused';
  readonly errcode = FULL;
}

/** What outlives a file that somebody has taken away. */
export interface TakenAway {
  readonly database: DatabaseSync;
  readonly checkpointed: number;
}

/** Bugs that tests plant in the file. */
export interface FilePlanting {
  readonly writeBatch?: WriteBatch;
}

/**
 * The history's file in a simulation: SQLite itself, in memory. What stands in the main file is outside of a transaction that is always open; the write-ahead
 * log is what was committed inside of it since. So a checkpoint ends that transaction and begins another, and the loss of the log takes it back. A process
 * that is no more writes nothing.
 */
export class SimHistoryFile {
  readonly #planted: FilePlanting;
  #database: DatabaseSync | undefined;
  #life = 0;
  /** How far the main file reaches, whatever becomes of the log. */
  checkpointed = 0;
  /** The next commits that find the disk full. */
  refusals = 0;
  /** Somebody reads an older state, and keeps the log from going into the main file. */
  isBusy = false;
  /** Commits, and such that the loss of a log has taken back. */
  readonly counted = { commits: 0, lostLogs: 0 };

  constructor(planted: FilePlanting = {}) {
    this.#planted = planted;
  }

  /** For one life of the process. */
  place(): HistoryPlace {
    const life = this.#life;
    return {
      path: 'history.sqlite',
      isThere: () => this.#database !== undefined,
      open: (shapes) => HistoryFile.over(this.#connect(life), shapes, this.#planted.writeBatch, this.#carryLog),
      read: () => this.read(life),
      setAside: () => Promise.resolve(void this.takeAway()),
    };
  }

  read(life = this.#life): HistoryReader {
    return new HistoryReader(() => this.#connect(life));
  }

  /** How far it reaches; undefined before it was filled. */
  get applied(): number | undefined {
    return this.#database === undefined ? undefined : appliedIn(this.#database);
  }

  /** The process is no more. What was committed is there, and what was under way is not. */
  die(): void {
    this.#life++;
    this.refusals = 0;
    this.isBusy = false;
  }

  /** The write-ahead log is damaged, and SQLite opens the main file without it. */
  loseLog(): void {
    if (this.#database === undefined) return;
    this.counted.lostLogs++;
    this.#database.exec('ROLLBACK; BEGIN');
  }

  /** A file of now, to be put back later. */
  copy(): TakenAway | undefined {
    if (this.#database === undefined) return undefined;
    const database = new DatabaseSync(':memory:');
    database.deserialize(this.#database.serialize());
    database.exec('BEGIN');
    return { database, checkpointed: appliedIn(database) ?? 0 };
  }

  takeAway(): TakenAway | undefined {
    const database = this.#database;
    this.#database = undefined;
    const { checkpointed } = this;
    this.checkpointed = 0;
    return database === undefined ? undefined : { database, checkpointed };
  }

  putBack({ database, checkpointed }: TakenAway): void {
    this.#database = database;
    this.checkpointed = checkpointed;
  }

  #connect(life: number): HistoryDatabase {
    this.#database ??= emptyDatabase();
    return new Connection(this.#database, {
      writes: () => void present(life === this.#life || undefined, 'a process that is no more writes nothing'),
      commits: () => {
        if (this.refusals > 0) {
          this.refusals--;
          throw new SqliteRefused('database or disk is full');
        }
        this.counted.commits++;
      },
    });
  }

  readonly #carryLog: CarryLog = () => {
    if (this.isBusy || this.#database === undefined) return false;
    this.#database.exec('COMMIT; BEGIN');
    this.checkpointed = appliedIn(this.#database) ?? 0;
    return true;
  };
}

function emptyDatabase(): DatabaseSync {
  const database = new DatabaseSync(':memory:');
  database.exec('BEGIN');
  return database;
}

function appliedIn(database: DatabaseSync): number | undefined {
  const isMade = database.prepare("SELECT 1 FROM sqlite_master WHERE name = 'history'").get() !== undefined;
  const applied = isMade ? database.prepare('SELECT applied FROM history').get()?.['applied'] : undefined;
  return typeof applied === 'number' ? applied : undefined;
}

interface Gates {
  readonly writes: () => void;
  readonly commits: () => void;
}

/** A connection of one life. Its transactions stand inside of the one that is the write-ahead log. */
class Connection implements HistoryDatabase {
  readonly #database: DatabaseSync;
  readonly #gates: Gates;
  isOpen = true;

  constructor(database: DatabaseSync, gates: Gates) {
    this.#database = database;
    this.#gates = gates;
  }

  exec(sql: string): void {
    this.#gates.writes();
    if (sql === 'COMMIT') this.#gates.commits();
    this.#database.exec(INSIDE[sql] ?? sql);
  }

  prepare(sql: string): StatementSync {
    return this.#database.prepare(sql);
  }

  close(): void {
    this.isOpen = false;
  }
}

const INSIDE: Readonly<Record<string, string>> = { 'BEGIN IMMEDIATE': 'SAVEPOINT batch', COMMIT: 'RELEASE batch', ROLLBACK: 'ROLLBACK TO batch; RELEASE batch' };
