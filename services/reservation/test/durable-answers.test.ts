import assert from 'node:assert/strict';
import { test } from 'node:test';
import { durationMs } from '@traffic-tacos/kernel';
import {
  cancelReservation, confirmReservation, extendReservation, followFailure, followRefund, listOrders, listReservations, readOrder, readReservation,
} from '@traffic-tacos/reservation';
import { expireDue, expireOne } from '../src/application/expire-due.ts';
import { orderIdOf } from '../src/domain/order.ts';
import { factsOf, HOLD_MS, OTHER_PAY, PAY, reservationWorld, settled, TRACE, type ReservationWorld } from './reservation-world.ts';

const LIST = { userId: 'alice', status: undefined, eventId: undefined, after: undefined, limit: 10 };

/** Everything that answers, each on a world in which alice holds A-1 and has paid. */
const ANSWERS: Readonly<Record<string, (world: ReservationWorld, id: `rsv_${string}`) => Promise<unknown>>> = {
  'a hold': (world) => world.hold('A-2'),
  'a refused hold': (world) => assert.rejects(world.hold('A-1', 'bob')),
  'a read': (world, id) => readReservation(world.context, id, 'alice'),
  'a list': (world) => listReservations(world.context, LIST),
  'an order': (world, id) => readOrder(world.context, orderIdOf(id), 'alice'),
  'a list of orders': (world) => listOrders(world.context, LIST),
  'a confirm': (world, id) => confirmReservation(world.context, { ...factsOf(id), paymentIntentId: PAY }),
  'a refused confirm': (world, id) => confirmReservation(world.context, { ...factsOf(id), paymentIntentId: OTHER_PAY }),
  'a cancel': (world, id) => cancelReservation(world.context, factsOf(id)),
  'an extension': (world, id) => extendReservation(world.context, { ...factsOf(id), byMs: durationMs(1_000) }),
  'an expiry that is not due': (world, id) => expireOne(world.context, id, TRACE),
  'a failed payment': (world, id) => followFailure(world.context, settled(id)),
  'a refund': (world, id) => followRefund(world.context, settled(id)),
};

for (const [name, ask] of Object.entries(ANSWERS)) {
  test(`I4: ${name} is answered only when what it rests on is on disk`, async () => {
    const world = reservationWorld();
    const id = await world.hold('A-1');
    world.pay(id);
    world.sink.holdBack();
    let isAnswered = false;
    const answer = ask(world, id).then(() => (isAnswered = true));
    await turn();
    assert.equal(isAnswered, false, 'answered from memory that the disk does not have');
    world.sink.flush();
    await answer;
  });
}

test('the lag of a release is counted until it is on disk, not until it was decided', async () => {
  const world = reservationWorld();
  await world.hold('A-1');
  world.clock.advance(HOLD_MS + 5);
  world.sink.holdBack();
  const ended = expireDue(world.context);
  await turn();
  world.clock.advance(40);
  world.sink.flush();
  assert.deepEqual((await ended).lagsMs, [45]);
});

test('I4: an expiry reports its releases only when they are on disk', async () => {
  const world = reservationWorld();
  await world.hold('A-1');
  world.clock.advance(HOLD_MS);
  world.sink.holdBack();
  let reported = 0;
  const report = expireDue(world.context).then(({ expired }) => (reported = expired));
  await turn();
  assert.equal(reported, 0);
  world.sink.flush();
  assert.equal(await report, 1);
});

/** Lets everything run that has nothing to wait for. */
const turn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));
