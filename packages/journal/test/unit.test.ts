import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Contended } from '@traffic-tacos/kernel';
import { SimDisk } from '../src/testing.ts';
import { Unit } from '../src/unit.ts';
import { openOn, ROOMY, type Opened } from './journal-under-test.ts';

const open = (): Promise<Opened> => openOn(new SimDisk({ seed: 1 }), { limits: ROOMY });

/** Takes the seat for an owner, unless somebody has it. */
function takeSeat({ left }: Opened, seat: number, owner: number) {
  return (unit: Unit): string => {
    if (left.get(seat) !== undefined) return 'seat_already_held';
    unit.write(left, left.next(seat, owner));
    return 'held';
  };
}

test('two units that decide before either applies: one wins, the other changes nothing', async () => {
  const opened = await open();
  const [alice, bob] = [new Unit(), new Unit()];
  assert.equal(takeSeat(opened, 7, 1)(alice), 'held');
  assert.equal(takeSeat(opened, 7, 2)(bob), 'held');
  assert.equal(opened.units.commit(bob), true);
  assert.equal(opened.units.commit(alice), false);
  assert.equal(opened.left.get(7)?.amount, 2);
  await opened.units.durable();
  assert.equal(opened.journal.durableSequence, 1);
});

test('a unit that was overtaken decides again on what is there now', async () => {
  const opened = await open();
  let attempts = 0;
  const outcome = await opened.units.run((unit) => {
    const decided = takeSeat(opened, 7, 1)(unit);
    if (++attempts === 1) opened.units.decideNow(takeSeat(opened, 7, 2));
    return decided;
  });
  assert.deepEqual([outcome, attempts, opened.left.get(7)?.amount], ['seat_already_held', 2, 2]);
});

test('what a unit relied on without changing it is compared too', async () => {
  const opened = await open();
  opened.units.decideNow(takeSeat(opened, 1, 5));
  const version = opened.left.get(1)?.version;
  const unit = new Unit();
  unit.rely({ holds: () => opened.left.get(1)?.version === version });
  unit.write(opened.right, opened.right.next(1, 1));
  opened.units.decideNow((other) => other.write(opened.left, opened.left.next(1, 6)));
  assert.equal(opened.units.commit(unit), false);
  assert.equal(opened.right.size, 0);
});

test('a unit that is overtaken five times is told so: Contended, and nothing is written', async () => {
  const opened = await open();
  let attempts = 0;
  const overtaken = opened.units.run((unit) => {
    attempts++;
    unit.write(opened.right, opened.right.next(1, 1));
    opened.units.decideNow((other) => other.write(opened.right, opened.right.next(1, 99)));
  });
  await assert.rejects(overtaken, Contended);
  assert.deepEqual([attempts, opened.right.get(1)?.amount, opened.right.get(1)?.version], [5, 99, 5]);
});

test('records of several tables are one entry, there together after a restart', async () => {
  const disk = new SimDisk({ seed: 1 });
  const opened = await openOn(disk, { limits: ROOMY });
  await opened.units.run((unit) => {
    unit.write(opened.left, opened.left.next(1, 10));
    unit.write(opened.right, opened.right.next(1, 20));
  });
  const again = await openOn(disk.killed(2), { limits: ROOMY });
  assert.deepEqual([again.found.entries, again.found.records, again.left.sum, again.right.sum], [1, 2, 10, 20]);
});
