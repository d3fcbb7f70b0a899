import type { DecisionClock } from './decision-clock.ts';
import type { Disk } from './disk.ts';
import { JournalFailed } from './errors.ts';
import { seedOf } from './format/file-header.ts';
import type { SnapshotFile } from './format/file-names.ts';
import type { Integrity } from './format/integrity.ts';
import { JournalObservers, type JournalObserver } from './journal-observer.ts';
import type { JournalLimits } from './journal-options.ts';
import type { RecordTable } from './record-table.ts';
import type { Scheduler } from './scheduler.ts';
import { Snapshots, type SnapshotOutcome } from './snapshot/snapshots.ts';
import type { TimeSource } from './time-source.ts';
import type { EntrySink, StagedRecord } from './unit.ts';
import { ignoreHere } from './writing/gathering-group.ts';
import { GroupCommit, type ChainEnd } from './writing/group-commit.ts';
import { SegmentLog, type OpenSegments } from './writing/segment-log.ts';

/** A clean stop takes a snapshot if the next start would replay more than this part of `snapshotEveryBytes`. */
const WORTHWHILE = 1 / 8;

/** What an open journal is made of; `openJournal` is the one who makes it. */
export interface JournalParts {
  readonly disk: Disk;
  readonly tables: readonly RecordTable<unknown>[];
  readonly limits: JournalLimits;
  readonly time: TimeSource;
  readonly scheduler: Scheduler;
  readonly clock: DecisionClock;
  readonly integrity: Integrity;
}

export interface CloseOptions {
  readonly snapshot: 'if_worthwhile' | 'never';
}

/** Where a journal begins to write. */
export interface JournalStart {
  readonly directoryId: Buffer;
  readonly open: OpenSegments;
  readonly end: ChainEnd;
  /** Newest first. */
  readonly snapshots: readonly SnapshotFile[];
  /** Bytes of groups that the next start would replay. */
  readonly bytesSinceSnapshot: number;
}

/**
 * The durable log of everything that was decided: entries go into groups, groups into segment files, one sync for each group.
 *
 * Goals: what is acknowledged survives the loss of power; an entry is there as a whole or not at all, and so is the order; damage is
 * told and never skipped; one promise for all who wait for a group.
 * Non-goals: reading single records back (the tables are the state), several writers, changing the past.
 */
export class Journal implements EntrySink {
  readonly #limits: JournalLimits;
  readonly #log: SegmentLog;
  readonly #commit: GroupCommit;
  readonly #snapshots: Snapshots;
  readonly #observers = new JournalObservers();
  #bytesSinceSnapshot: number;
  #closing: Promise<void> | undefined;

  constructor(parts: JournalParts, start: JournalStart) {
    const { disk, limits, time, scheduler, clock, integrity, tables } = parts;
    const { directoryId } = start;
    this.#limits = limits;
    this.#bytesSinceSnapshot = start.bytesSinceSnapshot;
    this.#log = new SegmentLog(disk, integrity, directoryId, limits.journalSegmentBytes, start.open);
    const sums = { integrity, seed: seedOf(directoryId, integrity) };
    this.#commit = new GroupCommit({ log: this.#log, limits, time, clock, scheduler, observers: this.#observers, sums }, start.end);
    const snapshotDeps = { disk, tables, time, scheduler, directoryId, integrity, sliceMs: limits.snapshotSliceMs };
    this.#snapshots = new Snapshots(snapshotDeps, this.#commit, this.#log, start.snapshots);
    this.#observers.add({ flushed: ({ bytes }) => this.#countTowardsSnapshot(bytes) });
  }

  /** The oldest group that is kept. */
  get firstSequence(): number {
    return this.#log.firstSequence;
  }

  /** The newest group that holds something applied; it may not be on disk yet. */
  get appliedSequence(): number {
    return this.#commit.appliedSequence;
  }

  /** The newest group on disk. */
  get durableSequence(): number {
    return this.#commit.durableSequence;
  }

  /** Why nothing is taken any more; undefined while all is well. */
  get failure(): JournalFailed | undefined {
    return this.#commit.failure;
  }

  /**
   * Adds the records as one entry to the group that is gathering. Throws `JournalFailed` after a failure, `LimitReached` for an entry
   * over `journalEntryBytes` or when the disk is a whole group behind; nothing is changed then.
   */
  append(records: readonly StagedRecord[]): void {
    this.#commit.append(records);
  }

  /** Resolves when all that was appended before is on disk: one promise for each group. Rejects with `JournalFailed`. */
  durable(): Promise<void> {
    return this.#commit.durable();
  }

  /**
   * Puts the clock's stamp on disk in a group of its own, before anything was appended. On a boot from which the journal has no stamp yet nobody may
   * be shown an instant before: if this process ended without a write and the wall clock were set back meanwhile, the next one would begin
   * earlier, and a hold that was over would be held again.
   */
  stamp(): Promise<void> {
    return this.#commit.stamp();
  }

  /** Answers the way to end it. An observer that comes after the failure is told of it at once. */
  subscribe(observer: JournalObserver): () => void {
    const end = this.#observers.add(observer);
    if (this.#commit.failure !== undefined) observer.failed?.(this.#commit.failure);
    return end;
  }

  /** Takes a snapshot now. Entries go on beside it. */
  async snapshot(): Promise<SnapshotOutcome> {
    this.#bytesSinceSnapshot = 0;
    const outcome = await this.#snapshots.take();
    this.#observers.snapshot(outcome);
    return outcome;
  }

  /** Keeps all groups from what `floor` answers on: somebody has not read them yet. */
  keepFrom(floor: () => number): void {
    this.#snapshots.keepFrom(floor);
  }

  /**
   * Waits for what was appended, takes a snapshot if that spares the next start much work, and closes. Afterwards `append` throws
   * `JournalFailed`. Rejects with `JournalFailed` if it could not write what was appended.
   */
  close(options: CloseOptions = { snapshot: 'if_worthwhile' }): Promise<void> {
    this.#closing ??= this.#close(options);
    return this.#closing;
  }

  async #close(options: CloseOptions): Promise<void> {
    const isWorthwhile = this.#bytesSinceSnapshot > this.#limits.snapshotEveryBytes * WORTHWHILE;
    if (options.snapshot === 'never') this.#snapshots.stop();
    else if (isWorthwhile && this.failure === undefined) await this.snapshot();
    await this.#snapshots.underWay;
    try {
      await this.#commit.close();
    } catch (failure) {
      // What could not be written matters more than that its file cannot be closed either.
      await this.#log.close().catch(ignoreHere);
      throw failure;
    }
    await this.#log.close().catch((cause: unknown) => {
      throw new JournalFailed('the journal could not be closed; what was acknowledged is on disk', { cause });
    });
  }

  #countTowardsSnapshot(bytes: number): void {
    this.#bytesSinceSnapshot += bytes;
    if (this.#bytesSinceSnapshot >= this.#limits.snapshotEveryBytes && this.#snapshots.underWay === undefined) void this.snapshot();
  }
}
