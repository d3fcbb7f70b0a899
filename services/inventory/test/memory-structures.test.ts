import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'node:test';
import { epochMs } from '@traffic-tacos/kernel';
import { DueHolds, type LiveHolds } from '../src/adapters/embedded/due-holds.ts';
import { FreeMap } from '../src/adapters/embedded/free-map.ts';
import { parseSeatRanges } from '../src/domain/seat-ranges.ts';
import { NO_SEAT, Seating } from '../src/domain/seating.ts';

describe('the map of free positions', () => {
  it('finds the next free position as a walk over a list does', () => {
    const size = fc.constantFrom(1, 31, 32, 33, 1023, 1024, 1025, 33_000);
    const moves = fc.array(fc.tuple(fc.boolean(), fc.nat()), { maxLength: 60 });
    fc.assert(
      fc.property(size, moves, fc.array(fc.nat(), { maxLength: 20 }), (positions, changes, asks) => {
        const map = new FreeMap(positions);
        const free = new Set<number>();
        for (const [isFree, at] of changes) {
          if (isFree) map.set(at % positions);
          else map.clear(at % positions);
          if (isFree) free.add(at % positions);
          else free.delete(at % positions);
        }
        for (const ask of [0, positions - 1, ...asks.map((at) => at % positions)]) {
          const shown = Array.from({ length: 32 }, (_, bit) => ask + bit).filter((at) => ((map.bits(ask) >>> (at - ask)) & 1) === 1);
          assert.deepEqual(shown, [...free].filter((at) => at >= ask && at < ask + 32).sort((a, b) => a - b));
        }
      }),
      { numRuns: 500 },
    );
  });

  it('has no free position when it has none at all', () => assert.equal(new FreeMap(0).bits(0), 0));
});

describe('seat names', () => {
  it('lead to numbers and back, in any order of adding', () => {
    const seating = new Seating();
    assert.equal(seating.add(0, 'R', { kind: 'row', row: 'A', from: 5, to: 9, firstSeat: 0 }), undefined);
    assert.equal(seating.add(1, 'S', { kind: 'ids', ids: ['A-12', '12', 'VIP-1-1'], firstSeat: 20 }), undefined);
    assert.equal(seating.add(0, 'R', { kind: 'row', row: 'A', from: 1, to: 4, firstSeat: 10 }), undefined);
    assert.equal(seating.add(2, 'R-A', { kind: 'row', row: 'B', from: 1, to: 1, firstSeat: 5 }), undefined);
    const names = ['R-A-5', 'R-A-9', 'R-A-1', 'R-A-4', 'A-12', '12', 'VIP-1-1', 'R-A-B-1'];
    assert.deepEqual(names.map((name) => seating.nameOf(seating.numberOf(name))), names);
    assert.deepEqual(names.map((name) => seating.sectionOf(seating.numberOf(name))), [0, 0, 0, 0, 1, 1, 1, 2]);
    for (const name of ['R-A-0', 'R-A-10', 'R-A-05', 'R-A-', 'R-A', '-1', '', 'R-A-1x', 'R-A-99999999999', 'S-A-12']) {
      assert.equal(seating.numberOf(name), NO_SEAT, name);
    }
  });

  it('are had once', () => {
    const seating = new Seating();
    seating.add(0, 'R', { kind: 'row', row: 'A', from: 5, to: 9, firstSeat: 0 });
    assert.equal(seating.add(0, 'R', { kind: 'row', row: 'A', from: 1, to: 5, firstSeat: 5 }), 'R-A-5');
    assert.equal(seating.add(0, 'R', { kind: 'row', row: 'A', from: 9, to: 9, firstSeat: 5 }), 'R-A-9');
    assert.equal(seating.add(0, 'R', { kind: 'ids', ids: ['x', 'R-A-7'], firstSeat: 5 }), 'R-A-7');
    assert.equal(seating.add(0, 'x', { kind: 'ids', ids: ['y', 'y'], firstSeat: 6 }), 'y');
  });

  it('come from ranges that are joined where they meet', () => {
    assert.deepEqual(parseSeatRanges(' 7 , 1-3,4-6,9'), { kind: 'ranges', ranges: [{ from: 1, to: 7 }, { from: 9, to: 9 }] });
  });
});

describe('holds that are over', () => {
  /** Holds by row: until when they live, undefined once ended. */
  function fakeHolds(): { readonly live: Map<number, number>; readonly due: DueHolds } {
    const live = new Map<number, number>();
    const holds: LiveHolds = { liveUntilMs: (row) => live.get(row), placesIn: () => 2 };
    return { live, due: new DueHolds(0, { sectionOf: () => 0 }, holds) };
  }

  const rowsAt = (due: DueHolds, ms: number): readonly number[] => {
    const rows: number[] = [];
    due.visit(epochMs(ms), (row) => rows.push(row) > 0);
    return rows;
  };

  it('are counted from their instant on, the first to expire first, and until they are ended', () => {
    const { live, due } = fakeHolds();
    for (const [row, until] of [[1, 30], [2, 10], [3, 20]] as const) {
      live.set(row, until);
      due.add(row, until, 2);
    }
    assert.equal(due.settle(epochMs(9)), 0);
    assert.equal(due.settle(epochMs(20)), 4);
    assert.deepEqual([due.places, rowsAt(due, 20), due.nextAtMs()], [4, [2, 3], 30]);
    live.delete(2);
    due.remove(10, 2);
    assert.deepEqual([due.places, rowsAt(due, 20), due.isEmpty], [2, [3], false]);
    assert.equal(due.settle(epochMs(15)), 0);
  });

  it('do not come due at an instant that an extension has moved', () => {
    const { live, due } = fakeHolds();
    due.add(1, 10, 2);
    live.set(1, 25);
    due.remove(10, 2);
    due.add(1, 25, 2);
    due.settle(epochMs(10));
    assert.deepEqual([due.places, rowsAt(due, 10)], [0, []]);
    due.settle(epochMs(30));
    assert.deepEqual([due.places, rowsAt(due, 30)], [2, [1]]);
  });

  it('that are added when their instant has passed already count at once', () => {
    const { live, due } = fakeHolds();
    due.settle(epochMs(50));
    live.set(1, 40);
    due.add(1, 40, 2);
    assert.deepEqual([due.places, rowsAt(due, 50), rowsAt(due, 39)], [2, [1], []]);
  });

  it('are forgotten once ended, however many there were', () => {
    const { live, due } = fakeHolds();
    for (let row = 0; row < 1000; row++) {
      live.set(row, 10);
      due.add(row, 10, 2);
    }
    due.settle(epochMs(10));
    for (let row = 0; row < 1000; row += 2) {
      live.delete(row);
      due.remove(10, 2);
    }
    assert.deepEqual([rowsAt(due, 10).length, due.places], [500, 1000]);
    for (let row = 1; row < 1000; row += 2) {
      live.delete(row);
      due.remove(10, 2);
    }
    assert.deepEqual([rowsAt(due, 10).length, due.places, due.isEmpty], [0, 0, true]);
  });
});
