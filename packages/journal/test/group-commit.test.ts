import assert from 'node:assert/strict';
import { test } from 'node:test';
import { InvariantBreach, LimitReached } from '@traffic-tacos/kernel';
import { ByteWriter } from '../src/bytes.ts';
import type { Disk, DiskFile } from '../src/disk.ts';
import { JournalFailed } from '../src/errors.ts';
import type { FlushedGroup } from '../src/journal-observer.ts';
import { ManualScheduler, SimDisk, TallyTable, type Tally } from '../src/testing.ts';
import { openOn, ROOMY, segmentsOn, setLeft, TINY, type Opened } from './journal-under-test.ts';
import { turns } from './on-sale.ts';

/** An opened journal whose turns end by hand, and the groups that it flushes. */
async function openByTurns(latency = 0): Promise<{ opened: Opened; scheduler: ManualScheduler; flushed: FlushedGroup[] }> {
  const scheduler = new ManualScheduler();
  const disk = new SimDisk({ seed: 1, latency: () => turns(latency) });
  const opened = await openOn(disk, { limits: ROOMY, scheduler });
  const flushed: FlushedGroup[] = [];
  opened.journal.subscribe({ flushed: (group) => flushed.push(group) });
  return { opened, scheduler, flushed };
}

test('entries of one turn share a group and a promise; nothing is written before the turn ends', async () => {
  const { opened, scheduler, flushed } = await openByTurns();
  setLeft(opened, 1, 10);
  const first = opened.journal.durable();
  setLeft(opened, 2, 20);
  assert.equal(opened.journal.durable(), first);
  await turns(3);
  assert.deepEqual([flushed.length, scheduler.waiting, opened.journal.appliedSequence, opened.journal.durableSequence], [0, 1, 1, 0]);
  scheduler.runTurn();
  await first;
  assert.deepEqual(flushed.map(({ sequence, entries }) => [sequence, entries]), [[1, 2]]);
  assert.equal(opened.journal.durableSequence, 1);
});

test('while one group is written the next one gathers, and goes out without another turn', async () => {
  const { opened, scheduler, flushed } = await openByTurns(2);
  setLeft(opened, 1, 10);
  const first = opened.journal.durable();
  scheduler.runTurn();
  setLeft(opened, 2, 20);
  setLeft(opened, 3, 30);
  const second = opened.journal.durable();
  assert.notEqual(first, second);
  assert.equal(scheduler.waiting, 0);
  await second;
  assert.deepEqual(flushed.map(({ entries }) => entries), [1, 2]);
});

test('with nothing pending, durable resolves at once and writes nothing', async () => {
  const { opened, flushed } = await openByTurns();
  await opened.journal.durable();
  assert.deepEqual(flushed, []);
});

test('a refusal waits for the group that holds what it met', async () => {
  const { opened, scheduler } = await openByTurns();
  setLeft(opened, 1, 10);
  let isAnswered = false;
  const refusal = opened.units.run(() => 'seat_already_held').then((outcome) => {
    isAnswered = true;
    return outcome;
  });
  await turns(3);
  assert.equal(isAnswered, false);
  scheduler.runTurn();
  assert.equal(await refusal, 'seat_already_held');
});

test('observers learn of the seal before the write, and of the flush before those who wait', async () => {
  const { opened, scheduler } = await openByTurns(1);
  const seen: string[] = [];
  opened.journal.subscribe({
    sealed: (sequence) => seen.push(`sealed ${sequence}`),
    flushed: ({ sequence }) => seen.push(`flushed ${sequence}`),
  });
  setLeft(opened, 1, 10);
  const waiting = opened.journal.durable().then(() => seen.push('waiter'));
  scheduler.runTurn();
  setLeft(opened, 2, 20);
  assert.deepEqual(seen, ['sealed 1']);
  await waiting;
  assert.deepEqual(seen.slice(0, 4), ['sealed 1', 'flushed 1', 'sealed 2', 'waiter']);
});

test('an observer that left is not told any more', async () => {
  const { opened, scheduler } = await openByTurns();
  let told = 0;
  const leave = opened.journal.subscribe({ flushed: () => told++ });
  leave();
  setLeft(opened, 1, 10);
  scheduler.runTurn();
  await opened.journal.durable();
  assert.equal(told, 0);
});

function refusedBy(sentence: RegExp): (error: unknown) => boolean {
  return (error) => error instanceof LimitReached && sentence.test(error.message);
}

test('an entry at journalEntryBytes is taken; one byte more is refused by the limit name and changes nothing', async () => {
  const opened = await openOn(new SimDisk({ seed: 1 }), { limits: TINY });
  const fixedBytes = 4 + 8 + 4 + 4 + 8 + 4;
  const fits = 'x'.repeat(TINY.journalEntryBytes - fixedBytes);
  assert.throws(() => setLeft(opened, 1, 10, `${fits}x`), refusedBy(/journalEntryBytes/));
  assert.deepEqual([opened.left.size, opened.journal.appliedSequence], [0, 0]);
  setLeft(opened, 1, 10, fits);
  await opened.units.durable();
  assert.equal(opened.journal.durableSequence, 1);
});

