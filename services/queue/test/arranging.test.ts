import assert from 'node:assert/strict';
import { test } from 'node:test';
import { epochMs } from '@traffic-tacos/kernel';
import { refusalOf } from '@traffic-tacos/queue';
import * as fc from 'fast-check';
import { reschedule, type Schedule, type ScheduledInstant } from '../src/domain/schedule.ts';
import type { RoomControl } from '../src/ports/queue-store.ts';
import { EVENT, queueWorld, type QueueWorld } from './queue-world.ts';

const instant = fc.constantFrom<ScheduledInstant>('none', 'unchanged', epochMs(1), epochMs(2), epochMs(3));

const inOrder = ({ opensAtMs = epochMs(0), saleStartsAtMs, saleEndsAtMs = epochMs(9) }: Schedule): boolean =>
  opensAtMs <= (saleStartsAtMs ?? opensAtMs) && (saleStartsAtMs ?? opensAtMs) < saleEndsAtMs && opensAtMs < saleEndsAtMs;

const control = async (world: QueueWorld, word: RoomControl): Promise<string> => (await world.store.control(EVENT, word)).kind;
const lane = (id: string, role = id, quota = 1) => ({ id, quota, role });
const GENERAL = lane('general', '');

test('a schedule is never out of order: a word that would make it so is refused, and any other does what it says', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(instant, instant, instant), { maxLength: 6 }), (words) => {
      let schedule: Schedule = { opensAtMs: undefined, saleStartsAtMs: undefined, saleEndsAtMs: undefined };
      for (const [opensAtMs, saleStartsAtMs, saleEndsAtMs] of words) {
        const next = reschedule(schedule, { opensAtMs, saleStartsAtMs, saleEndsAtMs });
        const wanted = { opensAtMs: after(schedule.opensAtMs, opensAtMs), saleStartsAtMs: after(schedule.saleStartsAtMs, saleStartsAtMs), saleEndsAtMs: after(schedule.saleEndsAtMs, saleEndsAtMs) };
        assert.equal('kind' in next, !inOrder(wanted), JSON.stringify([schedule, wanted, next]));
        if (!('kind' in next)) assert.deepEqual((schedule = next), wanted);
      }
    }),
    { numRuns: 2_000 },
  );
});

const after = (before: Schedule[keyof Schedule], word: ScheduledInstant): Schedule[keyof Schedule] => (word === 'unchanged' ? before : word === 'none' ? undefined : word);

test('people join from the opening on, are let in from the start of the sale on, and are told at its end; each instant may be moved while they wait', async () => {
  const world = queueWorld();
  const at = (seconds: number) => epochMs(world.clock.wallMs() + seconds * 1_000);
  assert.equal(await control(world, { kind: 'schedule', opensAtMs: at(10), saleStartsAtMs: at(20), saleEndsAtMs: at(60) }), 'controlled');
  assert.equal((await world.tryJoin('early')).kind, 'not_open_yet');
  world.clock.advance(10_000);
  const { key } = await world.join('early');
  assert.equal(await control(world, { kind: 'schedule', opensAtMs: 'unchanged', saleStartsAtMs: at(5), saleEndsAtMs: 'unchanged' }), 'controlled');
  await world.run(4_500, [key]);
  assert.equal(world.store.read(key)?.status, 'waiting');
  await world.run(1_000, [key]);
  assert.equal(world.store.read(key)?.status, 'ready');
  assert.equal(await control(world, { kind: 'schedule', opensAtMs: 'none', saleStartsAtMs: 'none', saleEndsAtMs: at(1) }), 'controlled');
  assert.deepEqual(world.store.room(EVENT)?.schedule, { opensAtMs: undefined, saleStartsAtMs: undefined, saleEndsAtMs: world.sale.saleEndsAtMs });
  await world.run(1_500, [key]);
  assert.deepEqual([world.store.read(key)?.reason, (await world.tryJoin('late')).kind], ['sale_ended', 'sale_ended']);
});

