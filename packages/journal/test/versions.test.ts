import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { SeededRandom } from '@traffic-tacos/kernel';
import { JournalTooNew } from '../src/errors.ts';
import { FORMAT_VERSION } from '../src/format/file-header.ts';
import { CRC_32 } from '../src/format/integrity.ts';
import { openJournal } from '../src/open-journal.ts';
import { eventLoop } from '../src/scheduler.ts';
import { ManualTimeSource, SimDisk, TallyTable } from '../src/testing.ts';
import { ROOMY } from './journal-under-test.ts';

const FIXTURE = new URL('fixtures/layout-1/', import.meta.url);
const FILES = ['segment-0000000000000001.journal', 'snapshot-0000000000000003-0000000000000002.state'];

async function open(disk: SimDisk, ...tables: TallyTable[]) {
  return openJournal({ disk, tables, limits: ROOMY, time: new ManualTimeSource(), scheduler: eventLoop, random: new SeededRandom(5) });
}

/** What the fixture holds: two entries before its snapshot, two after, in layout 1. */
async function writeFixture(disk: SimDisk, layout: 1 | 2): Promise<TallyTable> {
  const table = new TallyTable(1, layout);
  const { journal } = await open(disk, table);
  for (const [key, amount] of [[1, 100], [2, 200], [1, 150], [3, 300]] as const) {
    const record = table.next(key, amount);
    journal.append([{ table, record }]);
    table.apply(record);
    await journal.durable();
    if (key === 2) await journal.snapshot();
  }
  await journal.close({ snapshot: 'never' });
  return table;
}

async function fixtureDisk(): Promise<SimDisk> {
  const disk = new SimDisk({ seed: 1 });
  for (const name of FILES) {
    const file = await disk.create(name);
    await file.append(await readFile(new URL(name, FIXTURE)));
    await file.close();
  }
  return disk;
}

test('a directory written in record layout 1 is read by a table of layout 2, from its snapshot and from its groups', async () => {
  const table = new TallyTable(1, 2);
  const { found } = await open(await fixtureDisk(), table);
  assert.deepEqual(table.rows().map(({ key, version, amount, remark }) => [key, version, amount, remark]), [
    [1, 2, 150, ''],
    [2, 1, 200, ''],
    [3, 1, 300, ''],
  ]);
  assert.deepEqual([found.snapshot?.name, found.groups, found.records], [FILES[1], 2, 4]);
  const fromGroups = await fixtureDisk();
  await fromGroups.remove(FILES[1] ?? '');
  const again = new TallyTable(1, 2);
  await open(fromGroups, again);
  assert.deepEqual(again.rows(), table.rows());
});

test('format 1 has not changed: the same history gives the same bytes as when the fixture was made', async () => {
  const disk = new SimDisk({ seed: 1 });
  await writeFixture(disk, 1);
  for (const name of FILES) assert.deepEqual(await disk.read(name), await readFile(new URL(name, FIXTURE)), name);
});

test('a record of an unknown type refuses the start by its number', async () => {
  const disk = await fixtureDisk();
  const before = await disk.list();
  await assert.rejects(open(disk, new TallyTable(9)), (error) => error instanceof JournalTooNew && /records of type 1/.test(error.message));
  assert.deepEqual(await disk.list(), before);
});

test('a record in a newer layout refuses the start by the name of its table', async () => {
  const disk = new SimDisk({ seed: 1 });
  await writeFixture(disk, 2);
  const tooOld = open(disk.killed(2), new TallyTable(1, 1));
  await assert.rejects(tooOld, (error) => error instanceof JournalTooNew && /tally 1 in layout 2/.test(error.message));
});

test('a newer format refuses the start by its number', async () => {
  const disk = await fixtureDisk();
  const name = FILES[0] ?? '';
  const bytes = await disk.read(name);
  bytes.writeUInt16LE(FORMAT_VERSION + 1, 8);
  bytes.writeUInt32LE(CRC_32.sum(bytes.subarray(0, 36), 0), 36);
  await disk.remove(name);
  await (await disk.create(name)).append(bytes);
  await assert.rejects(open(disk, new TallyTable(1)), (error) => error instanceof JournalTooNew && /format 2/.test(error.message));
});

test('two tables cannot share a record type', async () => {
  await assert.rejects(open(new SimDisk({ seed: 1 }), new TallyTable(1), new TallyTable(1)), /record type 1 is taken/);
});
