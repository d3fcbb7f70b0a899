import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JournalLimits } from '../src/journal-options.ts';
import { readJournal } from '../src/read-journal.ts';
import type { SnapshotOutcome } from '../src/snapshot/snapshots.ts';
import { SimDisk } from '../src/testing.ts';
import { assertFilled, fillGroups, openOn, segmentsOn, snapshotsOn, TINY, type Opened } from './journal-under-test.ts';
import { turns } from './on-sale.ts';

/** Segments of a few groups, snapshots only when asked for. */
const BY_HAND: JournalLimits = { ...TINY, journalSegmentBytes: 500, snapshotEveryBytes: 1_000_000 };

async function openByHand(disk: SimDisk): Promise<Opened> {
  return openOn(disk, { limits: BY_HAND });
}

async function closed(opened: Opened): Promise<void> {
  await opened.journal.close({ snapshot: 'never' });
}

/** Two snapshots, after 8 and after 16 groups, and 4 groups more. */
async function diskWithTwoSnapshots(): Promise<SimDisk> {
  const disk = new SimDisk({ seed: 1 });
  const opened = await openByHand(disk);
  await fillGroups(opened, 8);
  assert.equal((await opened.journal.snapshot()).kind, 'taken');
  await fillGroups(opened, 8, 9);
  assert.equal((await opened.journal.snapshot()).kind, 'taken');
  await fillGroups(opened, 4, 17);
  await closed(opened);
  return disk;
}

async function newest(disk: SimDisk): Promise<string> {
  const name = (await snapshotsOn(disk)).at(-1);
  assert.ok(name !== undefined);
  return name;
}

test('a snapshot is taken by bytes written, and spares the replay of what comes before it', async () => {
  const disk = new SimDisk({ seed: 1 });
  const opened = await openOn(disk, { limits: { ...BY_HAND, snapshotEveryBytes: 1_000 } });
  const outcomes: SnapshotOutcome[] = [];
  opened.journal.subscribe({ snapshot: (outcome) => outcomes.push(outcome) });
  await fillGroups(opened, 120);
  await turns(50);
  await closed(opened);
  assert.ok(outcomes.filter(({ kind }) => kind === 'taken').length >= 2);
  const again = await openByHand(disk.killed(2));
  assertFilled(again, 120);
  assert.ok(again.found.snapshot !== undefined && again.found.groups < 60);
});

test('entries go on being applied while a snapshot walks, and recovery has them all', async () => {
  const disk = new SimDisk({ seed: 1, latency: () => turns(1) });
  const opened = await openByHand(disk);
  await fillGroups(opened, 30);
  const taking = opened.journal.snapshot();
  await fillGroups(opened, 30, 31);
  const outcome = await taking;
  assert.ok(outcome.kind === 'taken' && outcome.through > outcome.from, 'groups were applied during the walk');
  await closed(opened);
  const again = await openByHand(disk.killed(2));
  assert.equal(again.found.snapshot?.from, outcome.from);
  assertFilled(again, 60);
});

test('two snapshots are kept, and the segments since the older one', async () => {
  const disk = await diskWithTwoSnapshots();
  const opened = await openByHand(disk.killed(2));
  const outcome = await opened.journal.snapshot();
  assert.ok(outcome.kind === 'taken');
  const live = (await snapshotsOn(disk.killed(3))).length;
  assert.equal(live, 2);
  assert.ok(outcome.removed.some((name) => name.startsWith('snapshot-')));
  assert.ok(outcome.removed.some((name) => name.startsWith('segment-')));
  assert.ok(opened.journal.firstSequence > 1 && opened.journal.firstSequence <= 17);
});

test('S2: a power cut while several segments go leaves no gap between those that stay, whichever of the names it brings back', async () => {
  const kept = await diskWithTwoSnapshots();
  let cuts = 0;
  for (let operation = 9; operation <= 16; operation++) {
    for (let seed = 1; seed <= 24; seed++) {
      const disk = kept.killed(seed);
      const opened = await openByHand(disk);
      disk.crashAt(disk.operations + operation);
      await opened.journal.snapshot();
      if (!disk.isOff) continue;
      cuts++;
      const left = disk.powerCut(seed);
      assert.equal((await readJournal(left)).kind, 'read', `operation ${operation}, seed ${seed}`);
      const again = await openByHand(left);
      assertFilled(again, 20);
      await closed(again);
    }
  }
  assert.ok(cuts > 60, `${cuts} cuts`);
});

test('segments that somebody has not read yet are kept', async () => {
  const disk = new SimDisk({ seed: 1 });
  const opened = await openByHand(disk);
  opened.journal.keepFrom(() => 6);
  for (let round = 0; round < 4; round++) {
    await fillGroups(opened, 8, round * 8 + 1);
    await opened.journal.snapshot();
  }
  assert.ok(opened.journal.firstSequence <= 6);
  assert.equal((await snapshotsOn(disk)).length, 2);
});

test('nothing new since the newest snapshot: it stays the newest', async () => {
  const opened = await openByHand((await diskWithTwoSnapshots()).killed(2));
  const first = await opened.journal.snapshot();
  assert.ok(first.kind === 'taken');
  assert.deepEqual(await opened.journal.snapshot(), { kind: 'unchanged', file: first.file });
});

