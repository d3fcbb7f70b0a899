import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SeededRandom } from '@traffic-tacos/kernel';
import { withPlatform, type Client } from '@traffic-tacos/platform/testing';
import { GuaranteeBroken } from '../src/check/breach.ts';
import { checkMemory } from '../src/crash/check-memory.ts';
import { newMemory, type KnownHold, type KnownPlace, type Memory } from '../src/crash/known.ts';
import { remember } from '../src/crash/remembering-buyer.ts';
import { SALE } from '../src/crash/sale.ts';

const NOTHING_OLDER = { holds: 0, places: 0 };

const check = (client: Client, memory: Memory): Promise<void> => checkMemory(client, memory, NOTHING_OLDER, new SeededRandom(1));

async function hold(client: Client, seatId: string): Promise<KnownHold> {
  const known: KnownHold = { key: `key-of-${seatId}`, wish: { seatIds: [seatId] }, id: undefined, seatIds: [], told: 'nothing', promisedUntilMs: 0, asking: 'hold', intentIds: [], capturedIds: [], orderId: undefined };
  remember(known, await client.hold(SALE, [seatId], known.key));
  return known;
}

async function place(client: Client, eventId: string): Promise<KnownPlace> {
  const { body } = await client.post('gateway', '/api/v1/queue/join', { body: { event_id: eventId } });
  return { token: String(body['waiting_token']), position: Number(body['position']) };
}

/** What a server that forgets would make of a memory, by a memory that remembers more than the server was asked. */
const LIES: readonly (readonly [string, RegExp, (known: KnownHold) => Partial<KnownHold>])[] = [
  ['a hold that is lost', /I4.*is lost/, () => ({ id: 'rsv_01J00000000000000000000000' })],
  ['a cancel that is lost', /I4.*told CANCELLED.*is HOLD/, () => ({ told: 'CANCELLED' })],
  ['a confirmed order that is lost', /I4.*told CONFIRMED.*is HOLD/, () => ({ told: 'CONFIRMED' })],
  ['an extension that is lost', /I5.*before what was promised/, ({ promisedUntilMs }) => ({ promisedUntilMs: promisedUntilMs + 10_000 })],
  ['a hold that is there by half', /I4.*has \["A-1"\]/, () => ({ seatIds: ['A-1', 'A-2'] })],
  ['a payment that is lost', /I4.*was acknowledged and is lost/, () => ({ intentIds: ['pay_01J00000000000000000000000'] })],
];

test('S1: what a restarted platform has lost is found: each kind of acknowledged work', () =>
  withPlatform(async (on) => {
    await on.event(SALE, 5);
    const client = await on.user('buyer');
    const known = await hold(client, 'A-1');
    await check(client, { ...newMemory(), holds: [known] });
    for (const [lie, finding, change] of LIES) {
      const memory = { ...newMemory(), holds: [{ ...known, ...change(known) }] };
      await assert.rejects(check(client, memory), (error) => error instanceof GuaranteeBroken && finding.test(error.message), lie);
    }
  }));

test('S1: a capture that was told and is lost is found', () =>
  withPlatform(async (on) => {
    await on.event(SALE, 5);
    const client = await on.user('buyer');
    const known = await hold(client, 'A-1');
    const intentIds = [await client.intent(known.id ?? '', 1_000, 'TIMEOUT')];
    await check(client, { ...newMemory(), holds: [{ ...known, intentIds }] });
    await assert.rejects(check(client, { ...newMemory(), holds: [{ ...known, intentIds, capturedIds: intentIds }] }), /I4.*was told to be captured and is PENDING/);
  }));

test('S1, I9: a place in line that is lost, or further back than was told, is found', () =>
  withPlatform(async (on) => {
    await on.event('evt_line', 5, 10, { waiting_room: 'on', admission: { per_second: 1, max_active: 1, policy: 'arrival' } });
    await Promise.all(['first', 'second'].map(async (user) => place(await on.user(user), 'evt_line')));
    const client = await on.user('third');
    const known = await place(client, 'evt_line');
    await check(client, { ...newMemory(), places: [known] });
    await assert.rejects(check(client, { ...newMemory(), places: [{ ...known, position: 0 }] }), /I9.*was at 0/);
    await assert.rejects(check(client, { ...newMemory(), places: [{ ...known, token: 'nobody' }] }), /I4.*is lost/);
  }));

test('S7: a hold without an answer is asked for again, and is there once', () =>
  withPlatform(async (on) => {
    await on.event(SALE, 5);
    const client = await on.user('buyer');
    const known = await hold(client, 'A-1');
    const unanswered: KnownHold = { ...known, id: undefined, seatIds: [], told: 'nothing', asking: 'hold' };
    await check(client, { ...newMemory(), holds: [unanswered] });
    assert.deepEqual([unanswered.id, unanswered.told], [known.id, 'HOLD']);
  }));
