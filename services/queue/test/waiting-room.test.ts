import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { epochMs, Unavailable, type IdWords } from '@traffic-tacos/kernel';
import { EVENT, queueWorld, TICK_MS, type QueueWorld } from './queue-world.ts';

const statusOf = ({ store }: QueueWorld, key: IdWords) => store.read(key)?.status;

/** So many people, by label `p0`, `p1`… */
async function crowd(world: QueueWorld, people: number): Promise<readonly IdWords[]> {
  const keys: IdWords[] = [];
  for (let i = 0; i < people; i++) keys.push((await world.join(`p${i}`)).key);
  return keys;
}

test('a ready place may be claimed for 10 s, then waits for its owner\'s next poll without losing rank', async () => {
  const world = queueWorld();
  world.settings.perSecond = 4;
  const [first, second, third] = await crowd(world, 3);
  assert.ok(first !== undefined && second !== undefined && third !== undefined);
  world.settings.maxActive = 1;
  await world.run(500);
  assert.equal(statusOf(world, first), 'ready');
  await world.run(9_750, [second, third]);
  assert.equal(statusOf(world, first), 'ready');
  await world.run(250, [second, third]);
  assert.deepEqual([statusOf(world, first), statusOf(world, second)], ['waiting', 'ready']);
  assert.deepEqual([world.store.read(first)?.position, world.store.read(second)?.position, world.store.read(third)?.position], [1, 2, 3]);
  world.settings.maxActive = 2;
  await world.run(500, [second]);
  assert.notEqual(statusOf(world, first), 'ready', 'nothing was heard of its owner');
  world.settings.maxActive = 3;
  await world.store.poll(first);
  await world.run(500, [second, third]);
  assert.equal(statusOf(world, first), 'ready');
});

test('a place lives 3 polls, at least 30 s, without a sign of its owner, and is then gone for good', async () => {
  const world = queueWorld();
  world.sale.saleStartsAtMs = epochMs(world.clock.wallMs() + 3_600_000);
  const [quiet, awake] = await crowd(world, 2);
  assert.ok(quiet !== undefined && awake !== undefined);
  await world.run(29_750, [awake]);
  assert.deepEqual([statusOf(world, quiet), world.store.read(awake)?.position], ['waiting', 2]);
  world.clock.advance(250);
  assert.equal(statusOf(world, quiet), 'expired', 'over at its instant, before any tick has seen it');
  assert.equal((await world.store.poll(quiet))?.reason, 'lease_ended', 'a poll does not bring it back');
  await world.store.tick();
  assert.equal(world.store.read(awake)?.position, 1);
  const again = await world.join('p0');
  assert.deepEqual([again.position, again.key === quiet], [2, false], 'joining then gives a new place at the end');
});

test('silent is who polled longer ago than 1.5 pauses and 2 s: passed over, not removed, and back with the next poll', async () => {
  const world = queueWorld();
  world.sale.saleStartsAtMs = epochMs(world.clock.wallMs() + 20_000);
  world.settings.perSecond = 4;
  world.settings.maxActive = 1;
  const [quiet, awake] = await crowd(world, 2);
  assert.ok(quiet !== undefined && awake !== undefined);
  await world.run(21_000, [awake]);
  assert.deepEqual([statusOf(world, quiet), statusOf(world, awake), world.store.read(quiet)?.position, world.store.read(awake)?.position], ['waiting', 'ready', 1, 2]);
  await world.store.poll(quiet);
  world.settings.maxActive = 2;
  await world.run(500, [awake]);
  assert.equal(statusOf(world, quiet), 'ready');
});

