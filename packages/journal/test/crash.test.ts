import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SeededRandom } from '@traffic-tacos/kernel';
import { SimDisk } from '../src/testing.ts';
import { appendSplit, History, sell, tryOpen, turns } from './on-sale.ts';
import type { Setup } from './journal-under-test.ts';

const ENTRIES_PER_LIFE = 40;

function simDisk(seed: number): SimDisk {
  const random = new SeededRandom(seed + 1_000);
  return new SimDisk({ seed, latency: () => turns(random.below(2)) });
}

/** One process's life on the disk, as far as the disk lets it. */
async function live(disk: SimDisk, history: History, seed: number, setup: Setup): Promise<void> {
  const opened = await tryOpen(disk, setup);
  if (opened === undefined) return;
  history.check(opened);
  await sell(opened, history, new SeededRandom(seed), ENTRIES_PER_LIFE);
  await opened.journal.close({ snapshot: 'never' }).catch((error: unknown) => assert.ok(disk.isOff, String(error)));
}

async function operationsOfALife(seed: number): Promise<number> {
  const disk = simDisk(seed);
  await live(disk, new History(), seed, {});
  return disk.operations;
}

function restarted(disk: SimDisk, seed: number): SimDisk {
  return seed % 3 === 0 ? disk.killed(seed) : disk.powerCut(seed);
}

/**
 * The first life crashes in the operation of that number, the second at a random one, often in the middle of recovery. The third
 * comes to its end, and a fourth looks at what it left.
 */
async function crashLives(seed: number, operation: number, setup: Setup = {}, prepare = (disk: SimDisk): SimDisk => disk): Promise<void> {
  const history = new History();
  const random = new SeededRandom(seed * 10_007 + operation);
  let disk = prepare(simDisk(seed));
  disk.crashAt(operation);
  await live(disk, history, seed, setup);
  disk = prepare(restarted(disk, random.u32()));
  disk.crashAt(1 + random.below(60));
  await live(disk, history, random.u32(), setup);
  disk = prepare(restarted(disk, random.u32()));
  await live(disk, history, random.u32(), setup);
  assert.equal(history.acknowledged, history.entries.length, 'a life without a crash acknowledges everything');
  await live(restarted(disk, random.u32()), history, random.u32(), setup);
}

async function crashEverywhere(seed: number, setup: Setup = {}, prepare = (disk: SimDisk): SimDisk => disk): Promise<void> {
  const operations = await operationsOfALife(seed);
  for (let operation = 1; operation <= operations; operation++) {
    try {
      await crashLives(seed, operation, setup, prepare);
    } catch (error) {
      throw new assert.AssertionError({ message: `seed ${seed}, crash in operation ${operation}: ${String(error)}` });
    }
  }
}

for (let seed = 1; seed <= 12; seed++) {
  test(`S1: a crash in any disk operation of run ${seed} keeps what was acknowledged, and the rest whole or not at all`, async () => {
    await crashEverywhere(seed);
  });
}

/** What the check says about a planted bug: the first complaint in a few runs, or that there is none. */
async function complaintAbout(plant: (seed: number) => Promise<void>): Promise<string> {
  for (let seed = 1; seed <= 6; seed++) {
    try {
      await plant(seed);
    } catch (error) {
      return String(error);
    }
  }
  return 'no complaint';
}

const lyingAbout = (operation: 'sync' | 'sync_directory') => (disk: SimDisk) => {
  disk.lieAbout(operation);
  return disk;
};

test('S1: a journal that acknowledges before the sync is caught', async () => {
  assert.match(await complaintAbout((seed) => crashEverywhere(seed, {}, lyingAbout('sync'))), /acknowledged|JournalDamaged/);
});

test('S1: a journal that does not sync the directory of a new segment is caught', async () => {
  assert.match(await complaintAbout((seed) => crashEverywhere(seed, {}, lyingAbout('sync_directory'))), /acknowledged|JournalDamaged/);
});

test('S1: an entry that is split over groups is caught', async () => {
  const complaint = await complaintAbout(async (seed) => {
    for (let operation = 10; operation < 60; operation++) {
      const disk = simDisk(seed);
      disk.crashAt(operation);
      const history = new History();
      const opened = await tryOpen(disk);
      if (opened !== undefined) await sell(opened, history, new SeededRandom(seed), ENTRIES_PER_LIFE, appendSplit);
      const after = await tryOpen(disk.powerCut(operation));
      if (after !== undefined) history.check(after);
    }
  });
  assert.match(complaint, /the (left|right) table after/);
});
