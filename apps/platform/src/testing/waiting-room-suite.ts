import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ApiUnderTest, OpenLayout } from './api-under-test.ts';
import { codeOf, type Answer, type Client } from './client.ts';
import { until } from './until.ts';

const EVENT = 'evt_room';

/** Waiting rooms over the public API, in whichever layout the platform runs. */
export function waitingRoomSuite(layout: string, open: OpenLayout): void {
  const it = (sentence: string, body: () => Promise<void>): void => void test(`${layout}: ${sentence}`, body);

  it('I8: nobody reserves without admission where it is demanded; a token works once, for its event and its user', () =>
    open(async (on) => {
      await openRoom(on);
      await on.event('evt_other', 2, 10, { waiting_room: 'on' });
      const [alice, bob] = [await on.user('alice'), await on.user('bob')];
      assert.equal(codeOf(await reserve(alice, 'A-1')), 'FORBIDDEN');
      const { token, waiting } = await admit(alice);
      const elsewhere = await alice.post('gateway', '/api/v1/reservations', { key: 'k', body: { event_id: 'evt_other', seat_ids: ['A-1'], reservation_token: token } });
      assert.equal(codeOf(elsewhere), 'FORBIDDEN');
      for (const wrong of [waiting, `${token}x`, token.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A')), 'nonsense']) {
        assert.deepEqual([codeOf(await reserve(alice, 'A-1', wrong)), (await reserve(alice, 'A-1', wrong)).status], ['FORBIDDEN', 403]);
      }
      assert.equal(codeOf(await reserve(bob, 'A-1', token)), 'FORBIDDEN');
      const held = await reserve(alice, 'A-1', token);
      assert.equal(held.status, 201, held.text);
      assert.equal(codeOf(await reserve(alice, 'A-2', token)), 'FORBIDDEN');
    }));

  it('S19: a waiting token is no sign-in, a sign-in no waiting token, and a token that is not known is 404', () =>
    open(async (on) => {
      await openRoom(on);
      const alice = await on.user('alice');
      const waiting = String((await join(alice)).body['waiting_token']);
      const asBearer = await alice.call('gateway', 'GET', '/api/v1/reservations', { headers: { authorization: `Bearer ${waiting}` } });
      assert.equal(asBearer.status, 401);
      const signIn = (await on.bearer('alice', 'user')).slice('Bearer '.length);
      for (const unknown of [signIn.slice(0, 1_000), 'wtk_nothing', `${waiting}0`]) {
        const told = await statusOf(alice, unknown);
        assert.deepEqual([told.status, codeOf(told)], [404, 'TOKEN_NOT_FOUND'], told.text);
        assert.equal(codeOf(await enter(alice, unknown)), 'TOKEN_NOT_FOUND');
      }
      const mallory = await on.user('mallory');
      assert.equal(codeOf(await enter(mallory, waiting)), 'TOKEN_NOT_FOUND');
      assert.equal(codeOf(await mallory.call('gateway', 'DELETE', `/api/v1/queue/leave?token=${waiting}`)), 'TOKEN_NOT_FOUND');
      assert.equal((await alice.call('gateway', 'DELETE', `/api/v1/queue/leave?token=${waiting}`)).text, '{"status":"left"}');
      assert.equal((await statusOf(alice, waiting)).body['status'], 'left');
    }));

  it('no refusal spends a reservation token; only the 201 does, and cancelling does not give it back', () =>
    open(async (on) => {
      await openRoom(on);
      const [alice, bob] = [await on.user('alice'), await on.user('bob')];
      const first = await admit(alice);
      const second = await admit(bob);
      assert.equal((await reserve(alice, 'A-1', first.token)).status, 201);
      assert.equal(codeOf(await reserve(bob, 'A-1', second.token)), 'SEAT_UNAVAILABLE');
      assert.equal(codeOf(await reserve(bob, 'Z-9', second.token)), 'SEAT_NOT_FOUND');
      const held = await reserve(bob, 'A-2', second.token);
      assert.equal(held.status, 201, held.text);
      assert.equal((await bob.cancel(String(held.body['reservation_id']))).status, 200);
      assert.equal(codeOf(await reserve(bob, 'A-2', second.token)), 'FORBIDDEN');
      const again = await until(() => join(bob), ({ body }) => body['waiting_token'] !== second.waiting);
      assert.equal(again.status, 202, 'the hold has ended, so joining gives a new place');
    }));

  it('S6: twenty requests with one token at once make one reservation', () =>
    open(async (on) => {
      await openRoom(on, { purchase_limit: 20 });
      const alice = await on.user('alice');
      const { token } = await admit(alice);
      const answers = await Promise.all(Array.from({ length: 20 }, () => alice.post('gateway', '/api/v1/reservations', { key: crypto.randomUUID(), body: { event_id: EVENT, quantity: 1, section: 'FLOOR', reservation_token: token } })));
      assert.deepEqual([answers.filter(({ status }) => status === 201).length, answers.filter((answer) => codeOf(answer) === 'FORBIDDEN').length], [1, 19]);
    }));

  it('I8: who leaves with a reservation token cannot reserve with it any more, and has no place; who holds seats keeps them', () =>
    open(async (on) => {
      await openRoom(on);
      const [alice, bob] = [await on.user('alice'), await on.user('bob')];
      const left = await admit(alice);
      assert.equal((await alice.call('gateway', 'DELETE', `/api/v1/queue/leave?token=${left.waiting}`)).status, 200);
      assert.equal((await statusOf(alice, left.waiting)).body['status'], 'left');
      assert.equal(codeOf(await reserve(alice, 'A-1', left.token)), 'FORBIDDEN');
      assert.notEqual((await join(alice)).body['waiting_token'], left.waiting);
      const holding = await admit(bob);
      const held = await reserve(bob, 'A-1', holding.token);
      assert.equal((await bob.call('gateway', 'DELETE', `/api/v1/queue/leave?token=${holding.waiting}`)).status, 200);
      assert.equal((await bob.get('gateway', `/api/v1/reservations/${String(held.body['reservation_id'])}`)).body['status'], 'HOLD');
    }));

  it('entering again gives the same token, before one\'s turn it is 403 NOT_READY with Retry-After, and joining again the same place', () =>
    open(async (on) => {
      await openRoom(on, { sale_starts_at: '2999-01-01T00:00:00Z' });
      await on.event('evt_now', 2, 10, { waiting_room: 'on' });
      const alice = await on.user('alice');
      const waiting = await join(alice);
      assert.deepEqual([waiting.status, waiting.body['status'], waiting.body['position'], waiting.body['position_hint']], [202, 'waiting', 1, 1]);
      const early = await enter(alice, waiting.body['waiting_token']);
      assert.deepEqual([early.status, codeOf(early)], [403, 'NOT_READY']);
      assert.ok(Number(early.headers['retry-after']) >= 1);
      assert.equal((await join(alice)).body['waiting_token'], waiting.body['waiting_token']);
      const now = await alice.post('gateway', '/api/v1/queue/join', { body: { event_id: 'evt_now' } });
      await until(() => statusOf(alice, now.body['waiting_token']), ({ body }) => body['ready_for_entry'] === true);
      const [one, other] = [await enter(alice, now.body['waiting_token']), await enter(alice, now.body['waiting_token'])];
      assert.equal(one.body['reservation_token'], other.body['reservation_token']);
      assert.equal(one.body['admission'], 'granted');
    }));

  it('I4: a restart keeps everybody\'s place, what was claimed, and what was spent', () =>
    open(async (on) => {
      await openRoom(on, { sale_starts_at: '2999-01-01T00:00:00Z' });
      await on.event('evt_now', 2, 10, { waiting_room: 'on' });
      const people = await Promise.all(['ann', 'ben', 'cat'].map((name) => on.user(name)));
      const tokens: unknown[] = [];
      for (const person of people) tokens.push((await join(person)).body['waiting_token']);
      const [ann] = people;
      assert.ok(ann !== undefined);
      await ann.call('gateway', 'DELETE', `/api/v1/queue/leave?token=${String(tokens[0])}`);
      const later = await on.restart();
      for (const [index, name] of ['ann', 'ben', 'cat'].entries()) {
        const { body } = await statusOf(await later.user(name), tokens[index]);
        assert.deepEqual([body['status'], body['position']], index === 0 ? ['left', null] : ['waiting', index]);
      }
    }));

  it('a visitor without a name always gets a new place, one with a label the same; a label is never a signed-in user', () =>
    open(async (on) => {
      await openRoom(on);
      await on.event('evt_members', 2, 10, { waiting_room: 'on', queue_identity: 'account' });
      const alice = await on.user('alice');
      const anonymous = { headers: { authorization: 'Basic bm9ib2R5Og==' } };
      const visit = (body: Record<string, unknown>) => alice.post('gateway', '/api/v1/queue/join', { ...anonymous, body: { event_id: EVENT, ...body } });
      const tokens = await Promise.all([{}, {}, { user_id: 'anonymous' }, { user_id: 'tab-1' }, { userId: 'tab-1' }, { user_id: 'alice' }].map(visit));
      const [a, b, c, d, e, f] = tokens.map(({ body }) => body['waiting_token']);
      assert.equal(new Set([a, b, c, d, f]).size, 5);
      assert.equal(d, e);
      assert.notEqual((await join(alice)).body['waiting_token'], f);
      const members = await alice.post('gateway', '/api/v1/queue/join', { ...anonymous, body: { event_id: 'evt_members' } });
      assert.equal(members.status, 401);
      assert.equal((await alice.post('gateway', '/api/v1/queue/join', { body: { event_id: 'evt_nowhere' } })).status, 404);
    }));

  it('the beacon of a closing page is taken with any content type, and the next poll undoes it', () =>
    open(async (on) => {
      await openRoom(on, { sale_starts_at: '2999-01-01T00:00:00Z' });
      const alice = await on.user('alice');
      const token = String((await join(alice)).body['waiting_token']);
      for (const type of ['text/plain;charset=UTF-8', 'application/x-www-form-urlencoded', 'image/png']) {
        const left = await alice.call('gateway', 'POST', `/api/v1/queue/leave?token=${token}`, { body: 'bye', headers: { 'content-type': type } });
        assert.deepEqual([left.status, left.body], [200, { status: 'left' }], type);
      }
      assert.equal((await statusOf(alice, token)).body['status'], 'waiting');
    }));

  it('while seats are only held people wait; when everything is sold they are told so, and nobody new is taken', () =>
    open(async (on) => {
      await on.event(EVENT, 1, 1, { waiting_room: 'on', admission: { per_second: 20, max_active: 1 } });
      const [alice, bob, carol] = [await on.user('alice'), await on.user('bob'), await on.user('carol')];
      const buy = async (who: Client, wanted: Record<string, unknown>, whileHeld: () => Promise<void>): Promise<void> => {
        const { token } = await admit(who);
        const held = await who.post('gateway', '/api/v1/reservations', { key: crypto.randomUUID(), body: { event_id: EVENT, ...wanted, reservation_token: token } });
        assert.equal(held.status, 201, held.text);
        await whileHeld();
        const id = String(held.body['reservation_id']);
        assert.equal((await who.confirm(id, await who.pay(id, Number(held.body['total_amount'])))).status, 200);
      };
      await buy(alice, { seat_ids: ['A-1'] }, () => Promise.resolve());
      let waiting: unknown;
      await buy(bob, { section: 'FLOOR', quantity: 1 }, async () => {
        waiting = (await join(carol)).body['waiting_token'];
        assert.equal((await statusOf(carol, waiting)).body['status'], 'waiting');
      });
      const told = await until(() => statusOf(carol, waiting), ({ body }) => body['status'] === 'closed');
      assert.equal(told.body['reason'], 'sold_out');
      const late = await until(() => join(alice), (answer) => answer.status !== 202);
      assert.deepEqual([late.status, codeOf(late)], [409, 'INVENTORY_CONFLICT']);
    }));
}

const openRoom = (on: ApiUnderTest, extra: Record<string, unknown> = {}) => on.event(EVENT, 4, 100, { waiting_room: 'on', ...extra });
const join = (who: Client, body: Record<string, unknown> = {}): Promise<Answer> => who.post('gateway', '/api/v1/queue/join', { body: { event_id: EVENT, ...body } });
const statusOf = (who: Client, token: unknown): Promise<Answer> => who.get('gateway', `/api/v1/queue/status?token=${String(token)}`);
const enter = (who: Client, token: unknown): Promise<Answer> => who.post('gateway', '/api/v1/queue/enter', { body: { waiting_token: token } });
const reserve = (who: Client, seat: string, token?: unknown): Promise<Answer> =>
  who.post('gateway', '/api/v1/reservations', { key: crypto.randomUUID(), body: { event_id: EVENT, seat_ids: [seat], ...(token === undefined ? {} : { reservation_token: token }) } });

/** Waits for one's turn and claims it. */
async function admit(who: Client): Promise<{ readonly waiting: string; readonly token: string }> {
  const waiting = String((await join(who)).body['waiting_token']);
  await until(() => statusOf(who, waiting), ({ body }) => body['ready_for_entry'] === true);
  const entered = await enter(who, waiting);
  assert.equal(entered.status, 200, entered.text);
  return { waiting, token: String(entered.body['reservation_token']) };
}
