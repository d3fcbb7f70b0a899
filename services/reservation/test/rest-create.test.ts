import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DEFAULT_LIMITS } from '@traffic-tacos/kernel';
import { routeFuzz } from '@traffic-tacos/kit/testing';
import { PAY, reservationWorld } from './reservation-world.ts';
import { behindServer, type RestWorld } from './rest-world.ts';

const EVENT = 'evt_memory';
const post = ({ ask }: RestWorld, body: object, key = 'k') => ask('POST', '/v1/reservations', { key, body });
const seats = (count: number): readonly string[] => Array.from({ length: count }, (_, i) => `A-${i + 1}`);

test('a create lists every violation: of each field, and of what fields say together', () =>
  behindServer(async (world) => {
    const { seatsPerHold } = DEFAULT_LIMITS;
    const wrong: readonly (readonly [object, readonly string[]])[] = [
      [{}, ['eventId', 'quantity']],
      [{ eventId: EVENT }, ['quantity']],
      [{ eventId: EVENT, seatIds: null, quantity: null }, ['quantity']],
      [{ eventId: EVENT, seatIds: ['A-1', 'A-1'], quantity: 5 }, ['seatIds[1]', 'quantity']],
      [{ eventId: EVENT, seatIds: ['A-1', 'A-1'], quantity: 2 }, ['seatIds[1]']],
      [{ seatIds: ['A-1', 7], quantity: 3, section: '' }, ['eventId', 'seatIds[1]', 'section', 'quantity']],
      [{ eventId: EVENT, seatIds: ['A-1'], qty: 2 }, ['quantity']],
      [{ event_id: EVENT, seat_ids: ['A-1', 'A-1'], qty: 5 }, ['seat_ids[1]', 'quantity']],
      [{ eventId: EVENT, seatIds: seats(seatsPerHold + 1), quantity: seatsPerHold }, ['seatIds', 'quantity']],
      [{ eventId: EVENT, seatIds: 'A-1' }, ['seatIds']],
      [{ eventId: EVENT, seatIds: [] }, ['seatIds']],
      [{ eventId: EVENT, seatIds: ['A-1'], quantity: '2' }, ['quantity']],
    ];
    for (const [body, fields] of wrong) {
      const answer = await post(world, body);
      assert.deepEqual([answer.code, answer.details.map(({ field }) => field)], ['INVALID_REQUEST', fields], JSON.stringify(body));
    }
    assert.equal((await post(world, { eventId: EVENT, seatIds: seats(2), quantity: 2 })).status, 201);
    assert.equal((await post(world, { eventId: EVENT, quantity: 1 }, 'other')).status, 201);
  }));

test('S6: a repetition by its key gets the same bytes and says that it is one, on every command', () =>
  behindServer(async (world) => {
    const { ask } = world;
    const paid = await world.hold('A-1');
    world.pay(paid);
    const given = await world.hold('A-2');
    const commands = [
      ['/v1/reservations', { eventId: EVENT, seatIds: ['A-3'] }],
      [`/v1/reservations/${given}/extend`, { extensionSeconds: 10 }],
      [`/v1/reservations/${given}/cancel`, {}],
      [`/v1/reservations/${paid}/confirm`, { paymentIntentId: PAY }],
    ] as const;
    for (const [path, body] of commands) {
      const first = await ask('POST', path, { key: 'k', body });
      world.clock.advance(1);
      const again = await ask('POST', path, { key: 'k', body });
      assert.deepEqual([again.status, again.text], [first.status, first.text], path);
      assert.deepEqual([first, again].map(({ headers }) => headers['idempotency-replayed']), [undefined, 'true'], path);
    }
  }));

test('arbitrary requests at every route get no 5xx, also from services', () => routeFuzz(reservationWorld().service.routes, { runs: 200 }));
