import assert from 'node:assert/strict';
import { SeededRandom, Unavailable } from '@traffic-tacos/kernel';
import { DiskError, type Disk } from '../src/disk.ts';
import type { Tally, TallyTable } from '../src/testing.ts';
import { openOn, type Opened, type Setup } from './journal-under-test.ts';

const KEYS = 12;
/** Every entry sets this key to its own number, so that a state tells how many entries it rests on. */
const COUNTER = 0;

/** What one entry wrote: the keys of both tables, with their amounts. */
type Entry = readonly { readonly table: 'left' | 'right'; readonly key: number; readonly amount: number; readonly remark: string }[];

/** All entries so far, in their order, and how many of them were acknowledged. */
export class History {
  entries: Entry[] = [];
  acknowledged = 0;

  /**
   * The recovered state is that of some first entries, whole, in order, the acknowledged ones among them. What was not acknowledged and
   * is not there has never been: history goes on without it.
   */
  check({ left, right }: Opened): void {
    const present = left.get(COUNTER)?.amount ?? 0;
    assert.ok(present >= this.acknowledged, `${this.acknowledged} entries were acknowledged, ${present} are there`);
    assert.ok(present <= this.entries.length, `${present} entries are there, ${this.entries.length} were written`);
    this.entries.length = present;
    this.acknowledged = present;
    for (const [name, table] of [['left', left] as const, ['right', right] as const]) {
      const expected = this.#rows(name);
      assert.deepEqual(table.rows(), expected, `the ${name} table after ${present} entries`);
      assert.equal(table.sum, expected.reduce((sum, { amount }) => sum + amount, 0));
    }
  }

  #rows(name: 'left' | 'right'): readonly Tally[] {
    const rows = new Map<number, Tally>();
    for (const { table, ...row } of this.entries.flat()) {
      if (table === name) rows.set(row.key, { ...row, version: (rows.get(row.key)?.version ?? 0) + 1 });
    }
    return [...rows.values()].sort((a, b) => a.key - b.key);
  }
}

/**
 * Several buyers append entries of a few records until `count` entries are written or the journal fails. What is acknowledged is
 * noted the moment the buyer learns it.
 */
export async function sell(opened: Opened, history: History, random: SeededRandom, count: number, append = appendWhole): Promise<void> {
  const end = history.entries.length + count;
  const acknowledge = async (): Promise<void> => {
    const number = history.entries.length;
    await opened.units.durable();
    history.acknowledged = Math.max(history.acknowledged, number);
  };
  const buyer = async (): Promise<void> => {
    while (history.entries.length < end) {
      await append(opened, history, makeEntry(history.entries.length + 1, random));
      if (random.below(4) > 0) await acknowledge();
      await turns(random.below(3));
    }
    await acknowledge();
  };
  const ends = await Promise.allSettled([buyer(), buyer(), buyer()]);
  for (const end of ends) if (end.status === 'rejected') assert.ok(end.reason instanceof Unavailable, String(end.reason));
}

/** Writes an entry into the history and, in the same turn, into the journal. */
type Append = (opened: Opened, history: History, entry: Entry) => Promise<void> | undefined;

const appendWhole: Append = (opened, history, entry) => {
  stage(opened, entry);
  history.entries.push(entry);
  return undefined;
};

/** A planted bug: the records of an entry in two, so that they may come into two groups. */
export const appendSplit: Append = async (opened, history, entry) => {
  history.entries.push(entry);
  stage(opened, entry.slice(0, 1));
  await turns(3);
  stage(opened, entry.slice(1));
};

function stage({ units, left, right }: Opened, entry: Entry): void {
  const tables: Record<string, TallyTable> = { left, right };
  units.decideNow((unit) => {
    for (const { table, key, amount, remark } of entry) {
      const into = tables[table] ?? left;
      unit.write(into, into.next(key, amount, remark));
    }
  });
}

function makeEntry(number: number, random: SeededRandom): Entry {
  const records = new Map<string, Entry[number]>();
  records.set('counter', { table: 'left', key: COUNTER, amount: number, remark: '' });
  for (let more = random.below(4); more > 0; more--) {
    const table = random.below(2) === 0 ? 'left' : 'right';
    const key = 1 + random.below(KEYS);
    const remark = 'y'.repeat(random.below(random.below(5) === 0 ? 600 : 40));
    records.set(`${table} ${key}`, { table, key, amount: random.below(1000), remark });
  }
  return [...records.values()];
}

/** Opens the journal; undefined if the disk failed meanwhile. */
export async function tryOpen(disk: Disk, setup: Setup = {}): Promise<Opened | undefined> {
  try {
    return await openOn(disk, setup);
  } catch (error) {
    if (error instanceof DiskError) return undefined;
    throw error;
  }
}

export async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setImmediate(resolve));
}
