import assert from 'node:assert/strict';
import { test } from 'node:test';
import { until, withPlatform, type Client } from '@traffic-tacos/platform/testing';
import { scrape, valueOf } from './support/prometheus.ts';

const ROOM = 'evt_room';

/** Joins, and waits for the turn: answers the token of the admission. */
async function admitted(visitor: Client): Promise<string> {
  const joined = await visitor.post('gateway', '/api/v1/queue/join', { body: { event_id: ROOM } });
  assert.equal(joined.status, 202, joined.text);
  const entered = await until(
    () => visitor.post('gateway', '/api/v1/queue/enter', { body: { waiting_token: joined.body['waiting_token'] } }),
    ({ status }) => status === 200,
  );
  return String(entered.body['reservation_token']);
}

test('what is done in a waiting room is read back from the platform: who waits, whose turn has come, and how long that took', () =>
  withPlatform(async (on) => {
    await on.event(ROOM, 5, 10, { waiting_room: 'on' });
    await on.event('evt_paused', 5, 10, { waiting_room: 'on' });
    const admin = await on.user('root', 'admin');
    const visitor = await on.user('alice');
    assert.equal((await visitor.post('gateway', '/api/v1/queue/join', { body: { event_id: 'evt_paused' } })).status, 202);
    assert.equal((await admin.post('gateway', '/api/v1/admin/queues/evt_paused/pause', { body: {} })).status, 200);
    for (const name of ['bob', 'carol']) assert.ok((await admitted(await on.user(name))).length > 0);
    assert.equal((await (await on.user('dora')).post('gateway', '/api/v1/queue/join', { body: { event_id: 'evt_paused' } })).status, 202);
    const seen = await scrape(on);
    assert.ok(valueOf(seen, 'queue_admitted_total', { event: ROOM }) >= 2, 'a turn that is not claimed in time is given again');
    assert.equal(valueOf(seen, 'queue_waiting', { event: ROOM }), 0);
    assert.ok(valueOf(seen, 'queue_waiting', { event: 'evt_paused' }) >= 1, 'whoever joined after the pause waits');
    assert.ok(valueOf(seen, 'queue_wait_seconds_count') >= 2);
    assert.ok(valueOf(seen, 'queue_wait_seconds_sum') >= 0);
  }));
