import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Unit } from '@traffic-tacos/journal';
import { Contended } from '@traffic-tacos/kernel';
import { SMALL_EVENT, eventDocument, holdCommand, reservationId } from '../src/testing/builders.ts';
import { smallWorld, type World } from './support/world.ts';

type Decision = (unit: Unit) => { readonly kind: string };

const holding = (world: World, n: number, changes: object): Decision => (unit) =>
  world.decide.hold(unit, holdCommand(n, changes), world.clock.nowMs());
const putting = (world: World, changes: object): Decision => (unit) =>
  world.decide.putEvent(unit, eventDocument({ ...SMALL_EVENT, ...changes }), world.clock.nowMs());
const [R, S, FLOOR] = SMALL_EVENT.sections;

interface Interleaved {
  /** What the first came to. */
  readonly first: string;
  /** Whether each was applied. */
  readonly applied: readonly boolean[];
  /** What the second comes to when it decides again. */
  readonly again: string;
}

/** Two units decide on the same state, then both want to apply: what becomes of them. */
function interleave(world: World, first: Decision, second: Decision): Interleaved {
  const a = new Unit();
  const b = new Unit();
  const outcome = first(a);
  second(b);
  const applied = [world.units.commit(a), world.units.commit(b)];
  const again = world.run(second).kind;
  assert.deepEqual(world.audit(), []);
  return { first: outcome.kind, applied, again };
}

describe('two units between decide and apply: one winner', () => {
  it('on a seat', () => {
    const world = smallWorld();
    const seats = { seatIds: ['R-A-1', 'R-A-2'] };
    const result = interleave(world, holding(world, 1, seats), holding(world, 2, { userId: 'bob', seatIds: ['R-A-2', 'R-A-3'] }));
    assert.deepEqual(result, { first: 'held', applied: [true, false], again: 'seat_unavailable' });
  });

  it('on a pool, also where both would fit', () => {
    const world = smallWorld();
    const places = { quantity: 2, section: 'FLOOR' };
    const result = interleave(world, holding(world, 1, places), holding(world, 2, { ...places, userId: 'bob' }));
    assert.deepEqual(result, { first: 'held', applied: [true, false], again: 'held' });
    const last = { quantity: 1, section: 'FLOOR' };
    const third = interleave(world, holding(world, 3, { ...last, userId: 'carol' }), holding(world, 4, { ...last, userId: 'dave' }));
    assert.deepEqual(third, { first: 'held', applied: [true, false], again: 'sold_out' });
  });

  it('on a buyer, whose holds are of different seats', () => {
    const world = smallWorld();
    const result = interleave(world, holding(world, 1, { seatIds: ['R-A-1', 'R-A-2', 'R-A-3'] }), holding(world, 2, { seatIds: ['S1', 'S2'] }));
    assert.deepEqual(result, { first: 'held', applied: [true, false], again: 'purchase_limit_exceeded' });
  });

  it('on one reservation id', () => {
    const world = smallWorld();
    const result = interleave(world, holding(world, 1, { seatIds: ['R-A-1'] }), holding(world, 1, { seatIds: ['R-A-2'] }));
    assert.deepEqual(result, { first: 'held', applied: [true, false], again: 'exists_with_different_seats' });
  });

  it('on one hold: commit against release', () => {
    const world = smallWorld();
    world.run(holding(world, 1, {}));
    const ref = { reservationId: reservationId(1) };
    const result = interleave(
      world,
      (unit) => world.decide.release(unit, ref, world.clock.nowMs()),
      (unit) => world.decide.commit(unit, ref, world.clock.nowMs()),
    );
    assert.deepEqual(result, { first: 'released', applied: [true, false], again: 'hold_released' });
  });

  it('on a hold that is over: two buyers for its seat, and its own reacquisition', () => {
    const world = smallWorld();
    world.run(holding(world, 1, {}));
    world.clock.advance(60_000);
    const reacquire: Decision = (unit) => world.decide.commit(unit, { reservationId: reservationId(1), reacquire: true }, world.clock.nowMs());
    const result = interleave(world, holding(world, 2, { userId: 'bob' }), reacquire);
    assert.deepEqual(result, { first: 'held', applied: [true, false], again: 'seats_gone' });
    world.clock.advance(60_000);
    const reverse = interleave(world, reacquire, holding(world, 3, { userId: 'carol' }));
    assert.deepEqual(reverse, { first: 'committed', applied: [true, false], again: 'seat_unavailable' });
  });

  it('on an event: a change against a hold at the old price', () => {
    const world = smallWorld();
    const change = putting(world, { sections: [{ ...R, price: 1 }, S, FLOOR] });
    assert.deepEqual(interleave(world, change, holding(world, 1, {})), { first: 'event_changed', applied: [true, false], again: 'held' });
    assert.equal(world.status(reservationId(1))?.totalMinor, 1);
  });

  it('on an event: a hold against a change that blocks its seat, or lowers its pool', () => {
    const world = smallWorld();
    const blocking = putting(world, { sections: [{ ...R, blocked: ['R-A-1'] }, S, FLOOR] });
    assert.deepEqual(interleave(world, holding(world, 1, {}), blocking), { first: 'held', applied: [true, false], again: 'event_conflict' });
    const lowering = putting(world, { sections: [R, S, { ...FLOOR, capacity: 1 }] });
    const result = interleave(world, holding(world, 2, { userId: 'bob', quantity: 2, section: 'FLOOR' }), lowering);
    assert.deepEqual(result, { first: 'held', applied: [true, false], again: 'event_conflict' });
  });

  it('on a new event', () => {
    const world = smallWorld();
    const create = (name: string): Decision => putting(world, { id: 'evt_new', name });
    assert.deepEqual(interleave(world, create('one'), create('two')), { first: 'event_created', applied: [true, false], again: 'event_changed' });
  });

  it('not at all where they have nothing in common', () => {
    const world = smallWorld();
    const result = interleave(world, holding(world, 1, { seatIds: ['R-A-1'] }), holding(world, 2, { userId: 'bob', seatIds: ['R-A-2'] }));
    assert.deepEqual(result, { first: 'held', applied: [true, true], again: 'exists' });
  });
});

describe('a decision that is overtaken every time', () => {
  it('is given up after limits.decideAttempts, and changes nothing', () => {
    const world = smallWorld();
    let n = 10;
    const overtaken: Decision = (unit) => {
      const outcome = world.decide.hold(unit, holdCommand(1, { quantity: 1, section: 'FLOOR' }), world.clock.nowMs());
      world.run(holding(world, n++, { userId: `user-${n}`, quantity: 1, section: 'FLOOR' }));
      return outcome;
    };
    assert.throws(() => world.run(overtaken), Contended);
    assert.equal(world.status(reservationId(1)), undefined);
    assert.equal(n, 10 + world.memory.limits.decideAttempts);
  });
});
