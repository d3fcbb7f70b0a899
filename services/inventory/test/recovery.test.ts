import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'node:test';
import { ByteReader, ByteWriter, ShortRead, type RecordTable } from '@traffic-tacos/journal';
import { InvariantBreach } from '@traffic-tacos/kernel';
import { SMALL_EVENT, reservationId } from '../src/testing/builders.ts';
import { dump } from './support/dump.ts';
import { ModelRun } from './support/model-run.ts';
import { steps } from './support/steps.ts';
import { createWorld, smallWorld, type World } from './support/world.ts';

/** A fresh world at the same instant, filled by `fill` as recovery would. */
function recovered(from: World, fill: (tables: readonly RecordTable<unknown>[]) => void): World {
  const world = createWorld({ extensionMaxMs: 20 });
  world.clock.set(from.clock.nowMs());
  fill(world.memory.all);
  for (const table of world.memory.all) table.rebuild();
  world.memory.publisher.showAll();
  return world;
}

/** Walks the tables as a snapshot does, a few rows at a time, with `between` called between the slices. */
function walk(world: World, budget: number, between: () => void): readonly { readonly table: number; readonly bytes: Buffer }[] {
  const writer = new ByteWriter();
  const taken: { table: number; bytes: Buffer }[] = [];
  for (const [index, table] of world.memory.all.entries()) {
    for (let cursor = 0; cursor !== -1; between()) {
      cursor = table.scan(cursor, budget, (record) => {
        writer.truncate(0);
        table.encode(record, writer);
        taken.push({ table: index, bytes: Buffer.from(writer.bytes()) });
      });
    }
  }
  return taken;
}

describe('I4: recovery makes the state that was', () => {
  it('replaying all entries gives what applying them live gave', () => {
    fc.assert(
      fc.property(steps(60), (run) => {
        const live = new ModelRun();
        live.play(run);
        live.world.journal.flush();
        const after = recovered(live.world, (tables) => live.world.journal.replay(tables));
        assert.deepEqual(dump(after), dump(live.world));
        assert.deepEqual(after.audit(), []);
      }),
      { numRuns: 80 },
    );
  });

  it('replaying entries twice changes nothing', () => {
    const live = smallWorld();
    live.hold(1);
    live.run((unit) => live.decide.commit(unit, { reservationId: reservationId(1) }, live.clock.nowMs()));
    live.journal.flush();
    const after = recovered(live, (tables) => {
      live.journal.replay(tables);
      live.journal.replay(tables);
      live.journal.replay(tables, 1);
    });
    assert.deepEqual(dump(after), dump(live));
  });

  it('a snapshot walked beside traffic, and the entries since its beginning, give the same', () => {
    fc.assert(
      fc.property(steps(30), steps(40), fc.integer({ min: 1, max: 3 }), (before, during, budget) => {
        const live = new ModelRun();
        live.play(before);
        const since = live.world.journal.entries.length;
        let next = 0;
        const taken = walk(live.world, budget, () => live.play(during.slice(next, ++next)));
        live.world.journal.flush();
        const after = recovered(live.world, (tables) => {
          for (const { table, bytes } of taken) {
            const target = tables[table];
            target?.restore(target.decode(target.layoutVersion, new ByteReader(bytes)));
          }
          live.world.journal.replay(tables, since);
        });
        assert.deepEqual(dump(after), dump(live.world));
      }),
      { numRuns: 60 },
    );
  });

  it('decisions go on after it as the model says', () => {
    fc.assert(
      fc.property(steps(40), steps(40), (before, later) => {
        const run = new ModelRun();
        run.play(before);
        run.moveTo(recovered(run.world, (tables) => run.world.journal.replay(tables)));
        run.play(later);
      }),
      { numRuns: 80 },
    );
  });
});

describe('records on disk', () => {
  it('keep every field of an event', () => {
    const world = createWorld();
    world.putEvent({
      ...SMALL_EVENT,
      venue: '올림픽홀',
      starts_at: '2030-05-01T19:00:00+09:00',
      ends_at: '2030-05-01T22:00:00+09:00',
      sale_starts_at: '2030-04-01T00:00:00Z',
      sale_ends_at: '2030-05-01T00:00:00Z',
      waiting_room: 'on',
      queue_identity: 'account',
      admission: { per_second: 7, max_active: 9, policy: 'draw' },
    });
    world.putEvent({ ...SMALL_EVENT, id: 'evt_bare' });
    world.journal.flush();
    const after = recovered(world, (tables) => world.journal.replay(tables));
    assert.deepEqual(dump(after), dump(world));
  });

  it('are refused when they end too soon, or have a layout that was never written', () => {
    const world = smallWorld();
    world.hold(1);
    const [{ bytes = Buffer.alloc(0) } = {}] = world.journal.entries.at(-1) ?? [];
    const { holds, events } = world.memory;
    assert.throws(() => holds.decode(1, new ByteReader(bytes, 0, bytes.length - 1)), ShortRead);
    assert.throws(() => holds.decode(2, new ByteReader(bytes)), InvariantBreach);
    assert.throws(() => events.decode(0, new ByteReader(bytes)), InvariantBreach);
  });
});