test('a group over journalGroupBytes goes out, and the entry into the next; with the disk behind the entry is refused', async () => {
  const opened = await openOn(new SimDisk({ seed: 1, latency: () => turns(1) }), { limits: TINY });
  const flushed: number[] = [];
  opened.journal.subscribe({ flushed: ({ entries }) => flushed.push(entries) });
  const remark = 'x'.repeat(1_500);
  for (const key of [1, 2, 3, 4]) setLeft(opened, key, key, remark);
  assert.throws(() => setLeft(opened, 5, 5, remark), refusedBy(/disk is behind/));
  assert.equal(opened.left.size, 4);
  await opened.units.durable();
  assert.deepEqual(flushed, [2, 2]);
  setLeft(opened, 5, 5, remark);
  await opened.units.durable();
});

test('an encoder that throws leaves no part of its entry behind', async () => {
  const disk = new SimDisk({ seed: 1 });
  const opened = await openOn(disk, { limits: ROOMY });
  class Refusing extends TallyTable {
    override encode(record: Tally, writer: ByteWriter): void {
      super.encode(record, writer);
      throw new InvariantBreach('this record has no form');
    }
  }
  const refusing = new Refusing(2);
  const records = [
    { table: opened.left, record: opened.left.next(1, 10) },
    { table: refusing, record: refusing.next(1, 10) },
  ];
  assert.throws(() => opened.journal.append(records), InvariantBreach);
  setLeft(opened, 2, 20);
  await opened.journal.close({ snapshot: 'never' });
  const again = await openOn(disk.killed(2), { limits: ROOMY });
  assert.deepEqual(again.left.rows().map(({ key }) => key), [2]);
});

test('one group at most is between write and sync, and a new segment is durable before its first group', async () => {
  const log: string[] = [];
  const disk = watched(new SimDisk({ seed: 1, latency: () => turns(1) }), log);
  const opened = await openOn(disk, { limits: { ...TINY, snapshotEveryBytes: 1e9 } });
  log.length = 0;
  const writers = [1, 2, 3].map(async (writer) => {
    for (let key = 0; key < 20; key++) {
      setLeft(opened, writer * 100 + key, 1, 'x'.repeat(100));
      await opened.units.durable();
    }
  });
  await Promise.all(writers);
  const steps = log.join(' ');
  assert.doesNotMatch(steps, /append append/);
  assert.match(steps, /^(?:append sync |create append sync sync_directory append sync (?:close )?)*(?:append sync)?$/);
  assert.match(steps, /create/);
});

/** Notes the writing operations, in the order in which they begin. */
function watched(disk: Disk, log: string[]): Disk {
  const noted = <T>(what: string, result: Promise<T>): Promise<T> => {
    log.push(what);
    return result;
  };
  const file = (inner: DiskFile): DiskFile => ({
    append: (bytes) => noted('append', inner.append(bytes)),
    sync: () => noted('sync', inner.sync()),
    close: () => noted('close', inner.close()),
  });
  return {
    list: () => disk.list(),
    read: (name) => disk.read(name),
    size: (name) => disk.size(name),
    readAt: (name, position, bytes) => disk.readAt(name, position, bytes),
    truncate: (name, bytes) => disk.truncate(name, bytes),
    rename: (from, to) => disk.rename(from, to),
    remove: (name) => disk.remove(name),
    create: async (name, pattern) => file(await noted('create', disk.create(name, pattern))),
    syncDirectory: () => noted('sync_directory', disk.syncDirectory()),
  };
}

test('a group larger than a segment has a segment of its own', async () => {
  const disk = new SimDisk({ seed: 1 });
  const opened = await openOn(disk, { limits: { ...TINY, snapshotEveryBytes: 1e9 } });
  for (const key of [1, 2, 3]) {
    setLeft(opened, key, key, 'x'.repeat(1_800));
    await opened.units.durable();
  }
  assert.equal((await segmentsOn(disk)).length, 3);
  await opened.journal.close({ snapshot: 'never' });
  assert.equal((await openOn(disk.killed(2), { limits: TINY })).left.size, 3);
});

test('close writes what waits, and then takes nothing more', async () => {
  const { opened, scheduler } = await openByTurns(1);
  setLeft(opened, 1, 10);
  const closing = opened.journal.close({ snapshot: 'never' });
  scheduler.runTurn();
  await closing;
  assert.equal(opened.journal.durableSequence, 1);
  assert.throws(() => setLeft(opened, 2, 20), JournalFailed);
  await opened.journal.close();
});
