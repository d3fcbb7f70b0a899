import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SeededRandom } from '@traffic-tacos/kernel';
import { JournalDamaged } from '../src/errors.ts';
import { readJournal } from '../src/read-journal.ts';
import { SimDisk, TallyTable } from '../src/testing.ts';
import { fillGroups, openOn, ROOMY, segmentsOn, TINY } from './journal-under-test.ts';
import { History, sell, turns } from './on-sale.ts';

function busyDisk(seed: number): SimDisk {
  const random = new SeededRandom(seed);
  return new SimDisk({ seed, latency: () => turns(random.below(3)) });
}

async function read(disk: SimDisk) {
  const [left, right] = [new TallyTable(1), new TallyTable(2)];
  return { report: await readJournal(disk, [left, right]), left, right };
}

test('a reader beside the running process sees a state that was, not older than the call, and changes nothing', async () => {
  for (let seed = 1; seed <= 8; seed++) {
    const disk = busyDisk(seed);
    const opened = await openOn(disk, { limits: TINY });
    const history = new History();
    const selling = sell(opened, history, new SeededRandom(seed), 80);
    for (let reading = 0; reading < 12; reading++) {
      const acknowledged = history.acknowledged;
      const { left, right, report } = await read(disk);
      assert.equal(report.kind, 'read');
      const seen = new History();
      seen.entries = history.entries.slice();
      seen.acknowledged = acknowledged;
      seen.check({ ...opened, left, right });
      await turns(2);
    }
    await selling;
    assert.equal(opened.journal.failure, undefined);
    assert.equal(history.acknowledged, history.entries.length);
  }
});

test('a reader leaves a torn tail where it is, and says how long it is', async () => {
  const disk = new SimDisk({ seed: 1 });
  const opened = await openOn(disk, { limits: ROOMY });
  await fillGroups(opened, 3);
  const [name = ''] = await segmentsOn(disk);
  const torn = disk.killed(2);
  await torn.truncate(name, (await torn.size(name)) - 10);
  const bytes = await torn.read(name);
  const { report, left } = await read(torn);
  assert.ok(report.kind === 'read' && report.tornBytes > 0 && report.lastSequence === 2);
  assert.equal(report.lastStamp?.bootId, 'boot-1');
  assert.equal(left.sum, 30);
  assert.deepEqual(await torn.read(name), bytes);
});

test('a reader reports damage, and that a directory holds no journal', async () => {
  assert.deepEqual((await read(new SimDisk({ seed: 1 }))).report, { kind: 'no_journal' });
  const disk = new SimDisk({ seed: 1 });
  await fillGroups(await openOn(disk, { limits: ROOMY }), 4);
  const [name = ''] = await segmentsOn(disk);
  disk.flipBit(name, 200, 3);
  await assert.rejects(read(disk), JournalDamaged);
});

test('without tables every group that is kept is checked, those before the snapshot too', async () => {
  const disk = new SimDisk({ seed: 1 });
  const opened = await openOn(disk, { limits: { ...TINY, journalSegmentBytes: 400, snapshotEveryBytes: 1e9 } });
  await fillGroups(opened, 12);
  await opened.journal.snapshot();
  assert.equal((await readJournal(disk)).kind, 'read');
  const [name = ''] = await segmentsOn(disk);
  disk.flipBit(name, 100, 3);
  assert.equal((await read(disk)).report.kind, 'read');
  await assert.rejects(readJournal(disk), JournalDamaged);
});