test('active is who is ready, who has a live token and who holds with one; a slot returns when each ends', async () => {
  const world = queueWorld();
  Object.assign(world.settings, { perSecond: 100, maxActive: 3 });
  const keys = await crowd(world, 10);
  await world.run(1_000, keys);
  const active = () => {
    const { ready = 0, admitted = 0, holding = 0 } = world.store.room(EVENT) ?? {};
    return [ready, admitted, holding];
  };
  assert.deepEqual(active(), [3, 0, 0]);
  const [a, b] = keys;
  assert.ok(a !== undefined && b !== undefined);
  assert.deepEqual([(await world.store.enter(a)).kind, (await world.store.enter(b)).kind], ['granted', 'granted']);
  await world.run(500, keys);
  assert.deepEqual(active(), [1, 2, 0]);
  world.units.decideNow((unit) => world.store.grant(a)?.spend(unit, `rsv_${'1'.repeat(26)}`));
  assert.equal(world.store.grant(a)?.isLive(), false);
  await world.run(500, keys);
  assert.deepEqual(active(), [1, 1, 1]);
  world.units.decideNow(world.store.holdEnded(`rsv_${'1'.repeat(26)}`));
  await world.run(250, keys);
  assert.deepEqual(active(), [2, 1, 0]);
  assert.equal(world.store.read(a)?.reason, 'used');
  await world.run(300_000, [b]);
  assert.equal(world.store.read(b)?.reason, 'token_ran_out');
});

test('free seats times the factor bound those who are called and those with a token; what stands behind bounds a tick as well', async () => {
  const world = queueWorld();
  Object.assign(world.settings, { perSecond: 1_000, seatsFactor: 2 });
  world.sale.freeSeats = 3;
  const keys = await crowd(world, 20);
  await world.run(1_000, keys);
  assert.equal(world.store.room(EVENT)?.ready, 6);
  world.settings.headroom = () => 0;
  world.sale.freeSeats = 100;
  await world.run(500, keys);
  assert.equal(world.store.room(EVENT)?.ready, 6);
});

test('while seats are only held people wait; sold out and the end of the sale close waiting and ready places in the next tick', async () => {
  for (const [change, reason] of [[{ isSoldOut: true, freeSeats: 0 }, 'sold_out'], [{ saleEndsAtMs: epochMs(1) }, 'sale_ended']] as const) {
    const world = queueWorld();
    world.settings.maxActive = 1;
    const keys = await crowd(world, 3);
    await world.run(500, keys);
    world.sale.freeSeats = 0;
    await world.run(500, keys);
    assert.deepEqual(keys.map((key) => statusOf(world, key)), ['ready', 'waiting', 'waiting']);
    Object.assign(world.sale, change);
    await world.run(TICK_MS);
    assert.deepEqual(keys.map((key) => [statusOf(world, key), world.store.read(key)?.reason]), keys.map(() => ['closed', reason]));
    assert.equal((await world.tryJoin('late')).kind, reason);
  }
});

test('a sold-out room of more people than one record may change reads closed at once, and opens again when all are told', async () => {
  const world = queueWorld({ queueTickChanges: 10 });
  world.settings.maxActive = 1;
  const keys = await crowd(world, 25);
  world.sale.isSoldOut = true;
  await world.run(TICK_MS);
  assert.ok(keys.every((key) => statusOf(world, key) === 'closed'));
  world.sale.isSoldOut = false;
  assert.equal((await world.tryJoin()).kind, 'sold_out');
  await world.run(1_000);
  assert.equal((await world.tryJoin()).kind, 'joined');
  assert.ok(keys.every((key) => statusOf(world, key) === 'closed'), 'who was told stays told');
});

test('a pause, a resume and a change of rate reach everyone who waits with their next poll', async () => {
  const world = queueWorld();
  world.settings.perSecond = 100;
  const keys = await crowd(world, 50);
  await world.store.control(EVENT, { kind: 'pause' });
  await world.run(2_000, keys);
  for (const key of keys) assert.deepEqual([(await world.store.poll(key))?.reason, (await world.store.poll(key))?.eta, statusOf(world, key)], ['paused', undefined, 'waiting']);
  await world.store.control(EVENT, { kind: 'set_rate', perSecond: 4 });
  await world.store.control(EVENT, { kind: 'resume' });
  await world.run(5_000, keys);
  assert.equal(keys.filter((key) => statusOf(world, key) === 'ready').length, 20);
  assert.deepEqual([world.store.room(EVENT)?.perSecond, (await world.store.control('evt_none', { kind: 'pause' })).kind], [4, 'event_not_found']);
});

