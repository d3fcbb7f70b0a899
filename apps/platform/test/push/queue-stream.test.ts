import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openEvents, type TestEventSource } from '@traffic-tacos/kit/testing';
import { withPlatform, type TestPlatform } from '@traffic-tacos/platform/testing';

const ONE_AT_A_TIME = { waiting_room: 'on', admission: { per_second: 100, max_active: 1, policy: 'arrival' } };

async function join(on: TestPlatform, userId: string): Promise<string> {
  const joined = await (await on.user(userId)).post('gateway', '/api/v1/queue/join', { body: { event_id: 'evt_queue' } });
  assert.equal(joined.status, 202, joined.text);
  return String(joined.body['waiting_token']);
}

const follow = (on: TestPlatform, token: string, seen?: string): Promise<TestEventSource> =>
  openEvents(`${on.addresses.gateway}/api/v1/queue/stream?token=${token}`, seen === undefined ? {} : { 'last-event-id': seen });

test('a place in the waiting room is followed: where it stands, that it is its turn, that it is over', () =>
  withPlatform(async (on) => {
    await on.event('evt_queue', 4, 10, ONE_AT_A_TIME);
    const first = await join(on, 'alice');
    const stream = await follow(on, first);
    assert.equal(stream.status, 200);
    assert.equal((await stream.nextNamed('ready'))?.data['status'], 'ready');
    const second = await join(on, 'bob');
    const behind = await follow(on, second);
    const position = await behind.next();
    assert.deepEqual([position?.event, position?.data['status'], typeof position?.data['position']], ['position', 'waiting', 'number']);
    const bob = await on.user('bob');
    await bob.call('gateway', 'DELETE', `/api/v1/queue/leave?token=${second}`);
    const over = await behind.nextNamed('closed');
    assert.deepEqual([over?.data['status'], over?.data['reason']], ['left', 'left']);
    assert.equal(await behind.next(), undefined);
    assert.equal((await follow(on, second, over?.id)).status, 204);
    stream.close();
  }));

test('S19: a stream is opened for a genuine waiting token alone', () =>
  withPlatform(async (on) => {
    await on.event('evt_queue', 4, 10, ONE_AT_A_TIME);
    const token = await join(on, 'alice');
    for (const forged of ['nonsense', `${token}0`, token.replace('wtk_', 'rtk_')]) {
      const refused = await follow(on, forged);
      assert.equal(refused.status, 404);
      assert.match(await refused.rest(), /TOKEN_NOT_FOUND/);
    }
    const genuine = await follow(on, token);
    assert.equal(genuine.status, 200);
    genuine.close();
  }));
