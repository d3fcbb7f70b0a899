import { parentPort, workerData } from 'node:worker_threads';
import { createSystemTimeSource, HistoryFile, openFileDisk, Projector } from '@traffic-tacos/journal';
import { HistoryWork } from './history-work.ts';
import type { HistoryRequest, HistoryThreadData } from './messages.ts';
import { shapesNamed } from './shapes.ts';

/** The thread that carries what has ended from the journal into the history. What stands in its way ends it, and the platform hears of it. */
const { journalDir, path, tables } = workerData as HistoryThreadData;
const shapes = shapesNamed(tables);
const file = HistoryFile.open(path, shapes);
const time = createSystemTimeSource();
const work = new HistoryWork({
  file,
  projector: new Projector(openFileDisk(journalDir), file, shapes),
  monotonicMs: () => time.monotonicMs(),
  tell: (progress) => parentPort?.postMessage(progress),
  onStopped: () => parentPort?.close(),
});
parentPort?.on('message', (request: HistoryRequest) => void work.take(request));
