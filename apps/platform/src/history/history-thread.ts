import { parentPort, workerData } from 'node:worker_threads';
import { HistoryFile, openFileDisk, Projector } from '@traffic-tacos/journal';
import { CheckpointedFile } from './checkpointed-file.ts';
import type { HistoryProgress, HistoryRequest, HistoryThreadData } from './messages.ts';
import { HISTORY_SHAPES } from './shapes.ts';

/** The thread that carries what has ended from the journal into the history. It ends with an error that the platform hears of. */
const { journalDir, path } = workerData as HistoryThreadData;
const file = HistoryFile.open(path, HISTORY_SHAPES);
const projector = new Projector(openFileDisk(journalDir), file, HISTORY_SHAPES);
const checkpoints = new CheckpointedFile(file, () => performance.now());

const tell = (isDone: boolean): void => {
  const progress: HistoryProgress = { applied: file.appliedSequence ?? 0, checkpointed: checkpoints.sequence, isDone };
  parentPort?.postMessage(progress);
};

async function project(through: number): Promise<void> {
  for (let reached = 0; reached < through; ) {
    reached = await projector.step(through);
    checkpoints.advance();
    tell(reached >= through);
  }
}

let last = Promise.resolve();
parentPort?.on('message', (request: HistoryRequest) => {
  last = last.then(() => (request.kind === 'project' ? project(request.through) : stop()));
});

function stop(): void {
  file.close();
  parentPort?.close();
}
