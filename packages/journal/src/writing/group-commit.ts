import { invariant, LimitReached } from '@traffic-tacos/kernel';
import type { DecisionClock } from '../decision-clock.ts';
import { JournalFailed } from '../errors.ts';
import { bootIdBytes } from '../format/group.ts';
import type { Integrity } from '../format/integrity.ts';
import type { JournalLimits } from '../journal-options.ts';
import type { JournalObservers } from '../journal-observer.ts';
import type { Scheduler } from '../scheduler.ts';
import type { ClockStamp, TimeSource } from '../time-source.ts';
import type { EntrySink, StagedRecord } from '../unit.ts';
import { GatheringGroup, ignoreHere } from './gathering-group.ts';
import type { SealedGroup, SegmentLog } from './segment-log.ts';

const DONE = Promise.resolve();
const UNKNOWN_OUTCOME = 'the journal could not be written; what waited for it may or may not be there';

/** Where the chain ends: the newest group on disk. */
export interface ChainEnd {
  /** 0 before the first group. */
  readonly sequence: number;
  readonly sum: number;
}

export interface GroupCommitDeps {
  readonly log: SegmentLog;
  readonly limits: JournalLimits;
  readonly time: TimeSource;
  readonly clock: DecisionClock;
  readonly scheduler: Scheduler;
  readonly observers: JournalObservers;
  readonly sums: { readonly integrity: Integrity; readonly seed: number };
}

/**
 * Gathers entries into groups. The first entry after a quiet time waits for the end of the turn, so that a turn's entries share a
 * group; while one group is written the next one gathers, so that groups grow with the load.
 */
export class GroupCommit implements EntrySink {
  readonly #deps: GroupCommitDeps;
  readonly #begin = (): void => void this.#drain();
  #gathering: GatheringGroup;
  #spare: GatheringGroup;
  #flushing: GatheringGroup | undefined;
  #isScheduled = false;
  #previousSum: number;
  #durableSequence: number;
  #failure: JournalFailed | undefined;
  #refused = DONE;

  constructor(deps: GroupCommitDeps, end: ChainEnd) {
    this.#deps = deps;
    const bootId = bootIdBytes(deps.time.bootId);
    this.#gathering = new GatheringGroup(bootId);
    this.#gathering.begin(end.sequence + 1);
    this.#spare = new GatheringGroup(bootId);
    this.#previousSum = end.sum;
    this.#durableSequence = end.sequence;
  }

  /** The newest sequence that holds something that was applied. */
  get appliedSequence(): number {
    return this.#gathering.sequence - (this.#gathering.isEmpty ? 1 : 0);
  }

  /** The newest sequence that is on disk. */
  get durableSequence(): number {
    return this.#durableSequence;
  }

  /** The sequence of the group that takes entries now. */
  get gatheringSequence(): number {
    return this.#gathering.sequence;
  }

  get failure(): JournalFailed | undefined {
    return this.#failure;
  }

  /**
   * Adds one entry. Throws, and has changed nothing, `JournalFailed` after a failure and `LimitReached` for an entry over the limit or
   * when the disk is so far behind that a whole group waits already.
   */
  append(records: readonly StagedRecord[]): void {
    if (this.#failure !== undefined) throw this.#failure;
    const { journalEntryBytes, journalGroupBytes } = this.#deps.limits;
    const bytes = this.#gathering.add(records);
    if (bytes > journalEntryBytes) {
      this.#gathering.takeBack(bytes);
      throw new LimitReached(`an entry of ${bytes} bytes exceeds journalEntryBytes, ${journalEntryBytes}`);
    }
    if (this.#gathering.length > journalGroupBytes && this.#gathering.entries > 1) this.#spill(bytes, records);
    if (this.#flushing === undefined && !this.#isScheduled) {
      this.#isScheduled = true;
      this.#deps.scheduler.endOfTurn(this.#begin);
    }
  }

  /** Writes a group without entries, for its stamp. Only before the first `append`. Rejects with what the disk said. */
  async stamp(): Promise<void> {
    invariant(this.#gathering.isEmpty && this.#flushing === undefined, 'a stamp comes before all entries');
    const sealed = this.#seal();
    try {
      await this.#deps.log.write(sealed);
    } catch (error) {
      this.fail(new JournalFailed(UNKNOWN_OUTCOME, { cause: error }));
      throw error;
    }
    this.#settle(sealed.stamp);
  }

  durable(): Promise<void> {
    if (this.#failure !== undefined) return this.#refused;
    if (!this.#gathering.isEmpty) return this.#gathering.settled();
    return this.#flushing?.settled() ?? DONE;
  }

  /** Refuses everything from now on; whoever waits is told. */
  fail(failure: JournalFailed): void {
    if (this.#failure !== undefined) return;
    this.#failure = failure;
    this.#refused = Promise.reject(failure);
    this.#refused.catch(ignoreHere);
    this.#flushing?.reject(failure);
    this.#gathering.reject(failure);
    this.#deps.observers.failed(failure);
  }

  /** Waits until nothing is left to write, and takes nothing more. Rejects with `JournalFailed` if that cannot be done. */
  async close(): Promise<void> {
    do await this.durable();
    while (!this.#gathering.isEmpty);
    this.#failure = new JournalFailed('the journal is closed');
    this.#refused = Promise.reject(this.#failure);
    this.#refused.catch(ignoreHere);
  }

  /** The entry made the group too long: it goes into the next one, if the disk is ready for this one. */
  #spill(bytes: number, records: readonly StagedRecord[]): void {
    this.#gathering.takeBack(bytes);
    if (this.#flushing !== undefined) {
      throw new LimitReached(`the disk is behind: a group of ${this.#gathering.length} bytes waits already (journalGroupBytes)`);
    }
    void this.#drain();
    this.#gathering.add(records);
  }

  /**
   * Writes group after group until none waits. It handles every failure itself, so nobody needs to wait for it. Whether one waits is
   * seen in the turn in which the last one is durable: what those who waited for that one append then is a new quiet time's first entry.
   */
  async #drain(): Promise<void> {
    this.#isScheduled = false;
    if (this.#flushing !== undefined) return;
    try {
      while (!this.#gathering.isEmpty && this.#failure === undefined) {
        const sealed = this.#seal();
        await this.#deps.log.write(sealed);
        this.#settle(sealed.stamp);
      }
    } catch (error) {
      this.fail(new JournalFailed(UNKNOWN_OUTCOME, { cause: error }));
    }
  }

  /** Closes the gathering group; the next one gathers from here on. */
  #seal(): SealedGroup {
    const { clock, observers, sums } = this.#deps;
    const group = this.#gathering;
    const stamp = clock.stamp();
    const previousSum = this.#previousSum;
    this.#previousSum = group.seal({ previousSum, stamp }, sums.integrity, sums.seed);
    this.#flushing = group;
    this.#gathering = this.#spare;
    this.#gathering.begin(group.sequence + 1);
    observers.sealed(group.sequence);
    return { bytes: group.bytes(), sequence: group.sequence, previousSum, stamp };
  }

  /** The group is on disk: everybody is told. */
  #settle(stamp: ClockStamp): void {
    const group = this.#flushing;
    if (group === undefined) return;
    const { sequence, entries, length: bytes } = group;
    this.#durableSequence = sequence;
    this.#spare = group;
    this.#flushing = undefined;
    this.#deps.observers.flushed({ sequence, entries, bytes, flushMs: this.#deps.time.monotonicMs() - stamp.monotonicMs });
    group.resolve();
  }
}
