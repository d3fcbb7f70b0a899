import assert from 'node:assert/strict';
import { test } from 'node:test';
import { epochMs, SeededRandom } from '@traffic-tacos/kernel';
import type { WriteBatch } from '../src/history/history-file.ts';
import { GroupFeed } from '../src/history/group-feed.ts';
import { HistoryRefused, HistoryUnreadable } from '../src/history/history-errors.ts';
import { HistoryMover, type MovableTable } from '../src/history/mover.ts';
import { SimDisk } from '../src/testing.ts';
import { openOn, ROOMY, segmentsOn, setLeft } from './journal-under-test.ts';
import { live, Lives, PlantedCrash, type Planted } from './history-life.ts';

const STEPS = 40;
const SEEDS = [1, 2];

/** Lives with a crash in the operation of that number of the first one, then at random, then none. */
async function crashLives(seed: number, operation: number, planted: Planted = {}, losesLog = false, steps = STEPS): Promise<Lives> {
  const lives = new Lives(planted);
  const random = new SeededRandom(seed * 10_007 + operation);
  try {
    let disk = new SimDisk({ seed });
    for (const crashAt of [operation, 1 + random.below(200), undefined, undefined]) {
      if (crashAt !== undefined) disk.crashAt(crashAt);
      await live(disk, lives, random.u32(), steps);
      disk = random.below(2) === 0 ? disk.killed(random.u32()) : disk.powerCut(random.u32());
      if (losesLog) lives.loseWriteAheadLog();
    }
    return lives;
  } finally {
    lives.discard();
  }
}

async function operationsOfALife(seed: number): Promise<number> {
  const lives = new Lives();
  const disk = new SimDisk({ seed });
  await live(disk, lives, seed, STEPS);
  lives.discard();
  return disk.operations;
}

for (const losesLog of [false, true]) {
  const how = losesLog ? 'when the write-ahead log of the history is lost with it' : 'with the history as it was committed';
  test(`S1, I4: a crash in any disk operation, ${how}: what was acknowledged is in memory or in the history`, async () => {
    let moved = 0;
    for (const seed of SEEDS) {
      const operations = await operationsOfALife(seed);
      for (let operation = 1; operation <= operations; operation += 41) moved += (await crashLives(seed, operation, {}, losesLog)).moved;
    }
    assert.ok(moved > 40, `only ${moved} rows have left memory`);
  });
}

/** Runs lives until one shows the bug. */
async function finds(planted: Planted, losesLog: boolean, expected: RegExp): Promise<void> {
  for (let operation = 20; operation < 200; operation += 7) {
    try {
      await crashLives(operation, operation * 5, planted, losesLog, 5 * STEPS);
    } catch (error) {
      assert.match(String(error), expected);
      return;
    }
  }
  assert.fail('nobody noticed');
}

test('planted: a record that leaves memory before the history has it is found lost', () =>
  finds({ leavesEarly: true }, false, /is lost|acknowledged .* found/));

test('planted: segments that go above what the history has for certain are found missing', async () => {
  const seldom = { checkpointsSeldom: true };
  for (let operation = 100; operation < 300; operation += 100) await crashLives(operation, operation * 5, seldom, true, 5 * STEPS);
  await finds({ ...seldom, cutsSegments: true }, true, /HistoryRefused: The history ends at group/);
});

test('planted: rows that are committed after how far they reach are found lost', async () => {
  let writes = 0;
  const apart: WriteBatch = (database, writeRows, writeApplied) => {
    writeApplied();
    if (++writes % 3 === 0) throw new PlantedCrash('between the two');
    database.exec('BEGIN');
    writeRows();
    database.exec('COMMIT');
  };
  await finds({ writeBatch: apart }, false, /is lost|acknowledged .* found/);
});

