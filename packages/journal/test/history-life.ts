import assert from 'node:assert/strict';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { epochMs, SeededRandom } from '@traffic-tacos/kernel';
import { HistoryFile, type WriteBatch } from '../src/history/history-file.ts';
import type { HistoryShape } from '../src/history/history-shape.ts';
import { HistoryReader } from '../src/history/history-reader.ts';
import { HistoryMover } from '../src/history/mover.ts';
import { Projector } from '../src/history/projector.ts';
import { openJournal, type OpenedJournal } from '../src/open-journal.ts';
import type { RecordTable } from '../src/record-table.ts';
import { eventLoop } from '../src/scheduler.ts';
import { ManualTimeSource, type SimDisk, type Tally } from '../src/testing.ts';
import { Units } from '../src/unit.ts';
import { ENDED, LeavingTable, TALLY_SHAPE } from './history-table.ts';
import { TINY } from './journal-under-test.ts';

const SHAPES: readonly HistoryShape<unknown>[] = [TALLY_SHAPE as HistoryShape<unknown>];
const KEYS = 40;

/** Bugs, planted. */
export interface Planted {
  readonly writeBatch?: WriteBatch;
  /** Rows leave whatever the history has committed. */
  readonly leavesEarly?: boolean;
  /** Segments go as soon as the history has committed what they hold, also where only its write-ahead log has it. */
  readonly cutsSegments?: boolean;
  /** No bug: checkpoints so seldom that snapshots come in between. */
  readonly checkpointsSeldom?: boolean;
}

/** The process ends in the middle of a commit. */
export class PlantedCrash extends Error {
  override readonly name = 'PlantedCrash';
}

/** The history's file over all lives on one disk, and what has been acknowledged in them. */
export class Lives {
  readonly folder = mkdtempSync(join(tmpdir(), 'tacos-history-'));
  readonly path = join(this.folder, 'history.sqlite');
  readonly #checkpointed = join(this.folder, 'checkpointed.sqlite');
  /** The newest acknowledged image of each key; and those whose fate is not known. */
  readonly acknowledged = new Map<number, Tally>();
  readonly unknown = new Map<number, Tally[]>();
  readonly planted: Planted;
  moved = 0;
  #hasCopy = false;

  constructor(planted: Planted = {}) {
    this.planted = planted;
  }

