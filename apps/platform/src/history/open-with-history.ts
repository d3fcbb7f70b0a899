import { openJournal, type CutPoint, type HistorySource, type JournalDeps, type OpenedJournal, type RecordTable } from '@traffic-tacos/journal';
import type { Limits } from '@traffic-tacos/kernel';
import type { Logger, Resources } from '@traffic-tacos/kit';
import { shapesOf, type TablesWithHistory } from '../tables.ts';
import { fileHistory, type HistoryGround } from './history-ground.ts';
import { History } from './history.ts';
import { fillHistory, nameHistory, prepareHistory } from './prepare-history.ts';

/** A journal that has been replayed into tables. */
export interface OpenedTables<T> extends OpenedJournal {
  readonly tables: T;
  /** Not started yet. Undefined where everything stays in memory. */
  readonly history: History | undefined;
}

/** What a journal stands on, beside its tables. */
export type OpenMachine = Omit<JournalDeps, 'tables' | 'limits'>;

/** Where and how tables are opened. */
export interface OpenSettings {
  readonly dataDir: string;
  readonly limits: Limits;
  readonly logger: Logger;
  /** Left out where the history is a file of the directory, with a thread of this process. */
  readonly history?: HistoryGround;
  /** Where to cut a damaged journal, on the word of a person. */
  readonly cut?: CutPoint;
}

/** The journal alone. What is open is closed by `resources`. */
export async function openWithoutHistory<T extends { readonly all: readonly RecordTable<unknown>[] }>(machine: OpenMachine, { limits, cut }: OpenSettings, tables: T, resources: Resources): Promise<OpenedTables<T>> {
  const opened = await openJournal({ ...machine, tables: tables.all, limits }, cut === undefined ? {} : { cut });
  resources.add({ name: 'journal', close: () => opened.journal.close() });
  return { ...opened, tables, history: undefined };
}

/**
 * Journal and history of one data directory, and the tables that both fill, which are made over the history's reader. What is open is closed by
 * `resources`. Throws what `prepareHistory` and `openJournal` throw.
 */
export async function openWithHistory<T extends TablesWithHistory>(machine: OpenMachine, settings: OpenSettings, create: (history: HistorySource) => T, resources: Resources): Promise<OpenedTables<T>> {
  const { dataDir, limits, cut, history: ground = fileHistory(dataDir) } = settings;
  const { place } = ground;
  const reader = place.read();
  const tables = create(reader);
  const reach = await prepareHistory(place, machine.disk, shapesOf(tables.all), cut !== undefined);
  resources.add({ name: 'history file', close: () => reader.close() });
  const opened = await openJournal({ ...machine, tables: tables.all, limits }, { ...(cut === undefined ? {} : { cut }), ...(reach === undefined ? {} : { history: reach }) });
  resources.add({ name: 'journal', close: () => opened.journal.close() });
  if (reach === undefined) fillHistory(place, tables, opened.found);
  else nameHistory(place, tables, reach, opened.found.directoryId);
  const history = createHistory(reach?.appliedSequence, { opened, tables, machine, ground }, settings);
  resources.add({ name: 'history', close: () => history.stop() });
  return { ...opened, tables, history };
}

interface Parts {
  readonly opened: OpenedJournal;
  readonly tables: TablesWithHistory;
  readonly machine: OpenMachine;
  readonly ground: HistoryGround;
}

const createHistory = (applied: number | undefined, { opened, tables, machine, ground }: Parts, { limits, logger }: OpenSettings): History => new History({
  ground,
  tables,
  journal: opened.journal,
  clock: opened.clock,
  monotonicMs: () => machine.time.monotonicMs(),
  limits,
  logger,
  applied: applied ?? opened.found.lastSequence,
});