test('a schedule out of order changes neither room nor event; a restart keeps what was set', async () => {
  const world = queueWorld();
  const refused = await world.store.control(EVENT, { kind: 'schedule', opensAtMs: epochMs(5_000), saleStartsAtMs: epochMs(4_000), saleEndsAtMs: 'unchanged' });
  assert.ok(refused.kind === 'schedule_out_of_order');
  assert.deepEqual(refusalOf(refused), { refused: 'INVALID_REQUEST', details: [{ field: 'saleStartsAt', reason: 'must not be earlier than opensAt' }] });
  assert.deepEqual([world.store.room(EVENT), world.sale.saleStartsAtMs, world.journal.entryCount], [undefined, undefined, 0]);
  await control(world, { kind: 'schedule', opensAtMs: epochMs(5_000), saleStartsAtMs: epochMs(5_000), saleEndsAtMs: 'none' });
  await control(world, { kind: 'set_lanes', lanes: [GENERAL, lane('members', 'member', 7)] });
  const after = queueWorld({}, world);
  assert.deepEqual([after.store.room(EVENT)?.schedule.opensAtMs, after.store.room(EVENT)?.room.lanes.map(({ quota }) => quota)], [5_000, [1, 7]]);
});

test('lanes are refused by the first rule that they break, and nothing changes: too many, one gone, one twice, a role of the first, none of another', async () => {
  const world = queueWorld({ queueLanes: 3 });
  await control(world, { kind: 'set_lanes', lanes: [GENERAL, lane('members')] });
  const before = world.journal.entryCount;
  const WRONG = [
    [[GENERAL, lane('members'), lane('a'), lane('b')], 'too_many_lanes'],
    [[GENERAL, lane('a')], 'lane_gone'],
    [[lane('members'), GENERAL], 'lane_gone'],
    [[GENERAL, lane('members'), lane('members')], 'lane_twice'],
    [[lane('general', 'user'), lane('members')], 'first_lane_has_role'],
    [[GENERAL, lane('members', '')], 'lane_without_role'],
  ] as const;
  for (const [lanes, kind] of WRONG) {
    const outcome = await world.store.control(EVENT, { kind: 'set_lanes', lanes });
    assert.ok(outcome.kind === kind, `${outcome.kind} and not ${kind}`);
    assert.equal(refusalOf(outcome as Exclude<typeof outcome, { kind: 'controlled' }>).refused, 'INVALID_REQUEST');
  }
  assert.deepEqual([world.journal.entryCount, world.store.room(EVENT)?.room.lanes.length], [before, 2]);
  assert.equal(await control(world, { kind: 'set_lanes', lanes: [GENERAL, lane('members', 'member', 9), lane('late')] }), 'controlled');
});

test('an event to which nobody has come yet shows the room that it would have, on its own terms; one that there is not shows none', async () => {
  const world = queueWorld();
  Object.assign(world.sale, { perSecond: 1, maxActive: 2, demandsAdmission: false, saleEndsAtMs: epochMs(9_000) });
  assert.equal(world.store.room(EVENT), undefined, 'nothing is written for being looked at');
  const shown = await world.service.readRoom(EVENT);
  assert.deepEqual([shown?.perSecond, shown?.maxActive, shown?.demandsAdmission, shown?.waiting, shown?.lanes, shown?.schedule.saleEndsAtMs], [1, 2, false, 0, [0], 9_000]);
  assert.deepEqual([shown?.room.mode, world.journal.entryCount, await world.service.readRoom('evt_none')], ['open', 0, undefined]);
});

test('after a restart a room in which nobody waits shows the terms of its event, and not those of the settings', async () => {
  const world = queueWorld();
  Object.assign(world.sale, { perSecond: 1, maxActive: 2 });
  await control(world, { kind: 'pause' });
  const again = queueWorld({}, world);
  for (const shown of [again.store.room(EVENT), [...again.store.rooms()][0], await again.service.readRoom(EVENT)]) {
    assert.deepEqual([shown?.perSecond, shown?.maxActive, shown?.room.mode], [1, 2, 'paused']);
  }
  await control(again, { kind: 'set_rate', perSecond: 7 });
  assert.equal(again.store.room(EVENT)?.perSecond, 7, 'an operator\'s word counts before the event\'s');
});
