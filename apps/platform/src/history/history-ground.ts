import { existsSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { Worker } from 'node:worker_threads';
import { HistoryFile, HistoryReader, type HistoryShape } from '@traffic-tacos/journal';
import type { Scheduler } from '@traffic-tacos/reservation';
import { journalDir } from '../journal-dir.ts';
import { runtimeTimers } from '../timers.ts';
import { historyPath } from './history-path.ts';
import type { HistoryProgress, HistoryRequest, HistoryThreadData } from './messages.ts';

const THREAD = new URL('./history-thread.ts', import.meta.url);

/** Where a history is kept. */
export interface HistoryPlace {
  /** As messages name it. */
  readonly path: string;
  readonly isThere: () => boolean;
  /** For its one writer; a new one where there is none. Throws as `HistoryFile.open` does. */
  readonly open: (shapes: readonly HistoryShape<unknown>[]) => HistoryFile;
  readonly read: () => HistoryReader;
  /** Puts it away, so that the next one opened is new: whoever looks for a cause may want it. */
  readonly setAside: () => Promise<void>;
}

/** What the thread of a history tells whoever has started it. */
export interface HistoryListener {
  readonly progress: (progress: HistoryProgress) => void;
  /** Something stood in its way, and it is no more. */
  readonly failed: (cause: unknown) => void;
  /** It has closed its file, as it was asked to. */
  readonly ended: () => void;
}

/** Starts what carries the named tables into the history, beside all other work; answers how it is asked. */
export type StartHistoryThread = (tables: readonly string[], listener: HistoryListener) => (request: HistoryRequest) => void;

/** What a history stands on: a simulator has another one than the machine's own. */
export interface HistoryGround {
  readonly place: HistoryPlace;
  readonly startThread: StartHistoryThread;
  readonly timers: Scheduler;
  /** Runs something once whatever else is ready has run. */
  readonly nextTurn: (run: () => void) => void;
}

/** A file in the data directory, a thread of this process, and the runtime's timers. */
export const fileHistory = (dataDir: string): HistoryGround => ({
  place: historyFileAt(historyPath(dataDir)),
  startThread: startWorker({ journalDir: journalDir(dataDir), path: historyPath(dataDir) }),
  timers: runtimeTimers,
  nextTurn: (run) => void setImmediate(run),
});

const historyFileAt = (path: string): HistoryPlace => ({
  path,
  isThere: () => existsSync(path),
  open: (shapes) => HistoryFile.open(path, shapes),
  read: () => new HistoryReader(path),
  setAside: async () => {
    const instead = `${path}.aside`;
    for (const end of ['', '-wal', '-shm']) {
      await rm(instead + end, { force: true });
      if (existsSync(path + end)) await rename(path + end, instead + end);
    }
  },
});

const startWorker = (where: Omit<HistoryThreadData, 'tables'>): StartHistoryThread => (tables, { progress, failed, ended }) => {
  const workerData: HistoryThreadData = { ...where, tables };
  const thread = new Worker(THREAD, { workerData, name: 'history' });
  thread.unref();
  thread.on('message', progress);
  thread.on('error', failed);
  thread.once('exit', ended);
  return (request) => thread.postMessage(request);
};
