import { ByteWriter, firstKept, HistoryRefused, imageOf, JournalDamaged, Projector, type Disk, type HistoryFile, type HistoryImage, type HistoryReach, type HistoryShape, type RecordTable } from '@traffic-tacos/journal';
import { present } from '@traffic-tacos/kernel';
import { shapesOf, type TablesWithHistory } from '../tables.ts';
import type { HistoryPlace } from './history-ground.ts';

const ROWS_AT_ONCE = 10_000;

/**
 * Opens the history, and carries into it what sealed segments hold beyond it: recovery has less to keep in memory then. A new file beside a
 * journal that still has its first group is filled the same way, so a history that was lost comes back. Where the end of such a journal is
 * given up, the history begins anew, since it may have what is given up; where groups are gone already, recovery refuses one that goes
 * beyond the cut. Answers how far it reaches, for recovery; undefined where the file is new, and memory has everything, or has lost it. Throws
 * `HistoryRefused`.
 */
export async function prepareHistory(place: HistoryPlace, disk: Disk, shapes: readonly HistoryShape<unknown>[], isCut: boolean): Promise<HistoryReach | undefined> {
  const firstSequence = await firstKept(disk);
  if (isCut && firstSequence === 1) await place.setAside();
  const file = place.open(shapes);
  try {
    if (file.appliedSequence === undefined && firstSequence === 1) file.write([], 0, '');
    // Where the journal does not go back as far, recovery says so, with the way back.
    if (!isCut && file.appliedSequence !== undefined && firstSequence <= file.appliedSequence + 1) await carryOver(disk, file, shapes);
    const { appliedSequence, journalId } = file;
    return appliedSequence === undefined ? undefined : { appliedSequence, journalId };
  } finally {
    file.close();
  }
}

/** Where a segment is damaged this ends before it: recovery meets the same place, and knows which ways back there are. */
async function carryOver(disk: Disk, file: HistoryFile, shapes: readonly HistoryShape<unknown>[]): Promise<void> {
  try {
    await new Projector(disk, file, shapes).runSealed();
  } catch (error) {
    if (!(error instanceof JournalDamaged)) throw error;
  }
}

/** Writes down whose a new history is, so that it is not taken for another journal's before anything was carried into it. */
export function nameHistory(place: HistoryPlace, { all }: TablesWithHistory, { appliedSequence, journalId }: HistoryReach, directoryId: string): void {
  if (journalId !== '') return;
  const file = place.open(shapesOf(all));
  try {
    file.write([], appliedSequence, directoryId);
  } finally {
    file.close();
  }
}

/**
 * Fills a history that has never been filled from a memory that has everything. A journal that has handed records over already is not
 * the whole without its history: throws `HistoryRefused`.
 */
export function fillHistory(place: HistoryPlace, tables: TablesWithHistory, { lastSequence, directoryId }: { readonly lastSequence: number; readonly directoryId: string }): void {
  if (tables.pledge.isGiven) {
    throw new HistoryRefused('missing', `The journal has handed records over to a history, and ${place.isThere() ? 'there is nothing in' : 'there is no'} ${place.path}`);
  }
  const file = place.open(shapesOf(tables.all));
  try {
    file.write(endedIn(tables, lastSequence), lastSequence, directoryId);
  } finally {
    file.close();
  }
}

function* endedIn({ all }: TablesWithHistory, sequence: number): Generator<HistoryImage> {
  for (const table of all) if (table.shape !== undefined) yield* endedRecords(table, sequence);
}

function* endedRecords(table: RecordTable<unknown>, sequence: number): Generator<HistoryImage> {
  const shape = present(table.shape, 'a table with a shape');
  const writer = new ByteWriter();
  for (let cursor = 0; cursor !== -1; ) {
    const records: unknown[] = [];
    cursor = table.scan(cursor, ROWS_AT_ONCE, (record) => records.push(record));
    for (const record of records) {
      writer.truncate(0);
      table.encode(record, writer);
      const image = imageOf(shape, record, { sequence, layout: table.layoutVersion, body: writer.bytes() });
      if (image !== undefined) yield image;
    }
  }
}
