import assert from 'node:assert/strict';
import { test } from 'node:test';
import { epochMs } from '@traffic-tacos/kernel';
import { verifyDraw } from '@traffic-tacos/queue';
import * as fc from 'fast-check';
import { drawLane, rootOf, seedHashOf } from '../src/application/draw.ts';
import { listEntrants, readDraw } from '../src/application/read-draw.ts';
import { EVENT, queueWorld, TICK_MS, type QueueWorld } from './queue-world.ts';

const SEED = '5a'.repeat(32);

async function drawWorld(people: number): Promise<{ readonly world: QueueWorld; readonly places: readonly Awaited<ReturnType<QueueWorld['join']>>[] }> {
  const world = queueWorld();
  Object.assign(world.sale, { policy: 'draw', saleStartsAtMs: epochMs(world.clock.wallMs() + 1_000) });
  const places = [];
  for (let i = 0; i < people; i++) places.push(await world.join());
  return { world, places };
}

const published = async ({ store }: QueueWorld) => {
  const draw = await readDraw(store, EVENT);
  const { seed = '', root = '', seedHash = '' } = draw ?? {};
  return { seedHash, root, seed, lanes: (store.heldDraw(EVENT) ?? []).map(({ ids }) => ids) };
};

test('a draw gives every place once, the same for the same seed, another for another lane', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2_000 }), fc.nat(7), (people, lane) => {
      const slots = drawLane(SEED, lane, people);
      assert.deepEqual([...slots].toSorted((a, b) => a - b), Array.from({ length: people }, (_, slot) => slot));
      assert.deepEqual(drawLane(SEED, lane, people), slots);
    }),
    { numRuns: 50 },
  );
  assert.notDeepEqual(drawLane(SEED, 0, 50), drawLane(SEED, 1, 50));
});

test('a draw favours nobody: over many seeds each of five people is first about as often', () => {
  const firsts = [0, 0, 0, 0, 0];
  for (let seed = 0; seed < 5_000; seed++) {
    const first = drawLane(seed.toString(16).padStart(64, '0'), 0, 5).indexOf(0);
    firsts[first] = (firsts[first] ?? 0) + 1;
  }
  for (const first of firsts) assert.ok(first > 850 && first < 1_150, firsts.join());
});

test('before a draw nobody has a position and nobody is let in; at the opening all places are drawn, and anybody can draw again', async () => {
  const { world, places } = await drawWorld(200);
  const { store } = world;
  const before = await readDraw(store, EVENT);
  assert.deepEqual([before?.seed, before?.root, before?.heldAtMs], [undefined, undefined, undefined]);
  await world.run(750, []);
  assert.ok(places.every(({ key }) => store.read(key)?.position === undefined));
  await world.run(2 * TICK_MS);
  const drawn = await published(world);
  assert.equal(drawn.seedHash, before?.seedHash, 'the hash was published before');
  const verdict = verifyDraw(drawn);
  assert.ok(verdict.kind === 'genuine');
  assert.deepEqual(places.map(({ key }) => store.read(key)?.position), Array.from(verdict.slots[0] ?? [], (slot) => slot + 1));
  assert.notDeepEqual(places.map(({ key }) => store.read(key)?.position), places.map((_, index) => index + 1));
  assert.equal((await listEntrants(store, EVENT, 0, 190))?.length, 10);
  const late = await world.join();
  assert.equal(late.position, 201, 'whoever comes later stands behind all who were drawn');
});

test('I4: neither the hash of a seed nor the seed and its list are told before they are on disk', async () => {
  const { world } = await drawWorld(0);
  const { journal, store } = world;
  const isTold = (): Promise<boolean> => Promise.race([readDraw(store, EVENT).then(() => true), new Promise<boolean>((resolve) => setImmediate(resolve, false))]);
  journal.holdsBack = true;
  const joining = world.join();
  assert.equal(await isTold(), false, 'the hash');
  journal.flush();
  await joining;
  assert.equal(await isTold(), true);
  world.clock.advance(1_000);
  const ticking = store.tick();
  assert.equal(await isTold(), false, 'the seed');
  journal.flush();
  await ticking;
  assert.notEqual((await readDraw(store, EVENT))?.seed, undefined);
});

test('I9: a restart keeps the drawn places, and those who come after it stand behind them', async () => {
  const { world, places } = await drawWorld(100);
  await world.run(1_500);
  const positions = places.map(({ key }) => world.store.read(key)?.position);
  for (const { key } of places.slice(0, 50)) await world.store.leave(key);
  const after = queueWorld({}, world);
  const left = places.slice(50);
  const wanted = left.map(({ key }) => world.store.read(key)?.position);
  assert.deepEqual(left.map(({ key }) => after.store.read(key)?.position), wanted);
  assert.ok(positions.every((position) => position !== undefined));
  assert.equal((await after.join()).position, 51);
  assert.deepEqual(await published(after), await published(world));
});

test('planted: another seed, a list with somebody added, and one in another order are found', async () => {
  const { world } = await drawWorld(20);
  await world.run(1_500);
  const drawn = await published(world);
  const [ids = new Uint8Array()] = drawn.lanes;
  assert.equal(verifyDraw({ ...drawn, seed: SEED }).kind, 'other_seed');
  assert.equal(verifyDraw({ ...drawn, lanes: [new Uint8Array([...ids, ...ids.subarray(0, 16)])] }).kind, 'other_list');
  assert.equal(verifyDraw({ ...drawn, lanes: [new Uint8Array([...ids.subarray(16), ...ids.subarray(0, 16)])] }).kind, 'other_list');
});

test('known answers: whoever writes the check anew comes to the same', () => {
  assert.equal(seedHashOf(SEED), '60bf07c488aad18fda339df07e4fbc47b4f00be71711936f18d04d352ad01890');
  assert.equal(rootOf([{ ids: new Uint8Array(32).fill(1) }]), '0198486c592b5708f622d5fa4fad1c12dcaf11950051a03a380c1af405ce13f9');
  assert.deepEqual([...drawLane(SEED, 0, 8)], [5, 3, 6, 7, 2, 4, 0, 1]);
});
