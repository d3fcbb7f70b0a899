import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CutRefused, JournalDamaged, type CutPoint } from '../src/errors.ts';
import type { JournalLimits } from '../src/journal-options.ts';
import { SimDisk } from '../src/testing.ts';
import { assertFilled, fillGroups, openOn, segmentsOn, TINY, type Opened } from './journal-under-test.ts';

const SEGMENTED: JournalLimits = { ...TINY, journalSegmentBytes: 500, snapshotEveryBytes: 1_000_000 };

async function filledDisk(groups: number): Promise<SimDisk> {
  const disk = new SimDisk({ seed: 1 });
  const opened = await openOn(disk, { limits: SEGMENTED });
  await fillGroups(opened, groups);
  await opened.journal.close({ snapshot: 'never' });
  return disk.killed(2);
}

async function damageOf(disk: SimDisk): Promise<JournalDamaged> {
  try {
    await openOn(disk, { limits: SEGMENTED });
  } catch (error) {
    if (error instanceof JournalDamaged) return error;
    throw error;
  }
  throw new assert.AssertionError({ message: 'the damage was not noticed' });
}

async function openCut(disk: SimDisk, cut: CutPoint | undefined): Promise<Opened> {
  assert.ok(cut !== undefined);
  return openOn(disk, { limits: SEGMENTED, cut });
}

test('a damaged journal opens where the error says it can be cut, and keeps all before it', async () => {
  const size = (await (await filledDisk(12)).list()).length;
  for (let file = 0; file < size; file++) {
    for (const byte of [3, 45, 200, 330]) {
      const disk = await filledDisk(12);
      const name = (await segmentsOn(disk))[file] ?? '';
      disk.flipBit(name, byte, 1);
      const damage = await damageOf(disk);
      if (damage.cut === undefined) continue;
      const opened = await openCut(disk, damage.cut);
      const kept = opened.found.lastSequence;
      assertFilled(opened, kept);
      assert.ok(kept >= 1 && kept < 12);
      assert.ok((await disk.list()).some((other) => other.startsWith('aside-')), 'what was given up is still there to look at');
      await fillGroups(opened, 3, kept + 1);
      await opened.journal.close({ snapshot: 'never' });
      assertFilled(await openOn(disk.killed(3), { limits: SEGMENTED }), kept + 3);
    }
  }
});

test('a missing segment can be cut away with all that follows it; a missing first one cannot', async () => {
  const disk = await filledDisk(12);
  const names = await segmentsOn(disk);
  await disk.remove(names[1] ?? '');
  const opened = await openCut(disk, (await damageOf(disk)).cut);
  assertFilled(opened, opened.found.lastSequence);
  const headless = await filledDisk(12);
  await headless.remove(names[0] ?? '');
  assert.equal((await damageOf(headless)).cut, undefined);
});

test('a missing last segment is cut at the seal that names it', async () => {
  const disk = await filledDisk(12);
  await disk.remove((await segmentsOn(disk)).at(-1) ?? '');
  const damage = await damageOf(disk);
  assert.match(damage.message, /continues with group \d+ is missing/);
  const opened = await openCut(disk, damage.cut);
  assertFilled(opened, opened.found.lastSequence);
});

test('a cut is refused where it names no segment, the middle of a group, or leaves nothing', async () => {
  const disk = await filledDisk(12);
  const [first = ''] = await segmentsOn(disk);
  const cuts = [{ file: 'segment-7', position: 100 }, ...[0, 100, 1_000_000].map((position) => ({ file: first, position }))];
  for (const cut of cuts) await assert.rejects(openOn(disk, { limits: SEGMENTED, cut }), CutRefused);
  assertFilled(await openOn(disk, { limits: SEGMENTED }), 12);
});

test('a cut that was right once is refused when nothing is damaged there any more, and what it set aside stays', async () => {
  const disk = await filledDisk(12);
  const name = (await segmentsOn(disk))[1] ?? '';
  disk.flipBit(name, 200, 1);
  const { cut } = await damageOf(disk);
  const opened = await openCut(disk, cut);
  const kept = opened.found.lastSequence;
  await fillGroups(opened, 3, kept + 1);
  await opened.journal.close({ snapshot: 'never' });
  const later = disk.killed(4);
  await assert.rejects(openCut(later, cut), CutRefused);
  assertFilled(await openOn(later, { limits: SEGMENTED }), kept + 3);
  const aside = (await later.list()).filter((other) => other.startsWith('aside-')).length;
  later.flipBit(name, 200, 1);
  await openCut(later, (await damageOf(later)).cut);
  assert.ok((await later.list()).filter((other) => other.startsWith('aside-')).length > aside, 'a second cut writes beside the first');
});
