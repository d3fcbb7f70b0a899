import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openSocket, type TestSocket } from '@traffic-tacos/kit/testing';
import { withPlatform, type TestPlatform } from '@traffic-tacos/platform/testing';

async function open(on: TestPlatform, userId?: string): Promise<TestSocket> {
  const socket = await openSocket(`${on.addresses.gateway}/ws`);
  if ('status' in socket) return assert.fail(`refused with ${socket.status}: ${socket.body}`);
  if (userId !== undefined) {
    socket.say({ type: 'authenticate', token: (await on.bearer(userId, 'user')).slice('Bearer '.length) });
    assert.deepEqual(await socket.next(), { type: 'authenticated', user_id: userId });
  }
  return socket;
}

test('a WebSocket carries what becomes of reservations and payments, on one connection', () =>
  withPlatform(async (on) => {
    await on.event('evt_1', 2);
    const alice = await on.user('alice');
    const { id } = await alice.hold('evt_1', ['A-1']);
    const intentId = await alice.intent(id, 1000, 'DELAY');
    const socket = await open(on, 'alice');
    socket.say({ type: 'subscribe', topic: 'reservation', id });
    socket.say({ type: 'subscribe', topic: 'payment', id: intentId });
    const begun = [await socket.nextOf('event'), await socket.nextOf('event')];
    assert.partialDeepStrictEqual(begun, [{ topic: 'reservation', id, event: 'status', data: { status: 'HOLD' } }, { topic: 'payment', id: intentId, data: { status: 'PENDING' } }]);
    await alice.post('gateway', '/api/v1/payments/process', { body: { payment_intent_id: intentId } });
    const reached = new Set<string>();
    while (!reached.has('reservation CONFIRMED') || !reached.has('payment COMPLETED')) {
      const frame = await socket.nextOf('event');
      reached.add(`${String(frame['topic'])} ${String((frame['data'] as { readonly status: string }).status)}`);
    }
    socket.close();
  }));

test('I10: on a WebSocket nobody follows what is somebody else\'s, or can tell that it is there', () =>
  withPlatform(async (on) => {
    await on.event('evt_1', 1);
    const alice = await on.user('alice');
    const { id } = await alice.hold('evt_1', ['A-1']);
    const intentId = await alice.intent(id, 1000, 'DELAY');
    const mallory = await open(on, 'mallory');
    const answers = [];
    for (const [topic, theirs, nobodys] of [['reservation', id, `rsv_${'0'.repeat(26)}`], ['payment', intentId, `pay_${'0'.repeat(26)}`]] as const) {
      for (const wanted of [theirs, nobodys, 'nonsense']) {
        mallory.say({ type: 'subscribe', topic, id: wanted });
        const { id: _, ...answer } = await mallory.next();
        answers.push(JSON.stringify(answer));
      }
    }
    assert.equal(new Set(answers.slice(0, 3)).size, 1, answers.join('\n'));
    assert.equal(new Set(answers.slice(3)).size, 1, answers.join('\n'));
    mallory.close();
    const nobody = await open(on);
    nobody.say({ type: 'subscribe', topic: 'reservation', id });
    assert.partialDeepStrictEqual(await nobody.next(), { type: 'error', code: 'UNAUTHENTICATED' });
    nobody.close();
  }));

test('S19: one kind of token is not taken for another on a WebSocket', () =>
  withPlatform(async (on) => {
    await on.event('evt_queue', 4, 10, { waiting_room: 'on', admission: { per_second: 1, max_active: 1, policy: 'arrival' } });
    const joined = await (await on.user('alice')).post('gateway', '/api/v1/queue/join', { body: { event_id: 'evt_queue' } });
    const waiting = String(joined.body['waiting_token']);
    const socket = await open(on);
    socket.say({ type: 'authenticate', token: waiting });
    assert.partialDeepStrictEqual(await socket.next(), { type: 'error', code: 'UNAUTHENTICATED' });
    socket.say({ type: 'subscribe', topic: 'queue', token: (await on.bearer('alice', 'user')).slice('Bearer '.length, 500) });
    assert.partialDeepStrictEqual(await socket.next(), { type: 'error', code: 'TOKEN_NOT_FOUND' });
    socket.say({ type: 'subscribe', topic: 'queue', token: waiting });
    assert.equal((await socket.next())['type'], 'subscribed');
    socket.close();
  }));
