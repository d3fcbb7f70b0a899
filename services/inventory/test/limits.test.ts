import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { LimitReached } from '@traffic-tacos/kernel';
import { parseEvent } from '../src/domain/catalogue.ts';
import { HOLD_MS_MAX } from '../src/domain/check-command.ts';
import { bytesPerHold } from '../src/adapters/embedded/hold-rows.ts';
import { SMALL_EVENT, reservationId } from '../src/testing/builders.ts';
import { TEST_LIMITS, createWorld, smallWorld, type World } from './support/world.ts';

const hold = (world: World, n: number, changes: object = {}): string =>
  world.hold(n, { quantity: 1, section: 'FLOOR', ...changes }).kind;

/** The places of the problems that a document has under limits that are lower than usual. */
const problemsUnder = (limits: object, changes: object): readonly string[] => {
  const parsed = parseEvent({ ...SMALL_EVENT, ...changes }, { ...TEST_LIMITS, ...limits });
  return parsed.kind === 'valid' ? [] : parsed.problems.map(({ place }) => place);
};

describe('a table at its limit', () => {
  it('holdRows: the last row is used, the next hold is refused, and every hold that stands goes on', () => {
    const world = smallWorld({ limits: { holdRows: 2 } });
    assert.deepEqual([hold(world, 1), hold(world, 2)], ['held', 'held']);
    assert.throws(() => hold(world, 3), LimitReached);
    assert.equal(world.run((unit) => world.decide.commit(unit, { reservationId: reservationId(1) }, world.clock.nowMs())).kind, 'committed');
    assert.equal(hold(world, 2), 'exists');
    assert.equal(hold(world, 4, { section: 'X' }), 'section_not_found');
    assert.deepEqual(world.audit(), []);
  });

  it('users: known buyers go on, new ones are refused', () => {
    const world = smallWorld({ limits: { users: 1 } });
    assert.equal(hold(world, 1), 'held');
    assert.throws(() => hold(world, 2, { userId: 'bob' }), LimitReached);
    assert.equal(hold(world, 3), 'held');
  });

  it('events: known ones can be changed, new ones are refused', () => {
    const world = createWorld({ limits: { events: 1 } });
    assert.equal(world.putEvent(SMALL_EVENT), 'event_created');
    assert.throws(() => world.putEvent({ ...SMALL_EVENT, id: 'evt_2' }), LimitReached);
    assert.equal(world.putEvent({ ...SMALL_EVENT, name: 'Renamed' }), 'event_changed');
  });
});

describe('a command at its limit', () => {
  it('seatsPerHold: so many and no more, and as many fit into a row', () => {
    const world = smallWorld({ limits: { seatsPerHold: 3 } });
    assert.equal(hold(world, 1, { quantity: 4 }), 'command_invalid');
    assert.equal(hold(world, 1, { quantity: undefined, section: undefined, seatIds: ['R-A-1', 'R-A-2', 'R-A-3', 'S1'] }), 'command_invalid');
    assert.equal(hold(world, 1, { quantity: undefined, section: undefined, seatIds: ['R-A-3', 'R-A-2', 'R-A-1'] }), 'held');
    assert.deepEqual(world.status(reservationId(1))?.seatIds, ['R-A-3', 'R-A-2', 'R-A-1']);
    assert.ok(bytesPerHold(TEST_LIMITS.seatsPerHold) <= 160);
  });

  it('idChars and the longest hold', () => {
    const world = smallWorld({ limits: { idChars: 20 } });
    assert.equal(hold(world, 1, { userId: 'u'.repeat(21) }), 'command_invalid');
    assert.equal(hold(world, 1, { userId: 'u'.repeat(20), holdForMs: HOLD_MS_MAX }), 'held');
    assert.equal(hold(world, 2, { holdForMs: HOLD_MS_MAX + 1 }), 'command_invalid');
    assert.equal(hold(world, 3, { eventId: '🎫'.repeat(20) }), 'event_not_found', 'a character of two code units is one, as at the edge');
    assert.equal(hold(world, 4, { eventId: '🎫'.repeat(21) }), 'command_invalid');
  });
});

describe('a document at its limit', () => {
  it('seatsPerEvent, sectionsPerEvent, capacityPerPool, priceMinor', () => {
    assert.deepEqual(problemsUnder({ seatsPerEvent: 5 }, {}), []);
    assert.deepEqual(problemsUnder({ seatsPerEvent: 4 }, {}), ['sections']);
    assert.deepEqual(problemsUnder({ sectionsPerEvent: 3 }, {}), []);
    assert.deepEqual(problemsUnder({ sectionsPerEvent: 2 }, {}), ['sections']);
    assert.deepEqual(problemsUnder({ capacityPerPool: 5 }, {}), []);
    assert.deepEqual(problemsUnder({ capacityPerPool: 4 }, {}), ['sections[2].capacity']);
    assert.deepEqual(problemsUnder({ priceMinor: 150_000 }, {}), []);
    assert.deepEqual(problemsUnder({ priceMinor: 149_999 }, {}), ['sections[0].price']);
  });

  it('idChars and nameChars', () => {
    assert.deepEqual(problemsUnder({ idChars: 9 }, {}), []);
    assert.deepEqual(problemsUnder({ idChars: 8 }, {}), ['id']);
    const rowOf = (seats: string) => ({ id: 'e', sections: [{ id: 'R', price: 1, rows: [{ id: 'AB', seats }] }] });
    assert.deepEqual(problemsUnder({ idChars: 6 }, rowOf('1-9')), []);
    assert.deepEqual(problemsUnder({ idChars: 6 }, rowOf('1-10')), ['sections[0].rows[0].id']);
    assert.deepEqual(problemsUnder({ nameChars: 13 }, {}), []);
    assert.deepEqual(problemsUnder({ nameChars: 12 }, {}), ['name']);
  });
});
