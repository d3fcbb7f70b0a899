import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Changes } from '@traffic-tacos/gateway';
import type { ReservationId } from '@traffic-tacos/kernel';
import { toldChanges } from '../src/told-changes.ts';
import { until } from '@traffic-tacos/platform/testing';
import { withSeparate } from './support/separate.ts';

const ID: ReservationId = `rsv_${'1'.repeat(26)}`;
const OTHER: ReservationId = `rsv_${'2'.repeat(26)}`;

test('whoever follows a reservation is told when somebody tells of it, and when it is looked for; nobody is told after that was ended', () => {
  const looks = new Set<() => void>();
  const lookedFor: Changes = {
    watch: (_id, changed) => {
      looks.add(changed);
      return () => void looks.delete(changed);
    },
  };
  const { changes, changed } = toldChanges(lookedFor);
  const told: string[] = [];
  const end = changes.watch(ID, () => void told.push('one'));
  changes.watch(ID, () => void told.push('two'));
  changes.watch(OTHER, () => void told.push('other'));
  changed(ID);
  assert.deepEqual(told, ['one', 'two']);
  for (const look of looks) look();
  assert.deepEqual(told, ['one', 'two', 'one', 'two', 'other']);
  end();
  changed(ID);
  assert.deepEqual([told.slice(5), looks.size], [['two'], 2]);
});

test('I6: what happened to a reservation while the gateway was gone is told when it is back, and its slot in the room returns once', () =>
  withSeparate(async (on) => {
    await on.event('evt_room', 3, 10, { waiting_room: 'on', admission: { per_second: 20, max_active: 1 } });
    const [alice, bob] = [await on.user('alice'), await on.user('bob')];
    const join = async (who: typeof alice): Promise<string> => String((await who.post('gateway', '/api/v1/queue/join', { body: { event_id: 'evt_room' } })).body['waiting_token']);
    const statusOf = (token: string) => alice.get('gateway', `/api/v1/queue/status?token=${token}`);
    const waiting = await join(alice);
    await until(() => statusOf(waiting), ({ body }) => body['ready_for_entry'] === true);
    const { body } = await alice.post('gateway', '/api/v1/queue/enter', { body: { waiting_token: waiting } });
    const held = await alice.post('reservation', '/v1/reservations', { key: 'k1', body: { event_id: 'evt_room', seat_ids: ['A-1'], reservation_token: body['reservation_token'] } });
    assert.equal(held.status, 201, held.text);
    const next = await join(bob);
    await on.services.gateway.stop(20_000);
    assert.equal((await alice.call('reservation', 'DELETE', `/v1/reservations/${String(held.body['reservation_id'])}`)).status, 200);
    const later = await on.restart();
    const [root, again] = [await later.user('root', 'admin'), await later.user('bob')];
    await until(() => again.get('gateway', `/api/v1/queue/status?token=${next}`), (answer) => answer.body['ready_for_entry'] === true);
    const room = await root.get('gateway', '/api/v1/admin/queues/evt_room');
    assert.deepEqual([room.body['holding'], room.body['admitted'], room.body['ready']], [0, 0, 1]);
  }));