test('S2: the start is refused, with the way back, where history and journal are not of one time or one journal', async () => {
  const lives = new Lives();
  try {
    const disk = new SimDisk({ seed: 5 });
    await live(disk, lives, 5, STEPS);
    const again = disk.killed(1);
    const refused = (mismatch: string, what: RegExp) => (error: unknown) =>
      error instanceof HistoryRefused && error.mismatch === mismatch && what.test(error.message) && /Restore a backup|restore a backup/.test(error.message);
    await assert.rejects(live(new SimDisk({ seed: 6 }), lives, 6, 1), refused('ahead', /ends at group \d+, and there is no journal/));
    lives.pretend(10_000);
    await assert.rejects(live(again, lives, 6, 1), refused('ahead', /ends at group 10000, and the journal at group/));
    const { journalId } = lives;
    lives.pretend(10, 'f'.repeat(32));
    await assert.rejects(live(again, lives, 6, 1), refused('foreign', /is that of the journal f+/));
    await assert.rejects(lives.carryOver(again), refused('foreign', /is that of the journal f+/));
    assert.equal(lives.journalId, 'f'.repeat(32), 'nothing of this journal has been carried into it');
    lives.pretend(0, journalId);
    await assert.rejects(live(await withoutFirstSegment(again), lives, 6, 1), refused('behind', /ends at group 0, and the journal begins at group/));
  } finally {
    lives.discard();
  }
});

/** As a snapshot lets them go. */
async function withoutFirstSegment(disk: SimDisk): Promise<SimDisk> {
  const copy = disk.killed(1);
  for (const name of (await segmentsOn(copy)).slice(0, 1)) await copy.remove(name);
  return copy;
}

test('groups of any size are carried over: many in one read, one longer than a read, and over the seal of a segment', async () => {
  const { feed, written, journalId } = await groupsOf([10, 10, 2_500_000, 10, 1_200_000, 10]);
  const seen: number[] = [];
  for (let isRead = true; isRead; ) {
    isRead = await feed.read(written, (_type, _layout, _bytes, start, end) => seen.push(end - start));
    assert.equal(feed.journalId, journalId, 'also where a read ends with a segment');
  }
  assert.deepEqual(seen.map((bytes) => Math.round(bytes / 1000)), [0, 0, 2500, 0, 1200, 0]);
  assert.equal(feed.next, written + 1);
  assert.equal(await feed.read(written, () => assert.fail()), false);
  await assert.rejects(feed.read(written + 1, () => undefined), /group \d+ is not there/);
});

test('a record of which it cannot be told whether it may leave stays, and the others leave', () => {
  const left: number[] = [];
  const table: MovableTable = {
    name: 'rows', live: 3, limit: 3,
    visitEnded: (_cursor, _budget, _untilMs, visit) => {
      for (const row of [0, 1, 2]) visit(row, 1);
      return -1;
    },
    evict: (row) => {
      if (row === 1) throw new HistoryUnreadable('a page is damaged');
      left.push(row);
      return true;
    },
  };
  const mover = new HistoryMover({ tables: [table], graceMs: 0, nowMs: () => epochMs(1), monotonicMs: () => 0, appliedToMemory: () => 1, committed: () => 1 });
  mover.step(1);
  assert.deepEqual([left, mover.moved], [[0, 2], 2]);
});

/** A journal with a group for each number of characters, in segments of two megabytes. */
async function groupsOf(sizes: readonly number[]): Promise<{ readonly feed: GroupFeed; readonly written: number; readonly journalId: string }> {
  const disk = new SimDisk({ seed: 3 });
  const opened = await openOn(disk, { limits: { ...ROOMY, journalSegmentBytes: 2_000_000 } });
  for (const [key, size] of sizes.entries()) {
    setLeft(opened, key + 1, 1, 'x'.repeat(size));
    await opened.units.durable();
  }
  const written = opened.journal.durableSequence;
  await opened.journal.close({ snapshot: 'never' });
  return { feed: new GroupFeed(disk.killed(1), 1), written, journalId: opened.found.directoryId };
}
