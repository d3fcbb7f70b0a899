import { DatabaseSync, type StatementSync } from 'node:sqlite';
import type { IdWords } from '@traffic-tacos/kernel';
import { ByteReader } from '../bytes.ts';
import { HistoryUnreadable } from './history-errors.ts';
import { keyBytes } from './history-key.ts';
import { readFacts, type HistoryDatabase, type HistoryFacts } from './history-schema.ts';
import type { HistoryReads, HistoryShape, HistorySource } from './history-shape.ts';

const LAST_KEY = Buffer.alloc(17, 0xff);
const BUSY_MS = 1_000;

/**
 * Reads the history beside its writer. A reading waits for nobody, and shows the newest commit, or that of `hold`. The file is opened by
 * the first reading, also by the first one after `close`: a platform that has stopped can still be looked at.
 */
export class HistoryReader implements HistorySource {
  readonly #connect: () => HistoryDatabase;
  #open: HistoryDatabase | undefined;

  /** Of the file at that path, or of whatever `from` connects to. */
  constructor(from: string | (() => HistoryDatabase)) {
    this.#connect = typeof from === 'string' ? () => new DatabaseSync(from, { readOnly: true, timeout: BUSY_MS }) : from;
  }

  /** How far the history reaches, and whose it is. */
  facts(): HistoryFacts {
    return readable(() => readFacts(this.#database()));
  }

  /** From now on every reading shows the same commit, and the journal keeps what comes after it. */
  hold(): HistoryFacts {
    readable(() => this.#database().exec('BEGIN'));
    return this.facts();
  }

  /** What is wrong with the file itself; empty where nothing is. Reads all of it. */
  check(): readonly string[] {
    const rows = readable(() => this.#database().prepare('PRAGMA quick_check(10)').all());
    return rows.map((row) => String(row['quick_check'])).filter((text) => text !== 'ok');
  }

  of<R>(shape: HistoryShape<R>): HistoryReads<R> {
    return new TableHistory(() => this.#database(), shape);
  }

  close(): void {
    this.#open?.close();
    this.#open = undefined;
  }

  #database(): HistoryDatabase {
    this.#open ??= readable(this.#connect);
    return this.#open;
  }
}

/** The part of one table. Statements are made when they are first used. */
class TableHistory<R> implements HistoryReads<R> {
  readonly #database: () => HistoryDatabase;
  readonly #shape: HistoryShape<R>;
  readonly #statements = new Map<string, StatementSync>();
  #preparedOn: HistoryDatabase | undefined;

  constructor(database: () => HistoryDatabase, shape: HistoryShape<R>) {
    this.#database = database;
    this.#shape = shape;
  }

  find(key: IdWords): R | undefined {
    const row = readable(() => this.#statement('WHERE key = ?').get(keyBytes(key)));
    return row === undefined ? undefined : this.#decode(row);
  }

  versionOf(key: IdWords): number {
    const record = this.find(key);
    return record === undefined ? 0 : this.#shape.versionOf(record);
  }

  ofOwner(owner: string, below: IdWords | undefined, limit: number): readonly R[] {
    const under = below === undefined ? LAST_KEY : keyBytes(below);
    const rows = readable(() => this.#statement('WHERE owner = ? AND key < ? ORDER BY key DESC LIMIT ?').all(owner, under, limit));
    return rows.map((row) => this.#decode(row));
  }

  linkedTo(link: IdWords): readonly R[] {
    return readable(() => this.#statement('WHERE link = ?').all(keyBytes(link))).map((row) => this.#decode(row));
  }

  *all(): Generator<R> {
    // A statement of its own: a walk may be under way while another begins.
    const rows = readable(() => this.#database().prepare(`SELECT layout, body FROM ${this.#shape.name} ORDER BY key`).iterate());
    try {
      for (let next = readable(() => rows.next()); next.done !== true; next = readable(() => rows.next())) yield this.#decode(next.value);
    } finally {
      rows.return?.();
    }
  }

  #statement(clause: string): StatementSync {
    const database = this.#database();
    if (database !== this.#preparedOn) this.#statements.clear();
    this.#preparedOn = database;
    const known = this.#statements.get(clause);
    if (known !== undefined) return known;
    const statement = database.prepare(`SELECT layout, body FROM ${this.#shape.name} ${clause}`);
    this.#statements.set(clause, statement);
    return statement;
  }

  #decode(row: Readonly<Record<string, unknown>>): R {
    const { layout, body } = row;
    if (typeof layout !== 'number' || !(body instanceof Uint8Array)) throw new HistoryUnreadable(`a row of ${this.#shape.name} is not one`);
    return this.#shape.decode(layout, new ByteReader(Buffer.from(body.buffer, body.byteOffset, body.byteLength), 0, body.byteLength, false));
  }
}

function readable<Answer>(read: () => Answer): Answer {
  try {
    return read();
  } catch (cause) {
    if (!(cause instanceof Error) || !('errcode' in cause)) throw cause;
    throw new HistoryUnreadable(`the history cannot be read: ${cause.message}`, { cause });
  }
}
