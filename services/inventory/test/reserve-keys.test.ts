import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'node:test';
import { ByteReader, ByteWriter, Unit } from '@traffic-tacos/journal';
import { DEFAULT_LIMITS, InvariantBreach, LimitReached, SeededRandom, epochMs, type IdWords } from '@traffic-tacos/kernel';
import { RULES } from '../src/adapters/embedded/rules.ts';
import { ReserveKeyTable, type ReserveKeyRecord } from '../src/adapters/embedded/reserve-key-table.ts';
import type { ReserveOutcome } from '../src/domain/outcomes.ts';
import { holdCommand, reservationId } from '../src/testing/builders.ts';
import { createWorld, smallWorld, type World } from './support/world.ts';

const TTL_MS = 1_000;
const KEYS = ['a', 'b', 'c'];

const reserving = (world: World, n: number, idempotencyKey: string, changes: object = {}) => (unit: Unit): ReserveOutcome =>
  world.decide.reserve(unit, { ...holdCommand(n, { quantity: 1, section: 'FLOOR', ...changes }), idempotencyKey }, world.clock.nowMs());

/** Whose hold a repeat under each key would get; undefined where the key counts as new or its places are asked for in another number. */
const answersOf = (world: World): readonly unknown[] =>
  KEYS.map((key) => {
    const outcome = reserving(world, 999_999, key)(new Unit());
    return outcome.kind === 'exists' ? outcome.hold.reservationId : undefined;
  });

interface Step {
  readonly kind: 'reserve' | 'release' | 'wait';
  readonly key: string;
  readonly ms: number;
}

const STEPS = fc.array(
  fc.record({ kind: fc.constantFrom<Step['kind']>('reserve', 'reserve', 'release', 'wait'), key: fc.constantFrom(...KEYS), ms: fc.nat(600) }),
  { maxLength: 40 },
);

const limits = { idempotencyTtlMs: TTL_MS };

/** Plays steps from a hold number on; answers the next one. */
function play(world: World, steps: readonly Step[], first = 0): number {
  let n = first;
  for (const { kind, key, ms } of steps) {
    if (kind === 'wait') world.clock.advance(ms);
    else if (kind === 'reserve') world.run(reserving(world, n++, key, { holdForMs: 700 }));
    else if (n > 0) world.run((unit) => world.decide.release(unit, { reservationId: reservationId(n - 1) }, world.clock.nowMs()));
  }
  return n;
}

function recovered(from: World, fill: (world: World) => void): World {
  const world = createWorld({ limits });
  world.clock.set(from.clock.nowMs());
  fill(world);
  for (const table of world.memory.all) table.rebuild();
  return world;
}

describe('I4, I7: keys after a recovery', () => {
  it('replaying all entries, twice over, answers every key as before', () => {
    fc.assert(
      fc.property(STEPS, (steps) => {
        const live = smallWorld({ limits });
        play(live, steps);
        const after = recovered(live, ({ memory }) => {
          live.journal.replay(memory.all);
          live.journal.replay(memory.all);
        });
        assert.deepEqual(answersOf(after), answersOf(live));
      }),
      { numRuns: 150 },
    );
  });

  it('a snapshot walked beside traffic, and the entries since its beginning, answer every key as before', () => {
    fc.assert(
      fc.property(STEPS, STEPS, (before, during) => {
        const live = smallWorld({ limits });
        let n = play(live, before);
        const since = live.journal.entries.length;
        const taken: { readonly table: number; readonly bytes: Buffer }[] = [];
        let next = 0;
        for (const [index, table] of live.memory.all.entries()) {
          for (let cursor = 0; cursor !== -1; n = play(live, during.slice(next, ++next), n)) {
            cursor = table.scan(cursor, 1, (record) => {
              const writer = new ByteWriter();
              table.encode(record, writer);
              taken.push({ table: index, bytes: Buffer.from(writer.bytes()) });
            });
          }
        }
        const after = recovered(live, ({ memory }) => {
          for (const { table, bytes } of taken) {
            const target = memory.all[table];
            target?.restore(target.decode(target.layoutVersion, new ByteReader(bytes)));
          }
          live.journal.replay(memory.all, since);
        });
        assert.deepEqual(answersOf(after), answersOf(live));
      }),
      { numRuns: 100 },
    );
  });

  it('hold and key are one entry: there is never one without the other', () => {
    const world = smallWorld();
    const entries = world.journal.entries.length;
    world.run(reserving(world, 1, 'a'));
    assert.deepEqual(world.journal.entries.slice(entries).map((entry) => entry.map(({ recordType }) => recordType)), [[2, 3]]);
    world.run((unit) => world.decide.hold(unit, holdCommand(2), world.clock.nowMs()));
    assert.deepEqual(world.journal.entries.at(-1)?.map(({ recordType }) => recordType), [2], 'a hold that joins another unit has no key here');
  });
});

