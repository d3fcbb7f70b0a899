import assert from 'node:assert/strict';
import { test } from 'node:test';
import { epochMs } from '@traffic-tacos/kernel';
import { HistoryMover, type MovableTable } from '@traffic-tacos/journal';

const GRACE_MS = 600_000;
const ENDED_AT_MS = 1_000_000;

/** Rows that have all ended at one instant, in a table with room for so many. */
class EndedRows implements MovableTable {
  readonly name = 'ended';
  readonly limit: number;
  readonly #rows: Set<number>;

  constructor(rows: number, limit: number) {
    this.#rows = new Set(Array.from({ length: rows }, (_, row) => row));
    this.limit = limit;
  }

  get live(): number {
    return this.#rows.size;
  }

  visitEnded(_cursor: number, _budget: number, untilMs: number, visit: (row: number, version: number) => void): number {
    if (untilMs >= ENDED_AT_MS) for (const row of this.#rows) visit(row, 1);
    return -1;
  }

  evict(row: number): boolean {
    return this.#rows.delete(row);
  }
}

/** Rows that are left in memory so many ms after they ended, when the history has them all. */
function leftAfter(ms: number, rows: number, limit: number): number {
  const table = new EndedRows(rows, limit);
  let monotonicMs = 0;
  const mover = new HistoryMover({
    tables: [table], graceMs: GRACE_MS, nowMs: () => epochMs(ENDED_AT_MS + ms), monotonicMs: () => monotonicMs++, appliedToMemory: () => 1, committed: () => 1,
  });
  mover.step(100);
  assert.equal(mover.moved, rows - table.live);
  return table.live;
}

test('historyGraceMs: what has ended is answered from memory for its grace, and leaves at the end of it, not a millisecond before', () => {
  assert.equal(leftAfter(GRACE_MS - 1, 10, 100), 10);
  assert.equal(leftAfter(GRACE_MS, 10, 100), 0);
});

test('historyGraceMs: a table that fills up gives less grace, and one that is nearly full none', () => {
  assert.equal(leftAfter(0, 50, 100), 50, 'half full is roomy');
  assert.equal(leftAfter(GRACE_MS / 2, 70, 100), 0);
  assert.equal(leftAfter(0, 75, 100), 0);
});
