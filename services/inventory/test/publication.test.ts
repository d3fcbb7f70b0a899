import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { SMALL_EVENT, reservationId } from '../src/testing/builders.ts';
import { smallWorld, type World } from './support/world.ts';

const look = (world: World, eventId = 'evt_small') => {
  const facts = world.views.event(eventId, world.clock.nowMs());
  const map = world.views.seatMap(eventId, 'R', world.clock.nowMs());
  const [row] = map.kind === 'seat_map' ? (map.sections[0]?.seats ?? []) : [];
  return { remaining: facts?.remaining, states: row?.states, version: facts?.version };
};

const hold = (world: World, n: number, changes: object = {}): string =>
  world.hold(n, changes).kind;

function flushed(): World {
  const world = smallWorld();
  world.journal.flush();
  return world;
}

describe('what strangers see', () => {
  it('I4: is what is on disk: neither the group that gathers nor the one that is being written', () => {
    const world = flushed();
    const before = look(world);
    assert.deepEqual(before, { remaining: 10, states: 'fff', version: 1 });
    hold(world, 1);
    assert.deepEqual(look(world), before);
    world.journal.seal();
    hold(world, 2, { seatIds: ['R-A-2'] });
    assert.deepEqual(look(world), before);
    for (const observer of [world.memory.publisher]) observer.flushed();
    assert.deepEqual(look(world), { remaining: 9, states: 'hff', version: 2 });
    world.journal.flush();
    assert.deepEqual(look(world), { remaining: 8, states: 'hhf', version: 3 });
  });

  it('shows no event before its first group is on disk, and changes of it at the flush', () => {
    const world = flushed();
    world.putEvent({ ...SMALL_EVENT, id: 'evt_new' });
    assert.equal(world.views.event('evt_new', world.clock.nowMs()), undefined);
    assert.equal(world.views.seatMap('evt_new', undefined, world.clock.nowMs()).kind, 'event_not_found');
    assert.deepEqual(world.views.events({ after: undefined, limit: 9 }, world.clock.nowMs()).events.map(({ id }) => id), ['evt_small']);
    world.journal.flush();
    assert.equal(look(world, 'evt_new').remaining, 10);
    const [first, ...rest] = SMALL_EVENT.sections;
    world.putEvent({ ...SMALL_EVENT, id: 'evt_new', name: 'Renamed', sections: [{ ...first, rows: [{ id: 'A', seats: '1-5' }] }, ...rest] });
    hold(world, 1, { eventId: 'evt_new', seatIds: ['R-A-5'] });
    assert.deepEqual([look(world, 'evt_new').states, world.views.event('evt_new', world.clock.nowMs())?.terms.name], ['fff', 'A small event']);
    world.journal.flush();
    assert.deepEqual([look(world, 'evt_new').states, world.views.event('evt_new', world.clock.nowMs())?.terms.name], ['ffffh', 'Renamed']);
  });

  it('a hold that is over is free at its instant, and stays so while its end is written down', () => {
    const world = flushed();
    hold(world, 1);
    world.journal.flush();
    world.clock.advance(60_000);
    const over = look(world);
    assert.deepEqual([over.remaining, over.states], [10, 'fff']);
    world.run((unit) => world.decide.expire(unit, { reservationId: reservationId(1) }, world.clock.nowMs()));
    assert.equal(look(world).remaining, 10);
    world.journal.seal();
    assert.equal(look(world).remaining, 10);
    world.journal.flush();
    assert.deepEqual([look(world).remaining, look(world).states], [10, 'fff']);
  });

  it('a hold that is over before it is on disk is never shown', () => {
    const world = flushed();
    hold(world, 1, { quantity: 5, section: 'FLOOR', userId: 'x', holdForMs: 1 });
    hold(world, 2, { quantity: 4, section: 'FLOOR', holdForMs: 1 });
    world.clock.advance(1);
    const before = look(world);
    assert.equal(before.remaining, 10);
    world.journal.flush();
    assert.equal(look(world).remaining, 10);
  });

  it('is tagged so that an equal tag means equal places, over restarts too', () => {
    const world = flushed();
    const tags = new Set<string | undefined>();
    const tag = (): void => void tags.add(world.views.event('evt_small', world.clock.nowMs())?.tag);
    tag();
    hold(world, 1);
    world.journal.flush();
    tag();
    world.clock.advance(60_000);
    tag();
    world.run((unit) => world.decide.expire(unit, { reservationId: reservationId(1) }, world.clock.nowMs()));
    world.journal.flush();
    tag();
    assert.equal(tags.size, 4);
  });
});
