import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FILE_HEADER_BYTES } from '../src/format/file-header.ts';
import { JournalDamaged, JournalTooNew } from '../src/errors.ts';
import type { Integrity } from '../src/format/integrity.ts';
import type { JournalLimits } from '../src/journal-options.ts';
import { SimDisk } from '../src/testing.ts';
import { assertFilled, fillGroups, openOn, ROOMY, segmentsOn, setLeft, snapshotsOn, TINY } from './journal-under-test.ts';

/** Segments of a few groups, snapshots only when asked for. */
const SEGMENTED: JournalLimits = { ...TINY, journalSegmentBytes: 500, snapshotEveryBytes: 1_000_000 };

async function filledDisk(groups: number, limits: JournalLimits): Promise<SimDisk> {
  const disk = new SimDisk({ seed: 1 });
  const opened = await openOn(disk, { limits });
  await fillGroups(opened, groups);
  await opened.journal.close({ snapshot: 'never' });
  return disk;
}

/** A copy to damage: the process that wrote it has ended. */
const copyOf = (disk: SimDisk): SimDisk => disk.killed(2);

function named(name: string | undefined): string {
  assert.ok(name !== undefined);
  return name;
}

test('S2: a last group torn at any byte is cut, said so, and written over', async () => {
  const disk = await filledDisk(5, ROOMY);
  const name = named((await segmentsOn(copyOf(disk)))[0]);
  const whole = await copyOf(disk).size(name);
  const four = await (async () => copyOf(await filledDisk(4, ROOMY)).size(name))();
  for (let end = four; end < whole; end++) {
    const torn = copyOf(disk);
    await torn.truncate(name, end);
    const opened = await openOn(torn, { limits: ROOMY });
    assertFilled(opened, 4);
    assert.equal(opened.found.tornBytes, end - four);
    await fillGroups(opened, 2, 5);
    await opened.journal.close({ snapshot: 'never' });
    assertFilled(await openOn(torn.killed(3), { limits: ROOMY }), 6);
  }
});

test('S2: a flipped bit in any byte of the last group cuts that group and no other', async () => {
  const disk = await filledDisk(5, ROOMY);
  const name = named((await segmentsOn(copyOf(disk)))[0]);
  const four = await copyOf(await filledDisk(4, ROOMY)).size(name);
  for (let byte = four; byte < (await copyOf(disk).size(name)); byte++) {
    const flipped = copyOf(disk);
    flipped.flipBit(name, byte, byte % 8);
    const opened = await openOn(flipped, { limits: ROOMY });
    assertFilled(opened, 4);
    assert.ok(opened.found.tornBytes > 0);
  }
});

test('S2: a flipped bit in any byte before the last group refuses the start, naming the file and the place', async () => {
  const disk = await filledDisk(12, SEGMENTED);
  const names = await segmentsOn(copyOf(disk));
  assert.ok(names.length >= 3);
  for (const name of names) {
    const isLast = name === names.at(-1);
    const size = await copyOf(disk).size(name);
    const end = isLast ? size - (await lastGroupBytes(disk, name)) : size;
    for (let byte = 0; byte < end; byte++) {
      const flipped = copyOf(disk);
      flipped.flipBit(name, byte, byte % 8);
      const before = await flipped.list();
      await assert.rejects(openOn(flipped, { limits: SEGMENTED }), (error) => refusesAt(error, names, name), `${name} byte ${byte}`);
      assert.deepEqual(await flipped.list(), before, 'a refused start changes nothing');
    }
  }
});

/** The seal of a segment is not needed while its successor is there, but damage to it is damage. */
function refusesAt(error: unknown, names: readonly string[], name: string): boolean {
  if (error instanceof JournalTooNew) return error.message.includes(name);
  assert.ok(error instanceof JournalDamaged, String(error));
  assert.ok(names.includes(error.file));
  assert.match(error.message, /byte \d+: .*Restore a backup/);
  return true;
}

async function lastGroupBytes(disk: SimDisk, name: string): Promise<number> {
  const bytes = await copyOf(disk).read(name);
  return bytes.length - bytes.lastIndexOf(Buffer.from([0xff, 0x54, 0x47, 0xfe]));
}

