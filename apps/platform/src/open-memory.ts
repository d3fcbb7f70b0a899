import { openJournal, type JournalDeps, type OpenedJournal } from '@traffic-tacos/journal';
import { withPrefix } from '@traffic-tacos/kernel';
import type { Resources } from '@traffic-tacos/kit';
import { isLeftBehind } from './left-behind.ts';
import { History } from './history/history.ts';
import { historyPath } from './history/history-path.ts';
import { fillHistory, nameHistory, prepareHistory, type PreparedHistory } from './history/prepare-history.ts';
import { journalDir } from './journal-dir.ts';
import type { PlatformOptions } from './options.ts';
import { createPlatformTables, type PlatformTables } from './tables.ts';
import { runtimeTimers } from './timers.ts';

export interface OpenedMemory extends OpenedJournal {
  readonly tables: PlatformTables;
  /** Not started yet. Undefined on another disk than the machine's own, where everything stays in memory. */
  readonly history: History | undefined;
}

type Machine = Omit<JournalDeps, 'tables' | 'limits'>;

/** Journal, history, and the tables that both fill. What is open is closed by `resources`. */
export async function openMemory(machine: Machine, options: PlatformOptions, resources: Resources): Promise<OpenedMemory> {
  const { dataDir, limits } = options;
  const cut = options.cut === undefined ? {} : { cut: options.cut };
  if (options.machine?.disk !== undefined) {
    const tables = createPlatformTables(limits);
    const opened = await openJournal({ ...machine, tables: tables.all, limits }, cut);
    resources.add({ name: 'journal', close: () => opened.journal.close() });
    return { ...opened, tables, history: undefined };
  }
  const path = historyPath(dataDir);
  const prepared = await prepareHistory(path, machine.disk, options.cut !== undefined);
  resources.add({ name: 'history file', close: () => prepared.reader.close() });
  const tables = createPlatformTables(limits, prepared.reader);
  const reach = prepared.reach === undefined ? {} : { history: prepared.reach };
  const opened = await openJournal({ ...machine, tables: tables.all, limits }, { ...cut, ...reach });
  resources.add({ name: 'journal', close: () => opened.journal.close() });
  if (prepared.reach === undefined) fillHistory(path, tables, opened.found);
  else nameHistory(path, prepared.reach, opened.found.directoryId);
  const history = createHistory(prepared, { opened, tables, machine }, options);
  resources.add({ name: 'history', close: () => history.stop() });
  return { ...opened, tables, history };
}

interface Parts {
  readonly opened: OpenedJournal;
  readonly tables: PlatformTables;
  readonly machine: Machine;
}

function createHistory({ reach }: PreparedHistory, { opened, tables, machine }: Parts, { dataDir, limits, logger }: PlatformOptions): History {
  // A payment of which something is still to follow stays where the reconciler looks.
  tables.payment.intents.leaveOnly((intent) => !isLeftBehind(intent, tables.reservation.orders.read(withPrefix('ord', intent.reservationId))));
  return new History({
    thread: { journalDir: journalDir(dataDir), path: historyPath(dataDir) },
    tables,
    journal: opened.journal,
    clock: opened.clock,
    monotonicMs: () => machine.time.monotonicMs(),
    timers: runtimeTimers,
    limits,
    logger,
    applied: reach?.appliedSequence ?? opened.found.lastSequence,
  });
}
