import type { JournalFailed } from './errors.ts';
import type { SnapshotOutcome } from './snapshot/snapshots.ts';

/** A group that is on disk. */
export interface FlushedGroup {
  readonly sequence: number;
  readonly entries: number;
  readonly bytes: number;
  /** From the seal to the end of the sync. */
  readonly flushMs: number;
}

/**
 * Told of each step as it is taken, synchronously; must not throw, and must not wait.
 *
 * What is public is counted at the flush: keep what changed since the last `sealed` call, and publish it at `flushed`.
 */
export interface JournalObserver {
  /** The group takes no more entries: what is applied from now on belongs to the next. */
  sealed?(sequence: number): void;
  /** Called before those who wait for the group go on. */
  flushed?(group: FlushedGroup): void;
  /** Once. The process must answer 503 from now on and exit. */
  failed?(failure: JournalFailed): void;
  snapshot?(outcome: SnapshotOutcome): void;
}

/** All who observe one journal. */
export class JournalObservers {
  #observers: readonly JournalObserver[] = [];

  /** Answers the way to end it. */
  add(observer: JournalObserver): () => void {
    this.#observers = [...this.#observers, observer];
    return () => {
      this.#observers = this.#observers.filter((other) => other !== observer);
    };
  }

  sealed(sequence: number): void {
    for (const observer of this.#observers) observer.sealed?.(sequence);
  }

  flushed(group: FlushedGroup): void {
    for (const observer of this.#observers) observer.flushed?.(group);
  }

  failed(failure: JournalFailed): void {
    for (const observer of this.#observers) observer.failed?.(failure);
  }

  snapshot(outcome: SnapshotOutcome): void {
    for (const observer of this.#observers) observer.snapshot?.(outcome);
  }
}