describe('I7: two units between decide and apply, under one key', () => {
  it('one winner, whose hold the other gets when it decides again', () => {
    const world = smallWorld();
    const [a, b] = [new Unit(), new Unit()];
    const places = [{ seatIds: ['R-A-1'], quantity: undefined, section: undefined }, { seatIds: ['R-A-1'], quantity: undefined, section: undefined }];
    reserving(world, 1, 'a', places[0])(a);
    reserving(world, 2, 'a', places[1])(b);
    assert.deepEqual([world.units.commit(a), world.units.commit(b)], [true, false]);
    const again = world.run(reserving(world, 2, 'a', places[1]));
    assert.deepEqual(again.kind === 'exists' && again.hold.reservationId, reservationId(1));
  });

  it('also where the places would suffice for both', () => {
    const world = smallWorld();
    const [a, b] = [new Unit(), new Unit()];
    reserving(world, 1, 'a')(a);
    reserving(world, 2, 'a', { section: undefined })(b);
    assert.deepEqual([world.units.commit(a), world.units.commit(b)], [true, false]);
    assert.equal(world.run(reserving(world, 2, 'a', { section: undefined })).kind, 'idempotency_conflict');
  });

  it('a repeat relies on the hold that it answers: when that ends in between, it decides again', () => {
    const world = smallWorld();
    world.run(reserving(world, 1, 'a'));
    const repeat = new Unit();
    assert.equal(reserving(world, 2, 'a')(repeat).kind, 'exists');
    world.run((unit) => world.decide.release(unit, { reservationId: reservationId(1) }, world.clock.nowMs()));
    assert.equal(world.units.commit(repeat), false);
    assert.equal(world.run(reserving(world, 2, 'a')).kind, 'held');
  });
});

describe('planted: a repeat that is not compared with the first command', () => {
  it('hands the first hold to another request, which the conflict test above would see', () => {
    const world = smallWorld({ rules: { ...RULES, judgeRepeat: () => 'exists' } });
    world.run(reserving(world, 1, 'a'));
    assert.equal(world.run(reserving(world, 2, 'a', { quantity: 2 })).kind, 'exists');
    assert.equal(smallWorldConflict(), 'idempotency_conflict');
  });

  const smallWorldConflict = (): string => {
    const world = smallWorld();
    world.run(reserving(world, 1, 'a'));
    return world.run(reserving(world, 2, 'a', { quantity: 2 })).kind;
  };
});

describe('the table of keys', () => {
  const words = (random: SeededRandom): IdWords => ({ w0: random.u32() | 0, w1: random.u32() | 0, w2: random.u32() | 0, w3: random.u32() | 0 });
  const tableOf = (idempotencyKeys: number): ReserveKeyTable => new ReserveKeyTable({ ...DEFAULT_LIMITS, idempotencyKeys, idempotencyTtlMs: TTL_MS });
  const random = new SeededRandom(7);
  const recordAt = (atMs: number, version = 1): ReserveKeyRecord => ({ digest: words(random), reservation: words(random), version, rememberedAtMs: epochMs(atMs) });

  it('idempotencyKeys: the last place is used, the next key is refused, no live key goes, and there is room once one has run out', () => {
    const table = tableOf(2);
    const first = recordAt(0);
    for (const record of [first, recordAt(10)]) {
      table.assertRoom(record.rememberedAtMs);
      table.apply(record);
    }
    assert.throws(() => table.assertRoom(epochMs(TTL_MS - 1)), LimitReached);
    assert.ok(table.find(first.digest, epochMs(TTL_MS - 1)));
    assert.equal(table.find(first.digest, epochMs(TTL_MS)), undefined);
    table.assertRoom(epochMs(TTL_MS));
    assert.equal(table.size, 1);
  });

  it('a key that is used anew takes its old place out of the count in time, and runs out by its new instant', () => {
    const table = tableOf(3);
    const first = recordAt(0);
    table.apply(first);
    const anew = { ...first, reservation: words(random), version: 2, rememberedAtMs: epochMs(500) };
    assert.ok(table.isNext(anew) && !table.isNext({ ...anew, version: 3 }));
    table.apply(anew);
    assert.deepEqual(table.find(first.digest, epochMs(1_400)), anew.reservation);
    table.assertRoom(epochMs(600));
    assert.equal(table.size, 1);
    table.assertRoom(epochMs(1_500));
    assert.deepEqual([table.size, table.versionOf(first.digest)], [0, 0]);
  });

  it('recovery takes more keys than may live at once, since most of them have run out', () => {
    const table = tableOf(50);
    const keysAt = (atMs: number): readonly ReserveKeyRecord[] => Array.from({ length: 40 }, () => recordAt(atMs));
    const latest = keysAt(5_000);
    for (const record of [1, 1_100, 2_200, 3_300].flatMap((atMs) => [...keysAt(atMs)]).concat(latest)) table.restore(record);
    table.rebuild();
    for (const { digest, reservation } of latest) assert.deepEqual(table.find(digest, epochMs(5_001)), reservation);
    while (table.size > 0) {
      const before = table.size;
      table.assertRoom(epochMs(6_000));
      assert.ok(table.size < before, 'keys that were recovered run out, oldest first, as others do');
    }
  });

  it('the bytes of layout 1 stay readable, and no other layout is guessed', () => {
    const record = { digest: { w0: 1, w1: 2, w2: 3, w3: -4 }, reservation: { w0: 5, w1: 6, w2: 7, w3: -8 }, version: 9, rememberedAtMs: epochMs(1_700_000_000_000) };
    const writer = new ByteWriter();
    const table = tableOf(1);
    table.encode(record, writer);
    const hex = '010000000200000003000000fcffffff050000000600000007000000f8ffffff0900000000008056febc7842';
    assert.equal(writer.bytes().toString('hex'), hex);
    assert.deepEqual(table.decode(1, new ByteReader(Buffer.from(hex, 'hex'))), record);
    assert.throws(() => table.decode(2, new ByteReader(Buffer.from(hex, 'hex'))), InvariantBreach);
    assert.deepEqual([table.recordType, table.layoutVersion], [3, 1]);
  });
});
