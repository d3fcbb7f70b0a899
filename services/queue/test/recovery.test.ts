import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ByteReader, type RecordTable } from '@traffic-tacos/journal';
import { DEFAULT_LIMITS, epochMs, InvariantBreach, SeededRandom, type IdWords } from '@traffic-tacos/kernel';
import { createQueueTables, type QueueTables } from '@traffic-tacos/queue';
import { newRoom } from '../src/domain/room.ts';
import { bytesOf, recordsOf } from './byte-journal.ts';
import { EVENT, queueWorld, type QueueWorld } from './queue-world.ts';

/** Some hours of a room: people come, wait, are let in, hold, leave and vanish. */
async function history(seed: number): Promise<{ readonly world: QueueWorld; readonly snapshot: readonly { table: RecordTable<unknown>; record: unknown }[]; readonly fromEntry: number }> {
  const world = queueWorld();
  Object.assign(world.settings, { perSecond: 20, maxActive: 12 });
  const random = new SeededRandom(seed);
  const keys: IdWords[] = [];
  let snapshot: { table: RecordTable<unknown>; record: unknown }[] = [];
  let fromEntry = 0;
  for (let step = 0; step < 120; step++) {
    const key = keys[random.below(Math.max(1, keys.length))];
    const kind = random.below(8);
    if (kind < 3) keys.push((await world.join(`p${random.below(60)}`)).key);
    else if (kind === 3 && key !== undefined) await world.store.enter(key);
    else if (kind === 4 && key !== undefined) await world.store.leave(key);
    else if (kind === 5) await world.run(250 * (1 + random.below(40)), keys.slice(-10));
    else if (kind === 6) await world.store.control(EVENT, { kind: 'set_rate', perSecond: 1 + random.below(50) });
    else await world.run(250, keys);
    if (step === 60) {
      fromEntry = world.journal.entryCount;
      // The walk of a snapshot goes on beside traffic: the first half of the rows is of now, the rest of later.
      snapshot = [...recordsOf(world.tables.rooms), ...recordsOf(world.tables.places).slice(0, 10)].map((record, index) => ({ table: (index < 1 ? world.tables.rooms : world.tables.places) as RecordTable<unknown>, record }));
    }
  }
  snapshot.push(...recordsOf(world.tables.places).map((record) => ({ table: world.tables.places as RecordTable<unknown>, record })));
  return { world, snapshot, fromEntry };
}

/** All that a restart must keep, a line for each place and one for the room. */
function pictureOf({ memory, places, rooms }: QueueTables): readonly string[] {
  const room = memory.find(EVENT);
  const aheadOf = (lane: number, slot: number): number | undefined => (room?.lane(lane).order.has(slot) === true ? room.lane(lane).order.ahead(slot) : undefined);
  const lines = recordsOf(places).map((place) => JSON.stringify({ ...place, ahead: aheadOf(place.lane, place.arrival) }));
  return [...lines.toSorted(), JSON.stringify([recordsOf(rooms), room?.waiting, room?.ready, room?.admitted, room?.spent])];
}

/** The first line that differs: a whole picture is too long to be told. */
function assertSame(found: readonly string[], wanted: readonly string[], sentence: string): void {
  assert.equal(found.length, wanted.length, sentence);
  for (const [index, line] of wanted.entries()) assert.equal(found[index], line, sentence);
}

test('I4: recovered rooms equal the live ones, from the first entry and from a snapshot beside traffic', async () => {
  for (let seed = 1; seed <= 12; seed++) {
    const { world, snapshot, fromEntry } = await history(seed);
    const wanted = pictureOf(world.tables);
    const [replayed, laidOver] = [createQueueTables(DEFAULT_LIMITS), createQueueTables(DEFAULT_LIMITS)];
    world.journal.recover(replayed.all);
    assertSame(pictureOf(replayed), wanted, `seed ${seed}: from the first entry`);
    world.journal.recover(laidOver.all, snapshot, fromEntry);
    assertSame(pictureOf(laidOver), wanted, `seed ${seed}: from the snapshot`);
  }
});

