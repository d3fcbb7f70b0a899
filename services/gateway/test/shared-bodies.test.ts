import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SharedBodies } from '../src/api/rest/shared-bodies.ts';

test('a body is found under its name and what it shows, the same object for all, until that changes', () => {
  const bodies = new SharedBodies(2);
  const first = bodies.keep('evt_1', 'version 1', { remaining: 2 });
  assert.equal(bodies.find('evt_1', 'version 1'), first);
  assert.equal(bodies.find('evt_1', 'version 2'), undefined);
  bodies.keep('evt_1', 'version 2', { remaining: 1 });
  assert.equal(bodies.find('evt_1', 'version 1'), undefined, 'one body a name');
});

test('as many bodies are kept as the limit says; one more takes the place of the one that was not asked for the longest', () => {
  const bodies = new SharedBodies(2);
  for (const name of ['a', 'b']) bodies.keep(name, '1', { name });
  assert.ok(bodies.find('a', '1') !== undefined);
  bodies.keep('c', '1', { name: 'c' });
  const left = ['a', 'b', 'c'].filter((name) => bodies.find(name, '1') !== undefined);
  assert.deepEqual(left, ['a', 'c']);
});
