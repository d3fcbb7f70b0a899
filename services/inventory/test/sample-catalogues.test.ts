import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { describe, it } from 'node:test';
import { DEFAULT_LIMITS } from '@traffic-tacos/kernel';
import { parseCatalogue } from '../src/domain/catalogue.ts';
import { createWorld, type World } from './support/world.ts';

const CATALOGUES = new URL('../catalogues/', import.meta.url);

/** What each sample has: places, blocked ones included, blocked ones, and whether people wait for their turn. */
const CAPACITIES: Readonly<Record<string, readonly [event: string, capacity: number, blocked: number, waitingRoom: 'on' | 'off']>> = {
  'arena.json': ['evt_arena', 15_000, 0, 'off'],
  'evt-2025-1001.json': ['evt_2025_1001', 1_000, 2, 'off'],
  'festival.json': ['evt_festival', 50_000, 0, 'on'],
  'theatre.json': ['evt_theatre', 1_090, 6, 'off'],
};

function load(file: string): World {
  const parsed = parseCatalogue(JSON.parse(readFileSync(new URL(file, CATALOGUES), 'utf8')), DEFAULT_LIMITS);
  assert.deepEqual(parsed.kind === 'invalid' ? parsed.problems : [], []);
  const world = createWorld();
  for (const event of parsed.kind === 'valid' ? parsed.events : []) world.run((unit) => world.decide.putEvent(unit, event, world.clock.nowMs()));
  world.journal.flush();
  return world;
}

describe('sample catalogues', () => {
  it('are all known to this test', () => {
    assert.deepEqual(readdirSync(CATALOGUES).sort(), Object.keys(CAPACITIES).sort());
  });

  for (const [file, [eventId, capacity, blocked, room]] of Object.entries(CAPACITIES)) {
    it(`I1: ${file} has ${capacity} places, on sale now, its waiting room ${room}`, () => {
      const world = load(file);
      const facts = world.views.event(eventId, world.clock.nowMs());
      assert.deepEqual([facts?.capacity, facts?.remaining], [capacity, capacity - blocked]);
      const { waitingRoom, saleStartsAtMs, saleEndsAtMs, currency } = facts?.terms ?? {};
      assert.deepEqual([waitingRoom, saleStartsAtMs, saleEndsAtMs, currency], [room, undefined, undefined, 'KRW']);
      assert.deepEqual(world.audit(), []);
      assert.equal(world.hold(1, { eventId, quantity: 2, admission: room === 'on' ? 'granted' : 'none' }).kind, 'held');
      assert.equal(world.hold(2, { eventId, quantity: 2 }).kind, room === 'on' ? 'not_admitted' : 'held');
    });
  }

  it('evt_2025_1001 has seats called as in A-12', () => {
    const world = load('evt-2025-1001.json');
    const outcome = world.hold(1, { eventId: 'evt_2025_1001', seatIds: ['A-12', 'A-13'] });
    assert.deepEqual(outcome.kind === 'held' && [outcome.hold.sectionId, outcome.hold.totalMinor], ['A', 300_000]);
  });
});