  discard(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** What a damaged write-ahead log leaves: the main file, as of the last whole checkpoint. */
  loseWriteAheadLog(): void {
    for (const end of ['-wal', '-shm']) rmSync(this.path + end, { force: true });
    if (this.#hasCopy) copyFileSync(this.#checkpointed, this.path);
    else rmSync(this.path, { force: true });
  }

  get journalId(): string {
    const file = HistoryFile.open(this.path, SHAPES);
    file.close();
    return file.journalId;
  }

  /** Another history than the one that was written. */
  pretend(appliedSequence: number, journalId?: string): void {
    const file = HistoryFile.open(this.path, SHAPES);
    file.write([], appliedSequence, journalId ?? file.journalId);
    file.close();
  }

  /** What a start does before recovery. */
  async carryOver(disk: SimDisk): Promise<void> {
    const file = HistoryFile.open(this.path, SHAPES);
    await new Projector(disk, file, SHAPES).runSealed().finally(() => file.close());
  }

  keepCheckpoint(): void {
    copyFileSync(this.path, this.#checkpointed);
    this.#hasCopy = true;
  }
}

interface Life extends OpenedJournal {
  readonly table: LeavingTable;
  readonly units: Units;
}

/** Opens journal and history; checks what is there; works until the end, or until the disk goes off. */
export async function live(disk: SimDisk, lives: Lives, seed: number, steps: number): Promise<void> {
  const random = new SeededRandom(seed);
  const file = HistoryFile.open(lives.path, SHAPES, lives.planted.writeBatch);
  const reader = new HistoryReader(lives.path);
  try {
    if (file.appliedSequence === undefined) file.write([], 0, '');
    const life = await open(disk, file, reader);
    check(life.table, lives);
    await work(life, { disk, lives, file, random, steps });
    await life.journal.close({ snapshot: 'never' });
  } catch (error) {
    if (!disk.isOff && !(error instanceof PlantedCrash)) throw error;
  } finally {
    reader.close();
    if (file.isOpen) file.close();
  }
}

async function open(disk: SimDisk, file: HistoryFile, reader: HistoryReader): Promise<Life> {
  const table = new LeavingTable(reader);
  const history = { appliedSequence: file.appliedSequence ?? 0, journalId: file.journalId };
  const tables = [table] as readonly RecordTable<unknown>[];
  const deps = { disk, tables, limits: TINY, time: new ManualTimeSource(), scheduler: eventLoop, random: new SeededRandom(7) };
  const opened = await openJournal(deps, { history });
  return { ...opened, table, units: new Units(opened.journal, 5) };
}

/** Everything acknowledged is there, in memory or in the history; what was not is there as a whole or not at all. */
function check(table: LeavingTable, lives: Lives): void {
  for (const [key, tally] of lives.acknowledged) {
    const found = table.read(key);
    const possible = [tally, ...(lives.unknown.get(key) ?? [])];
    assert.ok(found !== undefined, `key ${key} was acknowledged in version ${tally.version} and is lost`);
    assert.ok(possible.some((image) => JSON.stringify(image) === JSON.stringify(found)), `key ${key}: acknowledged ${JSON.stringify(tally)}, found ${JSON.stringify(found)}`);
    lives.acknowledged.set(key, found);
  }
  for (const [key, images] of lives.unknown) {
    const found = table.read(key);
    if (found !== undefined && images.some(({ version }) => version === found.version)) lives.acknowledged.set(key, found);
  }
  lives.unknown.clear();
}

interface Work {
  readonly disk: SimDisk;
  readonly lives: Lives;
  readonly file: HistoryFile;
  readonly random: SeededRandom;
  readonly steps: number;
}

async function work(life: Life, { disk, lives, file, random, steps }: Work): Promise<void> {
  const { journal, table } = life;
  const projector = new Projector(disk, file, SHAPES);
  let checkpointed = 0;
  journal.keepFrom(() => (lives.planted.cutsSegments === true ? (file.appliedSequence ?? 0) : checkpointed) + 1);
  const mover = new HistoryMover({
    tables: [table], graceMs: 0, nowMs: () => epochMs(1), monotonicMs: ticking(), appliedToMemory: () => journal.appliedSequence,
    committed: () => (lives.planted.leavesEarly === true ? Number.MAX_SAFE_INTEGER : (file.appliedSequence ?? 0)),
  });
  for (let step = 0; step < steps; step++) {
    await change(life, lives, random);
    const dice = random.below(10);
    if (dice < 4) await projector.run(journal.durableSequence);
    const isTime = lives.planted.checkpointsSeldom === true ? step % 150 === 20 : dice === 4;
    if (isTime && file.checkpoint()) {
      checkpointed = file.appliedSequence ?? 0;
      lives.keepCheckpoint();
    }
    if (dice >= 3) mover.step(1_000);
  }
  lives.moved += mover.moved;
}

async function change({ table, units }: Life, lives: Lives, random: SeededRandom): Promise<void> {
  const key = 1 + random.below(KEYS);
  const next = table.next(key, random.below(1_000), random.below(2) === 0 ? ENDED : 'r'.repeat(random.below(40)));
  lives.unknown.set(key, [...(lives.unknown.get(key) ?? []), next]);
  await units.run((unit) => unit.write(table as RecordTable<Tally>, next));
  lives.acknowledged.set(key, next);
  lives.unknown.delete(key);
}

/** Every look is a second on, so that each walk over the rows may begin. */
function ticking(): () => number {
  let nowMs = 0;
  return () => (nowMs += 100);
}