test('after a restart every lease starts anew, and who was ready or had a token still is or has', async () => {
  const world = queueWorld();
  const places = [await world.join('a'), await world.join('b'), await world.join('c')];
  const keys = places.map(({ key }) => key);
  world.settings.maxActive = 2;
  await world.run(500, keys);
  await world.store.enter(keys[0] as IdWords);
  world.clock.advance(29_000);
  const after = queueWorld({}, world);
  world.clock.advance(29_000);
  assert.deepEqual(keys.map((key) => after.store.read(key)?.status), ['admitted', 'ready', 'waiting']);
  world.clock.advance(1_000);
  assert.deepEqual(keys.map((key) => after.store.read(key)?.status), ['admitted', 'expired', 'expired']);
  assert.equal(after.store.grant(keys[0] as IdWords)?.isLive(), true);
});

test('a finished place is forgotten after its grace, or at once where places run short', async () => {
  const world = queueWorld({ queueGraceMs: 60_000 });
  const { key } = await world.join('a');
  await world.join('b');
  await world.store.leave(key);
  await world.run(59_000);
  assert.equal(world.store.read(key)?.status, 'left');
  await world.join('c');
  await world.run(2_000);
  assert.equal(world.store.read(key), undefined);
});

test('S1: a room through which many more have gone than there may be places starts again, with everybody who still waits', async () => {
  const limits = { queuePlaces: 8, queuePlacesPerEvent: 8 };
  const world = queueWorld(limits);
  const staying = [await world.join('a'), await world.join('b')];
  for (let i = 0; i < 40; i++) {
    const { key } = await world.join(`p${i}`);
    if (i % 2 === 0) await world.store.leave(key);
    else await world.run(31_000, staying.map((place) => place.key));
  }
  const after = queueWorld(limits, world);
  assert.deepEqual(staying.map(({ key }) => after.store.read(key)?.position), staying.map(({ key }) => world.store.read(key)?.position));
  assert.ok(after.tables.memory.rows.live <= limits.queuePlaces, `${after.tables.memory.rows.live} places`);
  await after.join('late');
});

test('the bytes of the first layouts stay readable, and those of a newer one are refused', () => {
  const tables = createQueueTables(DEFAULT_LIMITS);
  const key: IdWords = { w0: 1, w1: 2, w2: 3, w3: -4 };
  const place = {
    key, version: 2, eventId: EVENT, lane: 1, ownerKind: 'label', owner: { w0: 5, w1: 6, w2: 7, w3: 8 }, arrival: 9, joinedAtMs: epochMs(10), state: 4, changedAtMs: epochMs(11),
    tokenExpiresAtMs: epochMs(12), keyNumber: 1, reservation: { w0: 13, w1: 14, w2: 15, w3: 16 },
  } as const;
  const room = newRoom(EVENT, epochMs(5), { seed: '5a'.repeat(32), heldAtMs: epochMs(0), root: '', entrants: 0 });
  const draw = { eventId: EVENT, lanes: [{ ids: new Uint8Array(32).fill(7), slots: Uint32Array.of(1, 0) }] };
  const records: readonly (readonly [RecordTable<unknown>, unknown])[] = [
    [tables.places as RecordTable<unknown>, place],
    [tables.rooms as RecordTable<unknown>, { room, changes: [{ key, version: 3, state: 2 }] }],
    [tables.draws as RecordTable<unknown>, draw],
  ];
  for (const [index, [table, record]] of records.entries()) {
    const hex = LAYOUT_1[index] ?? '';
    assert.equal(bytesOf(table, record).toString('hex'), hex);
    assert.deepEqual(table.decode(1, new ByteReader(Buffer.from(hex, 'hex'))), record);
    assert.throws(() => table.decode(2, new ByteReader(Buffer.from(hex, 'hex'))), InvariantBreach);
  }
});

/** A place, a tick, a draw. */
const LAYOUT_1 = [
  '010000000200000003000000fcffffff02000000050000006576745f31010105000000060000000700000008000000090000000000000000002440040000000000002640000000000000284001010d0000000e0000000f00000010000000',
  '050000006576745f31010000000000000000001440000000000000000000000000000000000000010700000067656e6572616c0100000000000000014000000035613561356135613561356135613561356135613561356135613561356135613561356135613561356135613561356135613561356135613561356135613561000000000000000000000000000000000000000000000000000000000000000000000000000000002400000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000001000000010000000200000003000000fcffffff0300000002',
  '050000006576745f31010200000007070707070707070707070707070707070707070707070707070707070707070100000000000000',
];