test('draining takes nobody new and lets in those who wait; a room may open later than now', async () => {
  const world = queueWorld();
  const keys = await crowd(world, 2);
  await world.store.control(EVENT, { kind: 'drain' });
  assert.equal((await world.tryJoin('new')).kind, 'draining');
  assert.equal((await world.tryJoin('p0')).kind, 'joined');
  await world.run(1_000, keys);
  assert.ok(keys.every((key) => statusOf(world, key) === 'ready'));
  await world.store.control(EVENT, { kind: 'resume' });
  await world.store.control(EVENT, { kind: 'schedule', opensAtMs: epochMs(world.clock.wallMs() + 1_000), saleStartsAtMs: 'unchanged', saleEndsAtMs: 'unchanged' });
  assert.equal((await world.tryJoin('new')).kind, 'not_open_yet');
  world.clock.advance(1_000);
  assert.equal((await world.tryJoin('new')).kind, 'joined');
});

test('lanes share the rate by quota, and never merge; a lane without people leaves its share to the others', async () => {
  const world = queueWorld();
  Object.assign(world.settings, { perSecond: 40, maxActive: 100 });
  await world.join('first');
  await world.store.control(EVENT, { kind: 'set_lanes', lanes: [{ id: 'general', quota: 3, role: '' }, { id: 'members', quota: 1, role: 'member' }] });
  const general: IdWords[] = [];
  const members: IdWords[] = [];
  for (let i = 0; i < 60; i++) {
    general.push((await world.join(`g${i}`)).key);
    members.push((await world.join(`m${i}`, ['member'])).key);
  }
  assert.deepEqual([world.store.read(members[0] as IdWords)?.position, world.store.read(general[0] as IdWords)?.position], [1, 2]);
  await world.run(1_250, [...general, ...members]);
  const ready = (keys: readonly IdWords[]) => keys.filter((key) => statusOf(world, key) === 'ready').length;
  assert.deepEqual([ready(general) + 1, ready(members)], [30, 10]);
  assert.equal((await world.store.control(EVENT, { kind: 'set_lanes', lanes: [{ id: 'members', quota: 1, role: 'member' }] })).kind, 'lane_gone');
});

test('the room itself has a capacity: at its limit joining is refused, and whoever has a place keeps it', async () => {
  const world = queueWorld({ queuePlacesPerEvent: 2 });
  world.settings.maxActive = 1;
  await crowd(world, 2);
  assert.deepEqual([(await world.tryJoin('p2')).kind, (await world.tryJoin('p1')).kind], ['room_full', 'joined']);
  const all = queueWorld({ queuePlaces: 2, queuePlacesPerEvent: 2 });
  const [one] = await crowd(all, 2);
  assert.equal((await all.tryJoin('p2')).kind, 'room_full');
  await all.store.leave(one as IdWords);
  assert.equal((await all.tryJoin('p2')).kind, 'joined', 'a finished place makes room before its time');
});

test('each tick is durable before a position derived from it is shown', async () => {
  const world = queueWorld();
  const [one, two] = await crowd(world, 2);
  world.journal.holdsBack = true;
  const left = world.store.leave(one as IdWords);
  const shown = world.store.poll(two as IdWords);
  assert.ok(shown instanceof Promise);
  assert.equal(world.store.look(two as IdWords), 'not_durable');
  world.journal.flush();
  assert.deepEqual([(await shown)?.position, (await left).kind], [1, 'left']);
  assert.ok(!(world.store.poll(two as IdWords) instanceof Promise));
  void world.store.leave(two as IdWords).catch(() => undefined);
  const failed = world.store.poll(two as IdWords);
  world.journal.fail();
  await assert.rejects(async () => failed, Unavailable);
});

test('I9: where joining anew takes an ended place out of the line, nobody is shown a better position before that is durable', async () => {
  const world = queueWorld();
  const { journal, store, clock } = world;
  await world.join('a');
  const behind = await world.join('b');
  clock.advance(20_000);
  await store.poll(behind.key);
  clock.advance(10_000);
  journal.holdsBack = true;
  const joining = world.join('a');
  assert.equal(store.look(behind.key), 'not_durable');
  journal.flush();
  await joining;
  assert.equal((await store.poll(behind.key))?.position, 1);
});

