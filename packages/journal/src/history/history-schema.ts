import type { DatabaseSync } from 'node:sqlite';
import { invariant } from '@traffic-tacos/kernel';
import { HistoryRefused } from './history-errors.ts';
import type { HistoryShape } from './history-shape.ts';

/** What a history needs of a connection to its database. */
export type HistoryDatabase = Pick<DatabaseSync, 'exec' | 'prepare' | 'isOpen' | 'close'>;

/** Raised whenever tables or columns change their meaning; older versions stay readable. */
const FORMAT_VERSION = 1;
const PLAIN_NAME = /^[a-z][a-z_]{0,40}$/;

/** The row of facts about the history itself, as it stands in the file. */
export interface HistoryFacts {
  /** Every record that had ended by this group is in the history; undefined until it was filled for the first time. */
  readonly appliedSequence: number | undefined;
  /** Of the journal that it belongs to: 32 hex digits, empty until it is known. */
  readonly journalId: string;
}

/** Makes what is missing. A record's bytes are those of the journal, in their layout: each version ever written stays readable. */
export function createSchema(database: HistoryDatabase, shapes: readonly HistoryShape<unknown>[]): void {
  database.exec('CREATE TABLE IF NOT EXISTS history (format INTEGER NOT NULL, applied INTEGER, journal TEXT NOT NULL) STRICT');
  if (database.prepare('SELECT count(*) AS facts FROM history').get()?.['facts'] === 0) {
    database.prepare('INSERT INTO history VALUES (?, NULL, ?)').run(FORMAT_VERSION, '');
  }
  for (const shape of shapes) {
    const { name } = shape;
    invariant(PLAIN_NAME.test(name), `${name} is no name for a table of the history`);
    database.exec(`CREATE TABLE IF NOT EXISTS ${name} (key BLOB PRIMARY KEY, version INTEGER NOT NULL, sequence INTEGER NOT NULL,
      layout INTEGER NOT NULL, owner TEXT, link BLOB, body BLOB NOT NULL) WITHOUT ROWID, STRICT`);
    if (shape.ownerOf !== undefined) database.exec(`CREATE INDEX IF NOT EXISTS ${name}_by_owner ON ${name} (owner, key) WHERE owner IS NOT NULL`);
    if (shape.linkOf !== undefined) database.exec(`CREATE INDEX IF NOT EXISTS ${name}_by_link ON ${name} (link, key) WHERE link IS NOT NULL`);
  }
}

/** Throws `HistoryRefused` for a format of a newer version. */
export function readFacts(database: HistoryDatabase): HistoryFacts {
  const row = database.prepare('SELECT format, applied, journal FROM history').get();
  const format = Number(row?.['format']);
  if (format > FORMAT_VERSION) throw new HistoryRefused('too_new', `The history has format ${format}; this version reads up to ${FORMAT_VERSION}`);
  const applied = row?.['applied'];
  return { appliedSequence: typeof applied === 'number' ? applied : undefined, journalId: String(row?.['journal'] ?? '') };
}
