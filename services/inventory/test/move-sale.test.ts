import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { epochMs, type EpochMs } from '@traffic-tacos/kernel';
import { SMALL_EVENT, holdCommand } from '../src/testing/builders.ts';
import { createWorld, type World } from './support/world.ts';

const eventId = SMALL_EVENT.id;

function moved({ run, decide, clock }: World, saleStartsAtMs: EpochMs | undefined, saleEndsAtMs: EpochMs | undefined, id = eventId): string {
  return run((unit) => decide.moveSale(unit, { eventId: id, saleStartsAtMs, saleEndsAtMs }, clock.nowMs())).kind;
}

describe('moving a sale', () => {
  it('decides over holds from then on, and over nothing that is held already', () => {
    const world = createWorld();
    world.putEvent(SMALL_EVENT);
    assert.equal(world.hold(1, { seatIds: ['R-A-1'] }).kind, 'held');
    const now = world.clock.wallMs();
    assert.equal(moved(world, epochMs(now + 1_000), undefined), 'sale_moved');
    assert.equal(world.hold(2, { seatIds: ['R-A-2'] }).kind, 'sale_not_open');
    assert.equal(world.run((unit) => world.decide.commit(unit, { reservationId: holdCommand(1).reservationId }, world.clock.nowMs())).kind, 'committed');
    assert.equal(moved(world, undefined, epochMs(now + 2_000)), 'sale_moved');
    assert.equal(world.hold(2, { seatIds: ['R-A-2'] }).kind, 'held');
    assert.deepEqual(world.audit(), []);
  });

  it('says so where there is no such event, where it would end before it starts, and where it is so already; then nothing is written', () => {
    const world = createWorld();
    world.putEvent(SMALL_EVENT);
    const before = world.journal.entries.length;
    assert.deepEqual(
      [moved(world, undefined, undefined, 'evt_none'), moved(world, epochMs(2), epochMs(2)), moved(world, undefined, undefined)],
      ['event_not_found', 'sale_ends_before_it_starts', 'sale_unchanged'],
    );
    assert.equal(world.journal.entries.length, before);
  });

  it('and a change of the event at the same time: one of them wins, and the other decides again', () => {
    const world = createWorld();
    world.putEvent(SMALL_EVENT);
    let isFirst = true;
    const kind = world.run((unit) => {
      const outcome = world.decide.moveSale(unit, { eventId, saleStartsAtMs: epochMs(5), saleEndsAtMs: undefined }, world.clock.nowMs());
      if (isFirst) world.putEvent({ ...SMALL_EVENT, name: 'Renamed' });
      isFirst = false;
      return outcome.kind;
    });
    const terms = world.memory.events.find(eventId)?.plan.terms;
    assert.deepEqual([kind, terms?.name, terms?.saleStartsAtMs], ['sale_moved', 'Renamed', 5]);
  });
});
