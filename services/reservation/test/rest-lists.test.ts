import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ReservationId } from '@traffic-tacos/kernel';
import { confirmReservation } from '@traffic-tacos/reservation';
import { factsOf, PAY } from './reservation-world.ts';
import { behindServer, PAGE } from './rest-world.ts';

const SUFFIX = '0'.repeat(26);
const LISTS = [['/v1/reservations', 'rsv', 'ord'], ['/v1/orders', 'ord', 'rsv']] as const;

for (const [path, own, other] of LISTS) {
  test(`GET ${path}: limit is 1 to ${PAGE}, and the cursor is an id of its own kind`, () =>
    behindServer(async ({ ask }) => {
      for (const query of [`limit=1`, `limit=${PAGE}`, `cursor=${own}_${SUFFIX}`, 'status=hold']) {
        assert.equal((await ask('GET', `${path}?${query}`)).status, 200, query);
      }
      const wrong = [
        'limit=0', `limit=${PAGE + 1}`, 'limit=-1', 'limit=1.5', 'limit=x', 'limit=', `limit=1&limit=2`,
        `cursor=${other}_${SUFFIX}`, 'cursor=x', `cursor=${own}_8${SUFFIX.slice(1)}`, `cursor=${own}_${SUFFIX}0`, `cursor=${own}_${SUFFIX.slice(1)}I`,
      ];
      for (const query of wrong) {
        const answer = await ask('GET', `${path}?${query}`);
        assert.deepEqual([answer.status, answer.code, answer.details.map(({ field }) => field)], [400, 'INVALID_REQUEST', [query.split('=')[0]]], query);
      }
    }));
}

test('GET /v1/reservations: pages of the size asked for, by status, newest first', () =>
  behindServer(async (world) => {
    const ids: ReservationId[] = [];
    for (const seat of ['A-1', 'A-2', 'A-3']) {
      ids.unshift(await world.hold(seat));
      world.clock.advance(1);
    }
    const first = await world.ask('GET', '/v1/reservations?limit=2&status=HOLD');
    const rest = await world.ask('GET', `/v1/reservations?limit=2&cursor=${String(first.body['nextCursor'])}`);
    assert.deepEqual([first, rest].flatMap(({ body }) => (body['reservations'] as { reservationId: string }[]).map(({ reservationId }) => reservationId)), ids);
    assert.deepEqual([Object.keys(rest.body), rest.status], [['reservations'], 200]);
    assert.equal((await world.ask('GET', '/v1/reservations?status=SOLD')).status, 400);
  }));

test('GET /v1/orders: its own cursor leads on', () =>
  behindServer(async (world) => {
    for (const seat of ['A-1', 'A-2']) {
      const id = await world.hold(seat);
      world.pay(id);
      await confirmReservation(world.context, { ...factsOf(id), paymentIntentId: PAY });
      world.clock.advance(1);
    }
    const first = await world.ask('GET', '/v1/orders?limit=1');
    assert.match(String(first.body['nextCursor']), /^ord_/);
    const rest = await world.ask('GET', `/v1/orders?limit=1&cursor=${String(first.body['nextCursor'])}`);
    const seats = [first, rest].flatMap(({ body }) => (body['orders'] as { seatIds: string[] }[]).flatMap(({ seatIds }) => seatIds));
    assert.deepEqual([seats, rest.body['nextCursor']], [['A-2', 'A-1'], undefined]);
  }));
