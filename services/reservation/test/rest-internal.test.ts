import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ReservationId } from '@traffic-tacos/kernel';
import { cancelReservation, confirmReservation, followFailure, followRefund } from '@traffic-tacos/reservation';
import { expireDue } from '../src/application/expire-due.ts';
import { factsOf, HOLD_MS, PAY, settled, type ReservationWorld } from './reservation-world.ts';
import { behindServer, type Answer, type RestWorld } from './rest-world.ts';

/** Ways into each state. `OVER` is a hold past its instant that nobody has recorded as such. */
const REACH: Readonly<Record<string, (world: ReservationWorld, id: ReservationId) => Promise<unknown>>> = {
  HOLD: () => Promise.resolve(),
  CONFIRMED: (world, id) => {
    world.pay(id);
    return confirmReservation(world.context, { ...factsOf(id), paymentIntentId: PAY });
  },
  CANCELLED: (world, id) => cancelReservation(world.context, factsOf(id)),
  OVER: (world) => Promise.resolve(world.clock.advance(HOLD_MS)),
  EXPIRED: (world) => {
    world.clock.advance(HOLD_MS);
    return expireDue(world.context);
  },
  FAILED: (world, id) => {
    world.pay(id, { isCaptured: false, isFailed: true });
    return followFailure(world.context, settled(id));
  },
  REFUNDED: async (world, id) => {
    world.pay(id);
    await confirmReservation(world.context, { ...factsOf(id), paymentIntentId: PAY });
    world.pay(id, { isCaptured: false, isRefunded: true });
    await followRefund(world.context, settled(id));
  },
};

/** What each state says to each that is asked for, where no captured payment is to be found. */
const VERDICTS = `
  from       CONFIRMED                      CANCELLED                      EXPIRED                        HOLD             FAILED           REFUNDED
  HOLD       PAYMENT_NOT_APPROVED           200                            SEAT_UNAVAILABLE               200              INVALID_REQUEST  INVALID_REQUEST
  CONFIRMED  200                            RESERVATION_ALREADY_CONFIRMED  RESERVATION_ALREADY_CONFIRMED  INVALID_REQUEST  INVALID_REQUEST  INVALID_REQUEST
  CANCELLED  RESERVATION_ALREADY_CANCELLED  200                            RESERVATION_ALREADY_CANCELLED  INVALID_REQUEST  INVALID_REQUEST  INVALID_REQUEST
  OVER       RESERVATION_EXPIRED            RESERVATION_EXPIRED            200                            INVALID_REQUEST  INVALID_REQUEST  INVALID_REQUEST
  EXPIRED    RESERVATION_EXPIRED            RESERVATION_EXPIRED            200                            INVALID_REQUEST  INVALID_REQUEST  INVALID_REQUEST
  FAILED     RESERVATION_EXPIRED            RESERVATION_EXPIRED            RESERVATION_EXPIRED            INVALID_REQUEST  200              INVALID_REQUEST
  REFUNDED   RESERVATION_ALREADY_CONFIRMED  RESERVATION_ALREADY_CONFIRMED  RESERVATION_ALREADY_CONFIRMED  INVALID_REQUEST  INVALID_REQUEST  200
`;

const STATUS_OF: Readonly<Record<string, number>> = { PAYMENT_NOT_APPROVED: 412, INVALID_REQUEST: 400 };
const [, ...ASKED] = linesOf(VERDICTS)[0] ?? [];

for (const [from = '', ...verdicts] of linesOf(VERDICTS).slice(1)) {
  test(`PATCH /internal/reservations/:id: from ${from} to each state`, () =>
    behindServer(async (world) => {
      for (const [i, status] of ASKED.entries()) {
        const id = await world.hold(`A-${i + 1}`);
        await REACH[from]?.(world, id);
        const answer = await patch(world, id, { status });
        const wanted = verdicts[i] ?? '';
        const expected = wanted === '200' ? [200, undefined, status] : [STATUS_OF[wanted] ?? 409, wanted, undefined];
        assert.deepEqual([answer.status, answer.code, answer.body['status']], expected, `${from} -> ${status}`);
        assert.equal((await patch(world, id, { status })).status, answer.status, 'and again the same');
      }
    }));
}

test('a state that cannot be asked for is refused with the way to it', () =>
  behindServer(async (world) => {
    const id = await world.hold('A-1');
    const { details } = await patch(world, id, { status: 'REFUNDED' });
    assert.deepEqual(details, [{ field: 'status', reason: 'REFUNDED cannot be asked for: it follows from a full refund of the payment' }]);
  }));

test('I5, S10: a wake-up before the instant is 409 with the time to come back, one at it releases the seats and is recorded once', () =>
  behindServer(async (world) => {
    const id = await world.hold('A-1');
    world.clock.advance(HOLD_MS - 1);
    const early = await patch(world, id, { status: 'EXPIRED' });
    assert.deepEqual([early.status, early.headers['retry-after'], early.details.map(({ field }) => field)], [409, '1', ['status']]);
    world.clock.advance(1);
    assert.equal((await patch(world, id, { status: 'expired' })).status, 200, 'a state may be asked for in any case');
    assert.equal((await world.context.store.read(id))?.status, 'EXPIRED');
    const written = world.sink.entries.length;
    assert.equal((await patch(world, id, { status: 'EXPIRED' })).status, 200);
    assert.equal(world.sink.entries.length, written);
  }));

test('a captured payment confirms a hold and an ended one, and is given back where the reservation was cancelled', () =>
  behindServer(async (world) => {
    for (const [i, from] of ['HOLD', 'OVER', 'EXPIRED', 'CANCELLED'].entries()) {
      const id = await world.hold(`A-${i + 1}`);
      await REACH[from]?.(world, id);
      world.pay(id);
      const answer = await patch(world, id, { status: 'CONFIRMED' });
      const expected = from === 'CANCELLED' ? [409, 'RESERVATION_ALREADY_CANCELLED', [PAY]] : [200, undefined, []];
      assert.deepEqual([answer.status, answer.code, world.refunded], expected, from);
    }
  }));

test('only a service may, its body is checked after that, and what is not there is 404', () =>
  behindServer(async (world) => {
    const id = await world.hold('A-1');
    for (const role of ['user', 'organizer', 'admin']) {
      assert.equal((await world.ask('PATCH', `/internal/reservations/${id}`, { role, body: { status: 7 } })).status, 403, role);
      assert.equal((await world.ask('GET', `/internal/reservations/${id}`, { role })).status, 403, role);
    }
    assert.equal((await world.ask('GET', `/internal/reservations/${id}`, { as: 'svc', role: 'service' })).body['reservationId'], id);
    for (const body of [{}, { status: 'SOLD' }, { status: 7 }]) assert.equal((await patch(world, id, body)).code, 'INVALID_REQUEST');
    for (const absent of [`rsv_${'0'.repeat(26)}`, `ord_${id.slice(4)}`, 'x']) {
      for (const status of ASKED) assert.equal((await patch(world, absent, { status })).code, 'RESERVATION_NOT_FOUND', `${absent} ${status}`);
    }
  }));

const patch = (world: RestWorld, id: string, body: object): Promise<Answer> => world.ask('PATCH', `/internal/reservations/${id}`, { as: 'svc', role: 'service', body });

function linesOf(table: string): readonly (readonly string[])[] {
  return table.trim().split('\n').map((line) => line.trim().split(/ +/));
}
