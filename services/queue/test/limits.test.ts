import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Followers } from '../src/application/followers.ts';
import { EVENT, queueWorld } from './queue-world.ts';

const nobodyListens = (): void => undefined;

test('queueLanes: a room has so many lanes, and the word for one more changes nothing', async () => {
  const world = queueWorld({ queueLanes: 2 });
  await world.join();
  const lanes = (count: number) => Array.from({ length: count }, (_, i) => (i === 0 ? { id: 'general', quota: 1, role: '' } : { id: `lane-${i}`, quota: 1, role: 'member' }));
  assert.equal((await world.store.control(EVENT, { kind: 'set_lanes', lanes: lanes(2) })).kind, 'controlled');
  assert.equal((await world.store.control(EVENT, { kind: 'set_lanes', lanes: lanes(3) })).kind, 'too_many_lanes');
  assert.equal(world.store.room(EVENT)?.room.lanes.length, 2);
});

test('queueFollowers: so many follow places at one time, one more is told so, and whoever goes makes room', async () => {
  const world = queueWorld();
  const followers = new Followers(world.store, 2);
  const { key } = await world.join();
  const first = followers.follow(key, nobodyListens);
  assert.ok(typeof first === 'function' && typeof followers.follow(key, nobodyListens) === 'function');
  assert.equal(followers.follow(key, nobodyListens), 'too_many');
  first();
  assert.equal(typeof followers.follow(key, nobodyListens), 'function');
});
