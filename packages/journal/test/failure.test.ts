import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SeededRandom, Unavailable } from '@traffic-tacos/kernel';
import { JournalDamaged, JournalFailed } from '../src/errors.ts';
import { SimDisk, type DiskOperation } from '../src/testing.ts';
import { assertFilled, fillGroups, openOn, ROOMY, setLeft, TINY, type Opened } from './journal-under-test.ts';
import { History, sell, tryOpen, turns } from './on-sale.ts';

function latentDisk(seed: number, capacityBytes = Number.POSITIVE_INFINITY): SimDisk {
  const random = new SeededRandom(seed);
  return new SimDisk({ seed, capacityBytes, latency: () => turns(random.below(2)) });
}

/** Sells on a disk that fails, then looks at what a restart and a power cut would find. */
async function sellUntilFailure(disk: SimDisk, seed: number): Promise<number> {
  const history = new History();
  const opened = await tryOpen(disk, { limits: { ...TINY, snapshotEveryBytes: 1_000_000 } });
  if (opened === undefined) return 0;
  const failures: JournalFailed[] = [];
  opened.journal.subscribe({ failed: (failure) => failures.push(failure) });
  await sell(opened, history, new SeededRandom(seed), 60);
  if (opened.journal.failure === undefined) return 0;
  assert.deepEqual(failures, [opened.journal.failure]);
  assert.throws(() => setLeft(opened, 1, 1), JournalFailed);
  await assert.rejects(opened.journal.durable(), JournalFailed);
  const { acknowledged } = history;
  await turns(5);
  assert.equal(history.acknowledged, acknowledged, 'nothing is acknowledged after the failure');
  await checkRestarts(disk, history, seed);
  return 1;
}

/** The next process sees the page cache of this one; what it then acknowledges must survive a power cut. */
async function checkRestarts(disk: SimDisk, history: History, seed: number): Promise<void> {
  disk.capacityBytes = Number.POSITIVE_INFINITY;
  const next = disk.killed(seed + 1);
  next.capacityBytes = Number.POSITIVE_INFINITY;
  const opened = await openOn(next);
  history.check(opened);
  await sell(opened, history, new SeededRandom(seed), 10);
  assert.equal(history.acknowledged, history.entries.length);
  history.check(await openOn(next.powerCut(seed + 2)));
}

async function failEverywhere(operation: DiskOperation): Promise<number> {
  let failed = 0;
  for (let after = 1; after < 40; after++) {
    const disk = latentDisk(after);
    const opened = await openOn(disk, { limits: ROOMY });
    await opened.journal.close({ snapshot: 'never' });
    disk.fail(operation, after);
    failed += await sellUntilFailure(disk, after);
  }
  return failed;
}

test('S3: a failing sync, at any time: no acknowledgement after it, waiters told, consistent after a restart', async () => {
  assert.ok((await failEverywhere('sync')) > 10);
});

test('S3: a failing append, at any time: no acknowledgement after it, waiters told, consistent after a restart', async () => {
  assert.ok((await failEverywhere('append')) > 10);
});

test('S3: a failing directory sync at the making of a segment: no acknowledgement after it, consistent after a restart', async () => {
  assert.ok((await failEverywhere('sync_directory')) > 3);
});

test('S3: a full disk, at any size: no acknowledgement after it, waiters told, consistent after a restart', async () => {
  let failed = 0;
  for (let bytes = 500; bytes < 9_000; bytes += 180) failed += await sellUntilFailure(latentDisk(bytes, bytes), bytes);
  assert.ok(failed > 20);
});

test('S3: all who wait are told of the failure, and whoever observes later is told too', async () => {
  const disk = new SimDisk({ seed: 1, latency: () => turns(2) });
  const opened = await openOn(disk, { limits: ROOMY });
  disk.fail('sync');
  setLeft(opened, 1, 10);
  const writing = opened.journal.durable();
  await turns(1);
  setLeft(opened, 2, 20);
  const gathering = opened.journal.durable();
  assert.notEqual(writing, gathering);
  await assert.rejects(writing, JournalFailed);
  await assert.rejects(gathering, Unavailable);
  let told = 0;
  opened.journal.subscribe({ failed: () => told++ });
  assert.equal(told, 1);
  await assert.rejects(opened.journal.close(), JournalFailed);
});

test('S3: groups that only the page cache has after a failed sync are written anew before anything builds on them', async () => {
  for (let seed = 1; seed <= 30; seed++) {
    const { disk, isThere } = await failedSync(seed);
    const opened = await openOn(disk, { limits: ROOMY });
    await fillGroups(opened, 2, isThere ? 4 : 3);
    assertFilled(await openOn(disk.powerCut(seed), { limits: ROOMY }), isThere ? 5 : 4);
  }
});

test('S3: a recovery that does not make durable what it read from the page cache is caught', async () => {
  let caught = 0;
  for (let seed = 1; seed <= 30; seed++) {
    const { disk, isThere } = await failedSync(seed);
    disk.lieAbout('sync');
    const opened = await openOn(disk, { limits: ROOMY });
    await opened.journal.close({ snapshot: 'never' });
    const after = await openOn(disk.powerCut(seed), { limits: ROOMY }).catch((error: unknown) => error);
    if (after instanceof JournalDamaged || (after as Opened).left.size < (isThere ? 3 : 2)) caught++;
  }
  assert.ok(caught > 0);
});

/** Two groups on disk, and a third whose sync failed; the process has ended, the machine has not. */
async function failedSync(seed: number): Promise<{ disk: SimDisk; isThere: boolean }> {
  const disk = new SimDisk({ seed });
  const opened = await openOn(disk, { limits: ROOMY });
  await fillGroups(opened, 2);
  disk.fail('sync');
  setLeft(opened, 3, 30);
  await assert.rejects(opened.units.durable(), JournalFailed);
  const next = disk.killed(seed);
  const isThere = (await openOn(next.killed(seed), { limits: ROOMY })).left.size === 3;
  return { disk: disk.killed(seed), isThere };
}
