import { DiskError, type Disk } from '../disk.ts';
import { SNAPSHOT_DRAFT, snapshotName, type SnapshotFile } from '../format/file-names.ts';
import type { Integrity } from '../format/integrity.ts';
import type { RecordTable } from '../record-table.ts';
import { nextTurn, type Scheduler } from '../scheduler.ts';
import type { TimeSource } from '../time-source.ts';
import type { GroupCommit } from '../writing/group-commit.ts';
import type { SegmentLog } from '../writing/segment-log.ts';
import { SnapshotWriter } from './snapshot-writer.ts';

/** Rows asked for between two looks at the clock. */
const ROWS_AT_ONCE = 128;
const KEPT_SNAPSHOTS = 2;

export type SnapshotOutcome =
  | ({ readonly kind: 'taken'; readonly records: number; readonly bytes: number; readonly tookMs: number } & SnapshotTaken)
  /** Nothing was written since the newest one began. */
  | { readonly kind: 'unchanged'; readonly file: string }
  /** The journal failed, or was closed, before it was done. */
  | { readonly kind: 'abandoned' }
  /** The disk refused; the journal itself goes on, and recovery has more to replay. */
  | { readonly kind: 'failed'; readonly why: string };

export interface SnapshotTaken {
  readonly file: string;
  /** Replay begins here. */
  readonly from: number;
  readonly through: number;
  /** Older snapshots and segments that are not needed any more. */
  readonly removed: readonly string[];
  /** Why some of those are still there. */
  readonly leftBehind: string | undefined;
}

export interface SnapshotDeps {
  readonly disk: Disk;
  readonly tables: readonly RecordTable<unknown>[];
  readonly time: TimeSource;
  readonly scheduler: Scheduler;
  readonly directoryId: Buffer;
  readonly integrity: Integrity;
  readonly sliceMs: number;
}

/**
 * Takes fuzzy snapshots: the tables are walked in short slices while entries go on being applied. What the walk saw too early or too
 * late is in the groups from `from` on, which are replayed over it.
 */
export class Snapshots {
  readonly #deps: SnapshotDeps;
  readonly #commit: GroupCommit;
  readonly #log: SegmentLog;
  readonly #floors: (() => number)[] = [];
  /** Newest first. */
  #kept: SnapshotFile[];
  #underWay: Promise<SnapshotOutcome> | undefined;
  #isStopped = false;

  constructor(deps: SnapshotDeps, commit: GroupCommit, log: SegmentLog, kept: readonly SnapshotFile[]) {
    this.#deps = deps;
    this.#commit = commit;
    this.#log = log;
    this.#kept = [...kept];
  }

  get underWay(): Promise<SnapshotOutcome> | undefined {
    return this.#underWay;
  }

  /** Groups from what `floor` answers on are kept, whatever snapshots there are. */
  keepFrom(floor: () => number): void {
    this.#floors.push(floor);
  }

  /** Takes one now, or joins the one that is being taken. Never rejects but for a bug. */
  take(): Promise<SnapshotOutcome> {
    this.#underWay ??= this.#take().finally(() => {
      this.#underWay = undefined;
    });
    return this.#underWay;
  }

  /** Abandons the one that is being taken. */
  stop(): void {
    this.#isStopped = true;
  }

  async #take(): Promise<SnapshotOutcome> {
    const startedMs = this.#deps.time.monotonicMs();
    const from = this.#commit.gatheringSequence;
    const newest = this.#kept[0];
    if (newest !== undefined && newest.from === from) return { kind: 'unchanged', file: newest.name };
    try {
      const draft = await this.#write(from);
      if (draft === undefined) return await this.#giveUp({ kind: 'abandoned' });
      const taken = await this.#publish({ name: snapshotName(from, draft.through), from, through: draft.through });
      return { ...taken, kind: 'taken', records: draft.records, bytes: draft.bytes, tookMs: this.#deps.time.monotonicMs() - startedMs };
    } catch (error) {
      if (error instanceof DiskError) return await this.#giveUp({ kind: 'failed', why: error.message });
      if (this.#commit.failure !== undefined) return await this.#giveUp({ kind: 'abandoned' });
      throw error;
    }
  }

  /** Gives the draft's room back: a full disk needs it. */
  async #giveUp(outcome: SnapshotOutcome): Promise<SnapshotOutcome> {
    try {
      await this.#removeDraft();
    } catch (error) {
      if (!(error instanceof DiskError)) throw error;
      return { kind: 'failed', why: `${outcome.kind}, and its draft cannot be removed: ${error.message}` };
    }
    return outcome;
  }

  async #removeDraft(): Promise<void> {
    const { disk } = this.#deps;
    if ((await disk.list()).includes(SNAPSHOT_DRAFT)) await disk.remove(SNAPSHOT_DRAFT);
  }

  async #write(from: number): Promise<{ through: number; records: number; bytes: number } | undefined> {
    const { disk, directoryId, integrity } = this.#deps;
    await this.#removeDraft();
    const file = await disk.create(SNAPSHOT_DRAFT);
    try {
      const writer = await SnapshotWriter.begin(file, { directoryId, firstSequence: from }, integrity);
      for (const table of this.#deps.tables) if (!(await this.#walk(table, writer))) return undefined;
      const through = this.#commit.appliedSequence;
      await writer.end(through);
      return { through, records: writer.records, bytes: writer.bytes };
    } finally {
      await file.close();
    }
  }

  /** Answers false when it was stopped on the way. */
  async #walk(table: RecordTable<unknown>, writer: SnapshotWriter): Promise<boolean> {
    const { time, scheduler, sliceMs } = this.#deps;
    const visit = (record: unknown): void => writer.add(table, record);
    for (let cursor = 0; cursor !== -1; ) {
      if (this.#isStopped || this.#commit.failure !== undefined) return false;
      const endMs = time.monotonicMs() + sliceMs;
      do cursor = table.scan(cursor, ROWS_AT_ONCE, visit);
      while (cursor !== -1 && !writer.isBlockFull && time.monotonicMs() < endMs);
      if (writer.isBlockFull) await writer.flush();
      await nextTurn(scheduler);
    }
    return true;
  }

  /** Gives the draft its name, once the journal has everything that it may hold. */
  async #publish(file: SnapshotFile): Promise<SnapshotTaken> {
    const { disk } = this.#deps;
    await this.#commit.durable();
    await disk.rename(SNAPSHOT_DRAFT, file.name);
    await disk.syncDirectory();
    this.#kept.unshift(file);
    const removed: string[] = [];
    let leftBehind: string | undefined;
    try {
      await this.#removeOld(removed);
    } catch (error) {
      if (!(error instanceof DiskError)) throw error;
      leftBehind = error.message;
    }
    return { file: file.name, from: file.from, through: file.through, removed, leftBehind };
  }

  /** Keeps two snapshots, and the segments since the older one. */
  async #removeOld(removed: string[]): Promise<void> {
    const { disk } = this.#deps;
    for (let oldest = this.#kept.at(-1); oldest !== undefined && this.#kept.length > KEPT_SNAPSHOTS; oldest = this.#kept.at(-1)) {
      await disk.remove(oldest.name);
      this.#kept.pop();
      removed.push(oldest.name);
    }
    const older = this.#kept[KEPT_SNAPSHOTS - 1];
    if (older === undefined) return;
    await disk.syncDirectory();
    const keepFrom = this.#floors.reduce((lowest, floor) => Math.min(lowest, floor()), older.from);
    removed.push(...(await this.#log.removeBefore(keepFrom)));
  }
}