test('S21: a third of those who wait vanish from the head, and admission stays at 95 % of the rate or more', async () => {
  const world = queueWorld();
  Object.assign(world.settings, { perSecond: 20, maxActive: 100_000 });
  world.sale.saleStartsAtMs = epochMs(world.clock.wallMs() + 20_000);
  const keys = await crowd(world, 2_000);
  const there = keys.slice(600);
  await world.run(20_000, there, true);
  const before = there.filter((key) => statusOf(world, key) !== 'waiting').length;
  await world.run(30_000, there, true);
  const admitted = there.filter((key) => statusOf(world, key) !== 'waiting').length - before;
  assert.ok(admitted >= 0.95 * 20 * 30, `${admitted} of ${20 * 30}`);
});

test('S22: one user who joins ten thousand times has one place', async () => {
  const world = queueWorld();
  world.sale.saleStartsAtMs = epochMs(world.clock.wallMs() + 3_600_000);
  const first = await world.service.join({ eventId: EVENT, userId: 'alice', roles: [], label: undefined });
  for (let i = 0; i < 10_000; i++) {
    const again = await world.service.join({ eventId: EVENT, userId: 'alice', roles: [], label: `other-${i}` });
    assert.ok(again.kind === 'joined' && first.kind === 'joined' && again.waitingToken === first.waitingToken);
  }
  assert.deepEqual([world.store.room(EVENT)?.waiting, world.journal.entryCount], [1, 1]);
});

test('the wait is told as an interval from what was measured; what is not known is said to be unknown', async () => {
  const world = queueWorld();
  world.settings.perSecond = 10;
  const keys = await crowd(world, 600);
  const last = keys.at(-1) as IdWords;
  assert.equal(world.store.read(last)?.eta, undefined);
  await world.run(20_000, keys, true);
  const { eta, position = 0 } = world.store.read(last) ?? {};
  assert.ok(eta !== undefined);
  assert.ok(eta.minSec <= eta.sec && eta.sec <= eta.maxSec);
  assert.ok(Math.abs(eta.sec - position / 10) <= 0.25 * (position / 10), `${eta.sec} s for ${position} people at 10 a second`);
});

test('a wait is told after the first people have moved, holds what comes true at a steady rate, and knows nothing of the time before the sale or of a pause', async () => {
  const world = queueWorld();
  Object.assign(world.settings, { perSecond: 20, maxActive: 100_000 });
  world.sale.saleStartsAtMs = epochMs(world.clock.wallMs() + 60_000);
  const keys = await crowd(world, 600);
  const last = keys.at(-1) as IdWords;
  await world.run(60_000, keys, true);
  assert.equal(world.store.read(last)?.eta, undefined, 'nobody has moved yet');
  await world.run(2_000, keys, true);
  const { eta, waitedMs = 0 } = world.store.read(last) ?? {};
  assert.ok(eta !== undefined && eta.maxSec <= 40, JSON.stringify(eta));
  for (let i = 0; i < 160 && world.store.read(last)?.status === 'waiting'; i++) await world.run(TICK_MS, keys, true);
  const took = ((world.store.read(last)?.waitedMs ?? 0) - waitedMs) / 1_000;
  assert.ok(took >= eta.minSec - 1 && took <= eta.maxSec + 1, `${took} s, told ${JSON.stringify(eta)}`);
  const late = await world.join('late');
  await world.store.control(EVENT, { kind: 'pause' });
  await world.run(500, [late.key]);
  await world.store.control(EVENT, { kind: 'resume' });
  assert.equal(world.store.read(late.key)?.eta, undefined, 'what was measured before a pause says nothing');
});

