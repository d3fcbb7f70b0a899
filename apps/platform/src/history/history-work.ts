import type { HistoryFile, Projector } from '@traffic-tacos/journal';
import { CheckpointedFile } from './checkpointed-file.ts';
import type { HistoryProgress, HistoryRequest } from './messages.ts';

export interface HistoryWorkDeps {
  readonly file: HistoryFile;
  readonly projector: Projector;
  readonly monotonicMs: () => number;
  readonly tell: (progress: HistoryProgress) => void;
  /** The file is closed. */
  readonly onStopped: () => void;
}

/** What the thread of the history does: one request after the other, until it is to stop. */
export class HistoryWork {
  readonly #deps: HistoryWorkDeps;
  readonly #checkpoints: CheckpointedFile;
  #last = Promise.resolve();
  #isStopping = false;

  constructor(deps: HistoryWorkDeps) {
    this.#deps = deps;
    this.#checkpoints = new CheckpointedFile(deps.file, deps.monotonicMs);
  }

  /** Resolves when it is done; rejects with what stands in the way. */
  take(request: HistoryRequest): Promise<void> {
    if (request.kind === 'stop') this.#isStopping = true;
    this.#last = this.#last.then(() => (request.kind === 'project' ? this.#project(request.through) : this.#stop()));
    return this.#last;
  }

  /** What is left when it stops, the next start carries over. */
  async #project(through: number): Promise<void> {
    const { projector, file, tell } = this.#deps;
    for (let reached = 0; reached < through && !this.#isStopping; ) {
      reached = await projector.step(through);
      this.#checkpoints.advance();
      tell({ applied: file.appliedSequence ?? 0, checkpointed: this.#checkpoints.sequence, isDone: reached >= through });
    }
  }

  /** All of it goes into the main file first: whoever copies that one alone then has the whole. */
  #stop(): void {
    this.#deps.file.checkpoint();
    this.#deps.file.close();
    this.#deps.onStopped();
  }
}
