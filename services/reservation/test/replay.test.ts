import assert from 'node:assert/strict';
import { test } from 'node:test';
import { amountMinor, durationMs, type ReservationId } from '@traffic-tacos/kernel';
import { cancelReservation, confirmReservation, extendReservation, followRefund, type IntentFacts } from '@traffic-tacos/reservation';
import { expireDue } from '../src/application/expire-due.ts';
import { factsOf, HOLD_MS, OTHER_PAY, PAY, reservationWorld, settled, type ReservationWorld } from './reservation-world.ts';

const KEY_TTL_MS = 300_000;

const confirm = ({ context }: ReservationWorld, id: ReservationId, key?: string, paymentIntentId = PAY, userId?: string) =>
  confirmReservation(context, { ...factsOf(id, key, userId), paymentIntentId });
const extend = ({ context }: ReservationWorld, id: ReservationId, byMs: number, key?: string) =>
  extendReservation(context, { ...factsOf(id, key), byMs: durationMs(byMs) });
const outcomeOf = (answer: { readonly kind: string; readonly replayed?: boolean }) => [answer.kind, answer.replayed];

test('I7: a confirm is repeated by its key, whatever has become of the order since', async () => {
  const world = reservationWorld();
  const id = await world.hold('A-1');
  world.pay(id);
  assert.deepEqual(outcomeOf(await confirm(world, id, 'k')), ['confirmed', false]);
  assert.deepEqual(outcomeOf(await confirm(world, id, 'k')), ['confirmed', true]);
  assert.equal((await confirm(world, id, 'k', OTHER_PAY)).kind, 'idempotency_conflict');
  world.pay(id, { isCaptured: false, isRefunded: true });
  await followRefund(world.context, settled(id));
  assert.deepEqual(outcomeOf(await confirm(world, id, 'k')), ['confirmed', true]);
  assert.equal((await confirm(world, id)).kind, 'already_confirmed', 'without the key, what is true');
  assert.equal((await confirm(world, id, 'k', PAY, 'bob')).kind, 'reservation_not_found', 'the key of another user is another key');
  world.clock.advance(KEY_TTL_MS);
  assert.equal((await confirm(world, id, 'k')).kind, 'already_confirmed', 'a key that ran out says nothing any more');
});

test('I7: a cancel is repeated by its key, also when the first one found it cancelled', async () => {
  const world = reservationWorld();
  const id = await world.hold('A-1');
  assert.deepEqual(outcomeOf(await cancelReservation(world.context, factsOf(id, 'k'))), ['cancelled', false]);
  assert.deepEqual(outcomeOf(await cancelReservation(world.context, factsOf(id, 'k'))), ['cancelled', true]);
  assert.deepEqual(outcomeOf(await cancelReservation(world.context, factsOf(id, 'other'))), ['cancelled', false]);
  assert.deepEqual(outcomeOf(await cancelReservation(world.context, factsOf(id, 'other'))), ['cancelled', true]);
  world.clock.advance(KEY_TTL_MS);
  assert.deepEqual(outcomeOf(await cancelReservation(world.context, factsOf(id, 'k'))), ['cancelled', false]);
});

test('I7: an extension is repeated by its key, also when the hold has ended since', async () => {
  const world = reservationWorld();
  const id = await world.hold('A-1');
  assert.deepEqual(outcomeOf(await extend(world, id, 10_000, 'k')), ['extended', false]);
  const again = await extend(world, id, 10_000, 'k');
  assert.deepEqual(outcomeOf(again), ['extended', true]);
  assert.equal((await extend(world, id, 20_000, 'k')).kind, 'idempotency_conflict');
  world.clock.advance(HOLD_MS + 10_000);
  assert.deepEqual(outcomeOf(await extend(world, id, 10_000, 'k')), ['extended', true]);
  assert.equal((await extend(world, id, 10_000)).kind, 'reservation_expired');
});

test('I7: a repetition writes nothing', async () => {
  const world = reservationWorld();
  const [paid, given] = [await world.hold('A-1'), await world.hold('A-2')];
  world.pay(paid);
  const all = async (): Promise<void> => {
    await extend(world, given, 10_000, 'k');
    await cancelReservation(world.context, factsOf(given, 'k'));
    await confirm(world, paid, 'k');
  };
  await all();
  const written = world.sink.entries.length;
  await all();
  assert.equal(world.sink.entries.length, written);
});

const DIFFERING: Readonly<Record<string, Partial<IntentFacts>>> = {
  'one unit less': { amountMinor: amountMinor(999) },
  'one unit more': { amountMinor: amountMinor(1001) },
  'another currency': { currency: 'USD' },
};

for (const [difference, facts] of Object.entries(DIFFERING)) {
  for (const isRecorded of [false, true]) {
    test(`I3: ${difference}, captured after the hold has ended (${isRecorded ? '' : 'not yet '}recorded), buys nothing and goes back`, async () => {
      const world = reservationWorld();
      const id = await world.hold('A-1');
      world.clock.advance(HOLD_MS);
      if (isRecorded) await expireDue(world.context);
      world.pay(id, facts);
      assert.equal((await confirm(world, id)).kind, 'payment_differs');
      assert.deepEqual(world.refunded, [PAY]);
      assert.notEqual((await world.context.store.read(id))?.status, 'CONFIRMED');
      assert.deepEqual((await world.context.store.listOrders({ userId: 'alice', status: undefined, eventId: undefined, after: undefined, limit: 10 })).items, []);
    });
  }
}