test('S2: a segment that is not the last, truncated at any byte, refuses the start', async () => {
  const disk = await filledDisk(12, SEGMENTED);
  const name = named((await segmentsOn(copyOf(disk)))[1]);
  const sealBytes = await lastGroupBytes(disk, name);
  const size = await copyOf(disk).size(name);
  for (let end = 0; end < size - sealBytes; end++) {
    const truncated = copyOf(disk);
    await truncated.truncate(name, end);
    await assert.rejects(openOn(truncated, { limits: SEGMENTED }), JournalDamaged, `truncated at ${end}`);
  }
});

test('S2: the last segment truncated in the middle recovers to the last group before it', async () => {
  const disk = await filledDisk(6, ROOMY);
  const name = named((await segmentsOn(copyOf(disk)))[0]);
  const three = await copyOf(await filledDisk(3, ROOMY)).size(name);
  const truncated = copyOf(disk);
  await truncated.truncate(name, three + 5);
  const opened = await openOn(truncated, { limits: ROOMY });
  assertFilled(opened, 3);
  assert.deepEqual([opened.found.lastSequence, opened.found.tornBytes], [3, 5]);
});

test('S2: any missing segment refuses the start, the last one too', async () => {
  const disk = await filledDisk(12, SEGMENTED);
  for (const name of await segmentsOn(copyOf(disk))) {
    const incomplete = copyOf(disk);
    await incomplete.remove(name);
    await assert.rejects(openOn(incomplete, { limits: SEGMENTED }), /JournalDamaged.*missing/);
  }
});

test('S2: zeros in the middle of a segment, with groups behind them, refuse the start; at its end they are cut', async () => {
  const disk = await filledDisk(6, ROOMY);
  const name = named((await segmentsOn(copyOf(disk)))[0]);
  const bytes = await copyOf(disk).read(name);
  const zeroed = Buffer.from(bytes).fill(0, FILE_HEADER_BYTES + 100, FILE_HEADER_BYTES + 300);
  await assert.rejects(openOn(await diskWith(name, zeroed), { limits: ROOMY }), JournalDamaged);
  const padded = Buffer.concat([bytes, Buffer.alloc(700)]);
  const opened = await openOn(await diskWith(name, padded), { limits: ROOMY });
  assertFilled(opened, 6);
  assert.equal(opened.found.tornBytes, 700);
});

test('S2: a recovery that does not look at checksums is caught', async () => {
  const blind: Integrity = { sum: () => 0, agrees: () => true };
  const disk = new SimDisk({ seed: 1 });
  const opened = await openOn(disk, { limits: ROOMY, integrity: blind });
  await fillGroups(opened, 5);
  setLeft(opened, 6, 60, 'r'.repeat(600));
  await opened.units.durable();
  const name = named((await segmentsOn(disk))[0]);
  const bytes = await disk.read(name);
  const torn = Buffer.from(bytes).fill(0, bytes.length - 400, bytes.length - 100);
  const recovered = await openOn(await diskWith(name, torn), { limits: ROOMY, integrity: blind });
  assert.notEqual(recovered.left.get(6)?.remark, 'r'.repeat(600), 'the torn group is applied');
  assert.throws(() => assertFilled(recovered, 5), 'and the check of the state sees it');
});

async function diskWith(name: string, bytes: Buffer): Promise<SimDisk> {
  const disk = new SimDisk({ seed: 1 });
  const file = await disk.create(name);
  await file.append(bytes);
  await file.close();
  return disk;
}

test('S2: a journal without segments but with snapshots refuses the start', async () => {
  const disk = new SimDisk({ seed: 1 });
  const opened = await openOn(disk, { limits: ROOMY });
  await fillGroups(opened, 4);
  await opened.journal.snapshot();
  await opened.journal.close();
  const incomplete = copyOf(disk);
  for (const name of await segmentsOn(incomplete)) await incomplete.remove(name);
  assert.equal((await snapshotsOn(incomplete)).length, 1);
  await assert.rejects(openOn(incomplete, { limits: ROOMY }), /no segment of the journal\. Restore a backup of this directory\.$/);
});
