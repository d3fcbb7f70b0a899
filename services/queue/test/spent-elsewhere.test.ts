import assert from 'node:assert/strict';
import { test } from 'node:test';
import { epochMs, Unavailable, type EpochMs, type ReservationId } from '@traffic-tacos/kernel';
import { EVENT, queueWorld, type QueueWorld } from './queue-world.ts';

const TOKEN_MS = 300_000;
const RESERVATION: ReservationId = `rsv_${'1'.repeat(26)}`;

/** Rooms whose tokens are spent in another process, which says when it has told of all of them. */
function remoteWorld() {
  const known = { throughMs: epochMs(0), answer: (): Promise<'voided' | 'spent'> => Promise.resolve('voided'), asked: [] as string[] };
  const world = queueWorld({}, undefined, {
    knownThroughMs: (): EpochMs => known.throughMs,
    void: (tokenId) => {
      known.asked.push(tokenId);
      return known.answer();
    },
  });
  Object.assign(world.settings, { perSecond: 10, maxActive: 1 });
  return { ...world, known };
}

/** Two come, and the first is let in and has a token. */
async function admitted(world: QueueWorld) {
  const [first, second] = [await world.join('ann'), await world.join('ben')];
  await world.run(1_000, [first.key, second.key]);
  assert.equal((await world.store.enter(first.key)).kind, 'granted');
  return { first, second, waitingToken: await tokenOf(world, 'ann'), tokenId: tokenIdOf(await tokenOf(world, 'ann')) };
}

async function tokenOf(world: QueueWorld, label: string): Promise<string> {
  const answer = await world.tryJoin(label);
  return answer.kind === 'joined' ? answer.waitingToken : assert.fail(answer.kind);
}

const tokenIdOf = (waitingToken: string): string => `rtk_${waitingToken.slice('wtk_'.length).split('.')[0] ?? ''}`;

test('I8: a token that has run out keeps its slot until it is known that it was not spent', async () => {
  const world = remoteWorld();
  const { first, second } = await admitted(world);
  await world.run(TOKEN_MS + 5_000, [first.key, second.key]);
  assert.deepEqual([world.store.read(first.key)?.status, world.store.read(second.key)?.status], ['admitted', 'waiting']);
  world.known.throughMs = epochMs(world.clock.nowMs());
  await world.run(1_000, [second.key]);
  assert.deepEqual([world.store.read(first.key)?.reason, world.store.read(second.key)?.status], ['token_ran_out', 'ready']);
});

test('I8: a token that was spent keeps its slot for its hold, however late and often that is told; the slot returns with the hold', async () => {
  const world = remoteWorld();
  const { first, second, tokenId } = await admitted(world);
  await world.run(TOKEN_MS + 5_000, [second.key]);
  const spent = world.service.tokenSpent(tokenId, RESERVATION);
  for (let told = 0; told < 2; told++) await world.units.run(spent);
  world.known.throughMs = epochMs(world.clock.nowMs());
  await world.run(1_000, [second.key]);
  assert.deepEqual([world.store.room(EVENT)?.holding, world.store.read(second.key)?.status], [1, 'waiting']);
  for (let told = 0; told < 2; told++) await world.units.run(world.service.holdEnded(RESERVATION));
  await world.units.run(spent);
  await world.run(1_000, [second.key]);
  assert.deepEqual([world.store.room(EVENT)?.holding, world.store.read(first.key)?.reason, world.store.read(second.key)?.status], [0, 'used', 'ready']);
});

test('I8: who leaves gives the slot back when the token is worthless, and not before', async () => {
  const world = remoteWorld();
  const { first, waitingToken, tokenId } = await admitted(world);
  world.known.answer = () => Promise.reject(new Unavailable('nobody there'));
  await assert.rejects(world.service.leave({ waitingToken, userId: undefined }), Unavailable);
  assert.equal(world.store.read(first.key)?.status, 'admitted');
  world.known.answer = () => Promise.resolve('voided');
  assert.equal((await world.service.leave({ waitingToken, userId: undefined })).kind, 'left');
  assert.deepEqual([world.store.read(first.key)?.status, world.known.asked], ['left', [tokenId, tokenId]]);
});

test('a place whose token was spent before its owner left keeps its slot until its hold ends', async () => {
  const world = remoteWorld();
  const { first, waitingToken, tokenId } = await admitted(world);
  world.known.answer = () => Promise.resolve('spent');
  assert.equal((await world.service.leave({ waitingToken, userId: undefined })).kind, 'left');
  assert.equal(world.store.read(first.key)?.status, 'admitted');
  await world.units.run(world.service.tokenSpent(tokenId, RESERVATION));
  assert.equal(world.store.room(EVENT)?.holding, 1);
});
