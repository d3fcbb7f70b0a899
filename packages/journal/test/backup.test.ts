import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { SeededRandom } from '@traffic-tacos/kernel';
import { backupJournal, restoreJournal } from '../src/backup.ts';
import { DiskError } from '../src/disk.ts';
import { CopyRefused, JournalDamaged } from '../src/errors.ts';
import { openFileDisk } from '../src/file-disk.ts';
import { SimDisk } from '../src/testing.ts';
import { assertFilled, fillGroups, openOn, ROOMY, segmentsOn, TINY } from './journal-under-test.ts';
import { History, sell, turns } from './on-sale.ts';

const root = mkdtempSync(join(tmpdir(), 'journal-backup-'));
after(() => rmSync(root, { recursive: true }));

test('a backup beside traffic, rotation and snapshots recovers to a state not older than its beginning', async () => {
  for (let seed = 1; seed <= 8; seed++) {
    const random = new SeededRandom(seed);
    const disk = new SimDisk({ seed, latency: () => turns(random.below(3)) });
    const opened = await openOn(disk, { limits: TINY });
    const history = new History();
    const selling = sell(opened, history, new SeededRandom(seed), 80);
    for (let round = 0; round < 6; round++) {
      const acknowledged = history.acknowledged;
      const copy = new SimDisk({ seed });
      const { lastSequence } = await backupJournal(disk, copy);
      const seen = new History();
      seen.entries = history.entries.slice();
      seen.acknowledged = acknowledged;
      const restored = new SimDisk({ seed });
      await restoreJournal(copy.powerCut(seed), restored);
      const recovered = await openOn(restored.powerCut(seed));
      seen.check(recovered);
      assert.deepEqual([recovered.found.lastSequence, recovered.found.tornBytes], [lastSequence, 0]);
      await turns(3);
    }
    await selling;
    assert.equal(history.acknowledged, history.entries.length);
  }
});

test('backup and restore between real folders', async () => {
  const [source, backup, target] = ['source', 'backup', 'target'].map((name) => openFileDisk(join(root, name)));
  assert.ok(source !== undefined && backup !== undefined && target !== undefined);
  const opened = await openOn(source, { limits: { ...TINY, snapshotEveryBytes: 1_000 } });
  await fillGroups(opened, 30);
  const report = await backupJournal(source, backup);
  assert.equal(report.lastSequence, 30);
  await fillGroups(opened, 3, 31);
  await restoreJournal(backup, target);
  const recovered = await openOn(target);
  assertFilled(recovered, 30);
  await recovered.journal.close();
  await opened.journal.close();
  assertFilled(await openOn(source), 33);
});

test('a backup into a directory that holds anything is refused, and so is one of nothing', async () => {
  const source = new SimDisk({ seed: 1 });
  await assert.rejects(backupJournal(source, new SimDisk({ seed: 2 })), CopyRefused);
  await fillGroups(await openOn(source, { limits: ROOMY }), 2);
  const used = new SimDisk({ seed: 2 });
  await used.create('letters.txt');
  await assert.rejects(backupJournal(source, used), CopyRefused);
  assert.deepEqual(await used.list(), ['letters.txt']);
});

test('files that a snapshot removes in the middle of a backup begin it again', async () => {
  const disk = new SimDisk({ seed: 1 });
  const opened = await openOn(disk, { limits: { ...TINY, journalSegmentBytes: 500, snapshotEveryBytes: 1e9 } });
  const round = async (first: number): Promise<void> => {
    await fillGroups(opened, 8, first);
    await opened.journal.snapshot();
  };
  await round(1);
  await round(9);
  let isFirst = true;
  const readAt = disk.readAt.bind(disk);
  disk.readAt = async (name, position, bytes) => {
    if (isFirst) {
      isFirst = false;
      await round(17);
      await round(25);
    }
    return readAt(name, position, bytes);
  };
  const copy = new SimDisk({ seed: 2 });
  assert.equal((await backupJournal(disk, copy)).lastSequence, 32);
  assertFilled(await openOn(copy), 32);
});

test('a backup of a damaged journal is refused, and its copy cannot be opened by mistake', async () => {
  const source = new SimDisk({ seed: 1 });
  await fillGroups(await openOn(source, { limits: ROOMY }), 5);
  source.flipBit((await segmentsOn(source))[0] ?? '', 150, 2);
  const copy = new SimDisk({ seed: 2 });
  await assert.rejects(backupJournal(source, copy), JournalDamaged);
  await assert.rejects(openOn(copy), CopyRefused);
});

test('a restore that broke off at any operation leaves a directory that refuses to start, or is whole', async () => {
  const source = new SimDisk({ seed: 1 });
  await fillGroups(await openOn(source, { limits: { ...TINY, snapshotEveryBytes: 1e9 } }), 20);
  const whole = new SimDisk({ seed: 2 });
  await restoreJournal(source, whole);
  const outcomes = { refused: 0, empty: 0, whole: 0 };
  for (let operation = 1; operation <= whole.operations; operation++) {
    const target = new SimDisk({ seed: operation });
    target.crashAt(operation);
    await assert.rejects(restoreJournal(source, target), DiskError);
    const left = target.powerCut(operation);
    if ((await left.list()).length === 0) outcomes.empty++;
    else if (await refusesToOpen(left)) outcomes.refused++;
    else outcomes.whole++;
  }
  assert.ok(outcomes.refused > 10 && outcomes.empty > 0 && outcomes.whole > 0, JSON.stringify(outcomes));
});

async function refusesToOpen(disk: SimDisk): Promise<boolean> {
  try {
    assertFilled(await openOn(disk), 20);
    return false;
  } catch (error) {
    assert.ok(error instanceof CopyRefused, String(error));
    return true;
  }
}
