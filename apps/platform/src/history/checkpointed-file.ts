import type { HistoryFile } from '@traffic-tacos/journal';

/** A checkpoint writes all over the file, so one serves many commits. */
const CHECKPOINT_EVERY_MS = 2_000;

/** Carries what is committed into the main file now and then, and remembers how far that has come. */
export class CheckpointedFile {
  readonly #file: HistoryFile;
  readonly #monotonicMs: () => number;
  #lastMs: number;
  #sequence = 0;

  constructor(file: HistoryFile, monotonicMs: () => number) {
    this.#file = file;
    this.#monotonicMs = monotonicMs;
    this.#lastMs = monotonicMs();
    this.#checkpoint();
  }

  /** Everything up to this group is in the main file. */
  get sequence(): number {
    return this.#sequence;
  }

  /** After a commit. */
  advance(): void {
    if (this.#monotonicMs() - this.#lastMs >= CHECKPOINT_EVERY_MS) this.#checkpoint();
  }

  #checkpoint(): void {
    this.#lastMs = this.#monotonicMs();
    if (this.#file.checkpoint()) this.#sequence = this.#file.appliedSequence ?? 0;
  }
}
