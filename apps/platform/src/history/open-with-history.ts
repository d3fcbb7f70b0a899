import { HistoryReader, openJournal, type CutPoint, type HistorySource, type JournalDeps, type OpenedJournal, type RecordTable } from '@traffic-tacos/journal';
import type { Limits } from '@traffic-tacos/kernel';
import type { Logger, Resources } from '@traffic-tacos/kit';
import { journalDir } from '../journal-dir.ts';
import { shapesOf, type TablesWithHistory } from '../tables.ts';
import { runtimeTimers } from '../timers.ts';
import { historyPath } from './history-path.ts';
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
  const { dataDir, limits, cut } = settings;
  const path = historyPath(dataDir);
  const reader = new HistoryReader(path);
  const tables = create(reader);
  const reach = await prepareHistory(path, machine.disk, shapesOf(tables.all), cut !== undefined);
  resources.add({ name: 'history file', close: () => reader.close() });
  const opened = await openJournal({ ...machine, tables: tables.all, limits }, { ...(cut === undefined ? {} : { cut }), ...(reach === undefined ? {} : { history: reach }) });
  resources.add({ name: 'journal', close: () => opened.journal.close() });
  if (reach === undefined) fillHistory(path, tables, opened.found);
  else nameHistory(path, tables, reach, opened.found.directoryId);
  const history = createHistory(reach?.appliedSequence, { opened, tables, machine }, settings);
  resources.add({ name: 'history', close: () => history.stop() });
  return { ...opened, tables, history };
}

interface Parts {
  readonly opened: OpenedJournal;
  readonly tables: TablesWithHistory;
  readonly machine: OpenMachine;
}

const createHistory = (applied: number | undefined, { opened, tables, machine }: Parts, { dataDir, limits, logger }: OpenSettings): History => new History({
  thread: { journalDir: journalDir(dataDir), path: historyPath(dataDir), tables: shapesOf(tables.all).map(({ name }) => name) },
  tables,
  journal: opened.journal,
  clock: opened.clock,
  monotonicMs: () => machine.time.monotonicMs(),
  timers: runtimeTimers,
  limits,
  logger,
  applied: applied ?? opened.found.lastSequence,
});
