import assert from 'node:assert/strict';
import { DEFAULT_LIMITS, SeededRandom } from '@traffic-tacos/kernel';
import type { Disk } from '../src/disk.ts';
import type { JournalLimits } from '../src/journal-options.ts';
import { openJournal, type OpenedJournal, type OpenOptions } from '../src/open-journal.ts';
import { eventLoop, type Scheduler } from '../src/scheduler.ts';
import { ManualTimeSource, TallyTable, type Tally } from '../src/testing.ts';
import type { TimeSource } from '../src/time-source.ts';
import { Units } from '../src/unit.ts';

/** So small that a few entries fill a segment and call for a snapshot. */
export const TINY: JournalLimits = {
  journalGroupBytes: 4_000,
  journalSegmentBytes: 1_500,
  journalEntryBytes: 2_000,
  snapshotEveryBytes: 4_000,
  snapshotSliceMs: 1,
};

/** One segment, no snapshot unless asked for. */
export const ROOMY: JournalLimits = DEFAULT_LIMITS;

/** A walk of a few rows at a time, so that a snapshot takes many turns. */
class SlowlyWalkedTable extends TallyTable {
  override scan(cursor: number, budget: number, visit: (record: Tally) => void): number {
    return super.scan(cursor, Math.min(budget, 3), visit);
  }
}

/** Time goes on whenever somebody looks, so that slices of a walk end. */
class TickingTimeSource extends ManualTimeSource {
  override monotonicMs(): number {
    this.advance(0.4);
    return super.monotonicMs();
  }
}

export interface Opened extends OpenedJournal {
  readonly left: TallyTable;
  readonly right: TallyTable;
  readonly units: Units;
}

export interface Setup extends OpenOptions {
  readonly limits?: JournalLimits;
  readonly time?: TimeSource;
  readonly scheduler?: Scheduler;
}

/** A journal with two tables over the disk. */
export async function openOn(disk: Disk, setup: Setup = {}): Promise<Opened> {
  const left = new SlowlyWalkedTable(1);
  const right = new SlowlyWalkedTable(2);
  const { limits = TINY, time = new TickingTimeSource(), scheduler = eventLoop, ...options } = setup;
  const opened = await openJournal({ disk, tables: [left, right], limits, time, scheduler, random: new SeededRandom(7) }, options);
  return { ...opened, left, right, units: new Units(opened.journal, 5) };
}

/** Sets a key of the left table, in an entry of its own. */
export function setLeft({ units, left }: Opened, key: number, amount: number, remark = ''): void {
  units.decideNow((unit) => unit.write(left, left.next(key, amount, remark)));
}

/** Writes keys 1 to `count`, each in a group of its own. */
export async function fillGroups(opened: Opened, count: number, first = 1): Promise<void> {
  for (let key = first; key < first + count; key++) {
    setLeft(opened, key, key * 10, 'r'.repeat(key % 7));
    await opened.units.durable();
  }
}

/** The left table holds keys 1 to `count` as `fillGroups` wrote them, and nothing else. */
export function assertFilled({ left }: Opened, count: number): void {
  const expected = Array.from({ length: count }, (_, index) => (index + 1) * 10);
  assert.deepEqual(left.rows().map(({ amount }) => amount), expected);
  assert.equal(left.sum, expected.reduce((sum, amount) => sum + amount, 0));
}

export async function segmentsOn(disk: Disk): Promise<string[]> {
  return (await disk.list()).filter((name) => name.startsWith('segment-')).sort();
}

export async function snapshotsOn(disk: Disk): Promise<string[]> {
  return (await disk.list()).filter((name) => name.startsWith('snapshot-')).sort();
}
