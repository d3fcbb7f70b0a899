import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as breathe } from 'node:timers/promises';
import { epochMs } from '@traffic-tacos/kernel';
import { verifyDraw } from '@traffic-tacos/queue';
import * as fc from 'fast-check';
import { drawLane, PEOPLE_A_STEP, rootOf, seedHashOf } from '../src/application/draw.ts';
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

test('I9: whoever was gone before the draw and closes the page afterwards puts nobody to sleep who was drawn', async () => {
  const { world, places: [gone = assert.fail(), drawn = assert.fail()] } = await drawWorld(2);
  await world.store.leave(gone.key);
  world.settings.maxActive = 0;
  await world.run(1_500, [drawn.key]);
  assert.equal(world.store.read(drawn.key)?.position, 1);
  assert.deepEqual(world.store.leaveSoftly(gone.key), { kind: 'left' });
  world.settings.maxActive = 1;
  await world.run(TICK_MS);
  assert.equal(world.store.read(drawn.key)?.status, 'ready');
});

/** A draw that is prepared in slices of one step, with the sale about to begin. */
async function slicedWorld(people: number): Promise<{ readonly world: QueueWorld; readonly places: readonly Awaited<ReturnType<QueueWorld['join']>>[] }> {
  const world = queueWorld({ queueDrawSlice: PEOPLE_A_STEP });
  Object.assign(world.sale, { policy: 'draw', saleStartsAtMs: epochMs(world.clock.wallMs() + 1_000) });
  const places = [];
  for (let i = 0; i < people; i++) places.push(await world.join());
  return { world, places };
}

const slicesUntilDrawn = (world: QueueWorld): number => {
  for (let slices = 1; ; slices++) if (!world.store.drawOn()) return slices;
};

test('queueDrawSlice: a slice of a draw deals with so many people and no more, and shows nothing before all of it is drawn; the result is that of a draw at once', async () => {
  const people = 5 * PEOPLE_A_STEP;
  const { world, places } = await slicedWorld(people);
  await world.run(750);
  const entries = world.journal.entryCount;
  world.clock.advance(TICK_MS);
  assert.equal((await world.store.tick()).isDrawing, true);
  assert.deepEqual([world.journal.entryCount, world.store.read(places[0]?.key ?? assert.fail())?.position, (await readDraw(world.store, EVENT))?.seed], [entries, undefined, undefined]);
  const slices = slicesUntilDrawn(world);
  assert.ok(slices >= 6 * 5 - 1, `${slices} slices for six passes over five steps of people`);
  assert.equal(world.journal.entryCount, entries + 1, 'one entry');
  const drawn = await published(world);
  assert.equal(drawn.root, rootOf(drawn.lanes.map((ids) => ({ ids }))));
  const wanted = drawLane(drawn.seed, 0, people);
  assert.deepEqual(places.map(({ key }) => (world.store.read(key)?.position ?? 0) - 1), [...wanted]);
  assert.equal(world.store.drawOn(), false, 'nothing is left to draw');
});

test('I9: whoever joins while a draw is prepared stands behind all who are drawn, whoever leaves stands nowhere, and a restart after it finds the same', async () => {
  const { world, places } = await slicedWorld(3 * PEOPLE_A_STEP);
  await world.run(1_000);
  const late: Awaited<ReturnType<QueueWorld['join']>>[] = [];
  const left = new Set<string>();
  const idOf = (key: object): string => JSON.stringify(key);
  for (let slice = 0, isDrawing = true; isDrawing; slice++) {
    late.push(await world.join());
    const leaver = places[(slice * 211) % places.length] ?? assert.fail();
    left.add(idOf(leaver.key));
    await world.store.leave(leaver.key);
    if (slice % 4 === 3) {
      const gone = late.shift() ?? assert.fail();
      await world.store.leave(gone.key);
    }
    isDrawing = world.store.drawOn();
  }
  const staying = places.filter(({ key }) => !left.has(idOf(key)));
  const after = queueWorld({}, world);
  for (const { store } of [world, after]) {
    const positions = staying.map(({ key }) => store.read(key)?.position ?? assert.fail());
    assert.deepEqual(positions.toSorted((a, b) => a - b), staying.map((_, i) => i + 1));
    assert.deepEqual(late.map(({ key }) => store.read(key)?.position), late.map((_, i) => staying.length + i + 1));
  }
  assert.deepEqual(staying.map(({ key }) => after.store.read(key)?.position), staying.map(({ key }) => world.store.read(key)?.position));
  assert.equal(verifyDraw(await published(world)).kind, 'genuine');
});

test('S1: a process that ends while a draw is prepared has drawn nothing; the next one draws with the seed whose hash was published', async () => {
  const { world, places } = await slicedWorld(2 * PEOPLE_A_STEP);
  await world.run(1_000);
  world.store.drawOn();
  const before = await readDraw(world.store, EVENT);
  const after = queueWorld({}, world);
  assert.equal((await readDraw(after.store, EVENT))?.heldAtMs, undefined);
  await after.run(TICK_MS);
  slicesUntilDrawn(after);
  assert.equal((await published(after)).seedHash, before?.seedHash);
  assert.equal(verifyDraw(await published(after)).kind, 'genuine');
  assert.equal(after.store.read(places[0]?.key ?? assert.fail())?.status, 'waiting');
});

test('a draw of many people is finished by the ticker, beside whatever else is asked', async () => {
  const { world, places } = await slicedWorld(2 * PEOPLE_A_STEP);
  world.service.start({ onFailure: (cause) => assert.fail(String(cause)) });
  for (let i = 0; i < 200 && (await readDraw(world.store, EVENT))?.seed === undefined; i++) {
    world.clock.advance(TICK_MS / 5);
    for (const run of world.timers.splice(0)) run();
    await breathe();
  }
  assert.equal(typeof world.store.read(places[0]?.key ?? assert.fail())?.position, 'number');
  await world.service.stop();
});