test('S2: a missing snapshot is made up for by the older one, both by all segments if they are kept', async () => {
  const disk = await diskWithTwoSnapshots();
  const [older, newer] = await snapshotsOn(disk);
  const withoutNewer = disk.killed(2);
  await withoutNewer.remove(newer ?? '');
  const first = await openByHand(withoutNewer);
  assertFilled(first, 20);
  assert.equal(first.found.snapshot?.name, older);
});

test('S2: without any snapshot, and without the groups before them, the start is refused with the way back', async () => {
  const opened = await openByHand((await diskWithTwoSnapshots()).killed(2));
  await opened.journal.snapshot();
  await closed(opened);
  const disk = await diskWithTwoSnapshots();
  const first = (await segmentsOn(disk))[0];
  const bare = disk.killed(3);
  await bare.remove(first ?? '');
  for (const name of await snapshotsOn(bare)) await bare.remove(name);
  await assert.rejects(openByHand(bare), /JournalDamaged: .*groups 1 to \d+ are missing\. Restore a backup of this directory\.$/);
});

test('S2: a flipped bit in any byte of the newest snapshot sets it aside, says so, and the older one is used', async () => {
  const disk = await diskWithTwoSnapshots();
  const [older, newer = ''] = await snapshotsOn(disk);
  const size = await disk.killed(2).size(newer);
  for (let byte = 0; byte < size; byte++) {
    const flipped = disk.killed(2);
    flipped.flipBit(newer, byte, byte % 8);
    const opened = await openByHand(flipped);
    assertFilled(opened, 20);
    assert.equal(opened.found.snapshot?.name, older);
    assert.deepEqual(opened.found.setAside.map(({ file }) => file), [newer]);
    assert.ok((await flipped.list()).includes(`aside-${newer}`));
  }
});

test('S2: a snapshot cut short at any byte is set aside', async () => {
  const disk = await diskWithTwoSnapshots();
  const name = await newest(disk.killed(2));
  const size = await disk.killed(2).size(name);
  for (let end = 0; end < size; end++) {
    const truncated = disk.killed(2);
    await truncated.truncate(name, end);
    const opened = await openByHand(truncated);
    assertFilled(opened, 20);
    assert.equal(opened.found.setAside.length, 1);
  }
});

test('S2: a snapshot that ends beyond the journal is not used, and cannot be mistaken for a good one later', async () => {
  const disk = new SimDisk({ seed: 1 });
  const opened = await openOn(disk, { limits: { ...BY_HAND, journalSegmentBytes: 1_000_000 } });
  await fillGroups(opened, 4);
  const [segment = ''] = await segmentsOn(disk);
  const four = await disk.size(segment);
  await fillGroups(opened, 4, 5);
  await opened.journal.snapshot();
  await closed(opened);
  const shorter = disk.killed(2);
  await shorter.truncate(segment, four);
  const again = await openByHand(shorter);
  assertFilled(again, 4);
  assert.match(again.found.setAside[0]?.why ?? '', /ends at group 8, beyond the journal's end at 4/);
  await fillGroups(again, 6, 5);
  await closed(again);
  const last = await openByHand(shorter.killed(3));
  assertFilled(last, 10);
  assert.deepEqual([last.found.snapshot, last.found.setAside], [undefined, []]);
});

test('a clean stop takes a snapshot if the next start would replay much, and none otherwise', async () => {
  for (const [groups, expected] of [[20, 1], [3, 0]] as const) {
    const disk = new SimDisk({ seed: 1 });
    const opened = await openOn(disk, { limits: { ...BY_HAND, snapshotEveryBytes: 8_000 } });
    await fillGroups(opened, groups);
    await opened.journal.close();
    const again = await openByHand(disk.killed(2));
    assert.equal((await snapshotsOn(disk.killed(2))).length, expected);
    assertFilled(again, groups);
  }
});

test('a snapshot that the disk refuses costs nothing but the snapshot', async () => {
  const disk = new SimDisk({ seed: 1 });
  const opened = await openByHand(disk);
  await fillGroups(opened, 4);
  disk.fail('rename');
  const outcome = await opened.journal.snapshot();
  assert.ok(outcome.kind === 'failed' && /told to fail/.test(outcome.why));
  assert.ok(!(await disk.list()).some((name) => name.endsWith('.tmp')), 'its draft is removed');
  await fillGroups(opened, 4, 5);
  assert.equal((await opened.journal.snapshot()).kind, 'taken');
  await closed(opened);
  assertFilled(await openByHand(disk.killed(2)), 8);
});

test('closing abandons a walk that is under way', async () => {
  const disk = new SimDisk({ seed: 1, latency: () => turns(1) });
  const opened = await openByHand(disk);
  await fillGroups(opened, 30);
  const taking = opened.journal.snapshot();
  await closed(opened);
  assert.equal((await taking).kind, 'abandoned');
  assert.deepEqual(await snapshotsOn(disk.killed(2)), []);
});