test('S21: every fourth person vanishes all over the line, and the waits that the others are told hold what comes true', async () => {
  const world = queueWorld();
  Object.assign(world.settings, { perSecond: 20, maxActive: 100_000 });
  const keys = await crowd(world, 1_200);
  const there = keys.filter((_, i) => i % 4 !== 0);
  await world.run(18_000, there, true);
  const told = [500, 700, 899].map((i) => {
    const key = there[i] as IdWords;
    const { eta, waitedMs = 0 } = world.store.read(key) ?? {};
    return { key, eta: eta ?? assert.fail('it is known'), waitedMs };
  });
  for (let i = 0; i < 240 && told.some(({ key }) => world.store.read(key)?.status === 'waiting'); i++) await world.run(TICK_MS, there, true);
  for (const { key, eta, waitedMs } of told) {
    const took = ((world.store.read(key)?.waitedMs ?? 0) - waitedMs) / 1_000;
    assert.ok(took >= eta.minSec - 2 && took <= eta.maxSec + 2, `${took} s, told ${JSON.stringify(eta)}`);
  }
});

test('the fairness report counts turns, those missed, those that overtook somebody silent, and waits by percentile', async () => {
  const world = queueWorld();
  Object.assign(world.settings, { perSecond: 4, maxActive: 100 });
  world.sale.saleStartsAtMs = epochMs(world.clock.wallMs() + 20_000);
  assert.equal(world.service.fairness(EVENT), undefined);
  const keys = await crowd(world, 12);
  assert.equal(world.service.fairness(EVENT)?.waitSec, undefined);
  await world.run(24_000, keys.slice(2), true);
  const report = world.service.fairness(EVENT);
  assert.deepEqual([report?.turns, report?.noShows, report?.overtakes], [10, 0, 10]);
  assert.ok(report?.waitSec !== undefined && report.waitSec.p50 >= 20 && report.waitSec.max <= 33, JSON.stringify(report));
});

test('whoever follows a place is told of its turn with the tick, of its position about once a second, and of its end once; the place is heard of', async () => {
  const world = queueWorld();
  Object.assign(world.settings, { perSecond: 4, maxActive: 2 });
  const answers = [await world.tryJoin('a'), await world.tryJoin('b'), await world.tryJoin('c')];
  const tokens = answers.map((answer) => (answer.kind === 'joined' ? answer.waitingToken : ''));
  world.service.start({ onFailure: (cause) => assert.fail(String(cause)) });
  const told: string[] = [];
  const end = world.service.follow(tokens[2] ?? '', ({ status, position }) => void told.push(`${status} ${position ?? '-'}`));
  assert.ok(typeof end === 'function');
  const tick = async (): Promise<void> => {
    world.clock.advance(TICK_MS);
    const [run] = world.timers.splice(0);
    run?.();
    await setImmediate();
  };
  for (let i = 0; i < 160; i++) await tick();
  assert.deepEqual(told.slice(0, 3), ['ready 3', 'waiting 3', 'ready 3'], 'called when the two before missed their turn; missed it too, was heard of by being followed, and called again');
  assert.match(told.at(-1) ?? '', / 1$/, 'the two before are gone with their lease');
  await world.service.leave({ waitingToken: tokens[2] ?? '', userId: undefined });
  for (let i = 0; i < 8; i++) await tick();
  assert.equal(told.filter((line) => line.startsWith('left')).length, 1);
  assert.equal(world.service.follow('wtk_none', () => undefined), undefined);
  await world.service.stop();
});

test('as many places are followed as the limit says', async () => {
  const world = queueWorld({ queueFollowers: 1 });
  const answer = await world.tryJoin('a');
  const token = answer.kind === 'joined' ? answer.waitingToken : '';
  const end = world.service.follow(token, () => undefined);
  assert.equal(world.service.follow(token, () => undefined), 'too_many');
  if (typeof end === 'function') end();
  assert.equal(typeof world.service.follow(token, () => undefined), 'function');
});

test('as many lanes as the limit says', async () => {
  const world = queueWorld({ queueLanes: 2 });
  const lane = (id: string) => ({ id, quota: 1, role: id === 'general' ? '' : id });
  assert.equal((await world.store.control(EVENT, { kind: 'set_lanes', lanes: [lane('general'), lane('a')] })).kind, 'controlled');
  assert.equal((await world.store.control(EVENT, { kind: 'set_lanes', lanes: [lane('general'), lane('a'), lane('b')] })).kind, 'too_many_lanes');
});
