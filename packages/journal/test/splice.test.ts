import assert from 'node:assert/strict';
import { test } from 'node:test';
import { JournalDamaged } from '../src/errors.ts';
import { FILE_HEADER_BYTES, seedOf } from '../src/format/file-header.ts';
import { GroupCursor } from '../src/format/group.ts';
import { CRC_32 } from '../src/format/integrity.ts';
import type { ByteReader } from '../src/bytes.ts';
import type { JournalLimits } from '../src/journal-options.ts';
import { openJournal } from '../src/open-journal.ts';
import { eventLoop } from '../src/scheduler.ts';
import { ManualTimeSource, SimDisk, TallyTable, type Tally } from '../src/testing.ts';
import { SeededRandom } from '@traffic-tacos/kernel';
import { fillGroups, openOn, ROOMY, segmentsOn, setLeft, TINY } from './journal-under-test.ts';

const SEGMENTED: JournalLimits = { ...TINY, journalSegmentBytes: 500, snapshotEveryBytes: 1_000_000 };

/** A journal of intact pieces that do not belong together. */
async function diskWith(files: Record<string, Buffer>): Promise<SimDisk> {
  const disk = new SimDisk({ seed: 1 });
  for (const [name, bytes] of Object.entries(files)) await (await disk.create(name)).append(bytes);
  return disk;
}

async function filled(groups: number, limits: JournalLimits, firstAmount = 10): Promise<{ disk: SimDisk; names: string[] }> {
  const disk = new SimDisk({ seed: 1 });
  const opened = await openOn(disk, { limits });
  setLeft(opened, 1, firstAmount);
  await opened.units.durable();
  await fillGroups(opened, groups - 1, 2);
  await opened.journal.close({ snapshot: 'never' });
  return { disk: disk.killed(2), names: await segmentsOn(disk.killed(2)) };
}

/** The groups of a segment, each with its bytes. */
function groupsOf(bytes: Buffer): Buffer[] {
  const seed = seedOf(bytes.subarray(12, 28), CRC_32);
  const cursor = new GroupCursor(bytes, CRC_32, seed);
  const groups: Buffer[] = [];
  for (let at = FILE_HEADER_BYTES; cursor.moveTo(at); at = cursor.end) groups.push(bytes.subarray(at, cursor.end));
  return groups;
}

async function refusal(disk: SimDisk, limits = ROOMY): Promise<string> {
  try {
    await openOn(disk, { limits });
  } catch (error) {
    assert.ok(error instanceof JournalDamaged, String(error));
    return error.message;
  }
  throw new assert.AssertionError({ message: 'the journal was opened' });
}

test('S2: a group that is missing between intact ones is a gap', async () => {
  const { disk, names: [name = ''] } = await filled(4, ROOMY);
  const bytes = await disk.read(name);
  const [first, , third] = groupsOf(bytes);
  assert.ok(first !== undefined && third !== undefined);
  const gap = Buffer.concat([bytes.subarray(0, FILE_HEADER_BYTES), first, third]);
  assert.match(await refusal(await diskWith({ [name]: gap })), /after group 1 comes group 3/);
});

test('S2: an intact group of another history is a broken chain', async () => {
  const one = await filled(3, ROOMY, 10);
  const other = await filled(3, ROOMY, 11);
  const [name = ''] = one.names;
  const bytes = await one.disk.read(name);
  const [first] = groupsOf(bytes);
  const [, second] = groupsOf(await other.disk.read(name));
  assert.ok(first !== undefined && second !== undefined);
  const spliced = Buffer.concat([bytes.subarray(0, FILE_HEADER_BYTES), first, second]);
  assert.match(await refusal(await diskWith({ [name]: spliced })), /group 2 does not continue the group before it/);
});

test('S2: segments of two histories do not join', async () => {
  const one = await filled(12, SEGMENTED, 10);
  const other = await filled(12, SEGMENTED, 11);
  const [first = '', second = ''] = one.names;
  const disk = await diskWith({ [first]: await one.disk.read(first), [second]: await other.disk.read(second) });
  assert.match(await refusal(disk, SEGMENTED), /does not continue the group before it|is missing/);
});

test('S2: a segment of another directory is refused', async () => {
  const { disk, names: [name = ''] } = await filled(3, ROOMY);
  const foreign = new SimDisk({ seed: 1 });
  const deps = { limits: ROOMY, time: new ManualTimeSource(), scheduler: eventLoop, random: new SeededRandom(99) };
  await openJournal({ ...deps, disk: foreign, tables: [new TallyTable(1)] });
  const bytes = await foreign.read(name);
  bytes.writeDoubleLE(4, 28);
  bytes.writeUInt32LE(CRC_32.sum(bytes.subarray(0, 36), 0), 36);
  const mixed = await diskWith({ [name]: await disk.read(name), 'segment-0000000000000004.journal': bytes });
  assert.match(await refusal(mixed), /belongs to another directory/);
});

test('S2: a segment under the name of another is refused', async () => {
  const { disk, names: [name = ''] } = await filled(3, ROOMY);
  const renamed = await diskWith({ 'segment-0000000000000002.journal': await disk.read(name) });
  assert.match(await refusal(renamed), /begins with sequence 1, which its name does not say/);
});

test('S2: an empty last segment tells which groups before it are missing', async () => {
  const { disk, names } = await filled(12, SEGMENTED);
  const [last = '', before = ''] = names.toReversed();
  await disk.truncate(last, FILE_HEADER_BYTES);
  const gap = disk.killed(3);
  await gap.remove(before);
  assert.match(await refusal(gap, SEGMENTED), /groups \d+ to \d+ are missing/);
  const alone = disk.killed(3);
  for (const name of names) if (name !== last) await alone.remove(name);
  assert.match(await refusal(alone, SEGMENTED), /group \d+ and those before it are missing\. Restore a backup of this directory\.$/);
});

test('S2: a record whose bytes are intact and make no sense is damage with its place, never a guess', async () => {
  class Forgetful extends TallyTable {
    override decode(layoutVersion: number, reader: ByteReader): Tally {
      const tally = super.decode(layoutVersion, reader);
      return layoutVersion === 2 ? tally : { ...tally, amount: reader.u53() };
    }
  }
  for (const snapshot of [false, true]) {
    const disk = new SimDisk({ seed: 1 });
    const deps = { limits: ROOMY, time: new ManualTimeSource(), scheduler: eventLoop, random: new SeededRandom(5) };
    const table = new TallyTable(1, 1);
    const { journal } = await openJournal({ ...deps, disk, tables: [table] });
    const record = table.next(1, 10);
    journal.append([{ table, record }]);
    table.apply(record);
    await journal.durable();
    if (snapshot) await journal.snapshot();
    await journal.close({ snapshot: 'never' });
    const forgetful = openJournal({ ...deps, disk: disk.killed(2), tables: [new Forgetful(1)] });
    await assert.rejects(forgetful, /JournalDamaged.*a record cannot be read/);
  }
});
