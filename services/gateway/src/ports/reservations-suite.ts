import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { withPrefix, type PaymentIntentId, type ReservationId } from '@traffic-tacos/kernel';
import {
  OTHER_SUITE_EVENT, SUITE_EVENT, beginPayment, buy, callBy, codeOf, hold, keylessCallBy, wishFor, type OpenServices,
} from './services-under-test.ts';

const NOBODYS: ReservationId = `rsv_${'0'.repeat(26)}`;
const NO_PAYMENT: PaymentIntentId = `pay_${'0'.repeat(26)}`;

/** What every adapter to the reservation service must do. */
export function reservationsSuite(adapter: string, open: OpenServices): void {
  describe(`${adapter} as the reservations behind the gateway`, () => {
    creating(open);
    changing(open);
    ending(open);
    reading(open);
  });
}

function creating(open: OpenServices): void {
  it('holds named seats at their frozen price for 60 seconds', async () => {
    const under = await open();
    const held = await hold(under, 'alice', 'R-A-2', 'R-A-1');
    assert.deepEqual(held.seatIds, ['R-A-2', 'R-A-1']);
    assert.deepEqual([held.eventId, held.quantity, held.totalAmountMinor, held.currency], [SUITE_EVENT, 2, 300_000, 'KRW']);
    const facts = await under.services.reservations.read(held.reservationId, 'alice');
    assert.deepEqual([facts?.status, facts?.orderId, facts?.seatIds], ['HOLD', undefined, ['R-A-2', 'R-A-1']]);
    assert.equal(held.holdExpiresAtMs - (facts?.createdAtMs ?? 0), 60_000);
  });

  it('holds a number of places of a pool, without seats', async () => {
    const { services } = await open();
    const answer = await services.reservations.create({ ...wishFor('alice'), seatIds: undefined, quantity: 3, section: 'FLOOR' });
    assert.ok('kind' in answer);
    assert.deepEqual([answer.reservation.seatIds, answer.reservation.quantity, answer.reservation.totalAmountMinor], [[], 3, 297_000]);
  });

  it('refuses what cannot be had, each by its own code', async () => {
    const under = await open();
    const { reservations } = under.services;
    await hold(under, 'alice', 'R-A-1');
    assert.equal(codeOf(await reservations.create(wishFor('bob', 'R-A-1'))), 'SEAT_UNAVAILABLE');
    assert.equal(codeOf(await reservations.create(wishFor('bob', 'R-A-9'))), 'SEAT_NOT_FOUND');
    assert.equal(codeOf(await reservations.create({ ...wishFor('bob', 'R-A-1'), eventId: 'evt_none' })), 'EVENT_NOT_FOUND');
    assert.equal(codeOf(await reservations.create(wishFor('alice', 'R-A-2', 'R-A-3', 'R-A-4', 'R-A-5'))), 'PURCHASE_LIMIT_EXCEEDED');
    const floor = { seatIds: undefined, quantity: 4, section: 'FLOOR' };
    assert.equal(codeOf(await reservations.create({ ...wishFor('bob'), ...floor })), undefined);
    assert.equal(codeOf(await reservations.create({ ...wishFor('carol'), ...floor })), 'INVENTORY_CONFLICT');
    assert.equal(codeOf(await reservations.create({ ...wishFor('carol'), ...floor, section: 'NONE' })), 'SEAT_NOT_FOUND');
  });

  it('I7: one key has one effect: the same again, a conflict for other content, nothing between users or events', async () => {
    const { services } = await open();
    const wish = wishFor('alice', 'R-A-1');
    const first = await services.reservations.create(wish);
    const again = await services.reservations.create(wish);
    assert.ok('kind' in first && 'kind' in again);
    assert.deepEqual([first.replayed, again.replayed], [false, true]);
    assert.deepEqual(again.reservation, first.reservation);
    assert.equal(codeOf(await services.reservations.create({ ...wish, seatIds: ['R-A-2'] })), 'IDEMPOTENCY_CONFLICT');
    assert.equal(codeOf(await services.reservations.create({ ...wish, userId: 'bob' })), 'SEAT_UNAVAILABLE');
    assert.equal(codeOf(await services.reservations.create({ ...wish, eventId: OTHER_SUITE_EVENT })), undefined);
  });

  it('I7: a repetition answers the facts of the creation, whatever has become of the reservation since', async () => {
    const under = await open();
    const wish = wishFor('alice', 'R-A-1');
    const first = await under.services.reservations.create(wish);
    assert.ok('kind' in first);
    const { reservationId } = first.reservation;
    await under.services.reservations.extend({ ...callBy('alice'), reservationId, extensionSeconds: 30 });
    await under.services.reservations.cancel({ ...callBy('alice'), reservationId });
    assert.deepEqual(await under.services.reservations.create(wish), { ...first, replayed: true });
  });
}

function changing(open: OpenServices): void {
  it('confirms a paid reservation, once, with the order that carries its suffix', async () => {
    const under = await open();
    const { held, paymentIntentId, orderId } = await buy(under, 'alice', 'R-A-1');
    assert.equal(orderId, withPrefix('ord', held.reservationId));
    const again = await under.services.reservations.confirm({ ...keylessCallBy('alice'), reservationId: held.reservationId, paymentIntentId });
    assert.ok('kind' in again && again.orderId === orderId);
    const facts = await under.services.reservations.read(held.reservationId, 'alice');
    assert.deepEqual([facts?.status, facts?.orderId], ['CONFIRMED', orderId]);
    assert.equal(codeOf(await under.services.reservations.create(wishFor('bob', 'R-A-1'))), 'SEAT_UNAVAILABLE', 'sold');
  });

  it('does not confirm before approval, nor by a payment of another reservation', async () => {
    const under = await open();
    const [held, other] = [await hold(under, 'alice', 'R-A-1'), await hold(under, 'alice', 'R-A-2')];
    const [payment, othersPayment] = [await beginPayment(under, 'alice', held), await beginPayment(under, 'alice', other)];
    const confirm = async (paymentIntentId: PaymentIntentId): Promise<unknown> =>
      codeOf(await under.services.reservations.confirm({ ...callBy('alice'), reservationId: held.reservationId, paymentIntentId }));
    assert.equal(await confirm(payment.paymentIntentId), 'PAYMENT_NOT_APPROVED');
    await under.advance(1_000);
    assert.equal(await confirm(othersPayment.paymentIntentId), 'PAYMENT_NOT_APPROVED');
    assert.equal(await confirm(NO_PAYMENT), 'PAYMENT_NOT_APPROVED');
    assert.equal(await confirm(payment.paymentIntentId), undefined);
  });

  it('cancels once and for all, gives the seats back, and answers the same again', async () => {
    const under = await open();
    const { reservations } = under.services;
    const { reservationId } = await hold(under, 'alice', 'R-A-1');
    for (const call of [callBy('alice'), keylessCallBy('alice')]) {
      const answer = await reservations.cancel({ ...call, reservationId });
      assert.ok('kind' in answer && answer.reservationId === reservationId);
    }
    assert.equal((await reservations.read(reservationId, 'alice'))?.status, 'CANCELLED');
    const paymentIntentId = NO_PAYMENT;
    assert.equal(codeOf(await reservations.confirm({ ...callBy('alice'), reservationId, paymentIntentId })), 'RESERVATION_ALREADY_CANCELLED');
    await hold(under, 'bob', 'R-A-1');
  });

  it('extends once, by no more than 60 seconds, from the old end', async () => {
    const under = await open();
    const { reservationId, holdExpiresAtMs } = await hold(under, 'alice', 'R-A-1');
    const extend = (extensionSeconds: number) => under.services.reservations.extend({ ...keylessCallBy('alice'), reservationId, extensionSeconds });
    assert.equal(codeOf(await extend(61)), 'EXTENSION_NOT_ALLOWED');
    for (const answer of [await extend(60), await extend(60)]) assert.ok('kind' in answer && answer.holdExpiresAtMs === holdExpiresAtMs + 60_000);
    assert.equal(codeOf(await extend(30)), 'EXTENSION_NOT_ALLOWED');
  });
}

function ending(open: OpenServices): void {
  it('I5: a hold lasts until its instant and is over exactly then', async () => {
    const under = await open();
    const { reservations } = under.services;
    const { reservationId } = await hold(under, 'alice', 'R-A-1');
    await under.advance(59_999);
    assert.equal((await reservations.read(reservationId, 'alice'))?.status, 'HOLD');
    assert.equal(codeOf(await reservations.create(wishFor('bob', 'R-A-1'))), 'SEAT_UNAVAILABLE');
    await under.advance(1);
    assert.equal((await reservations.read(reservationId, 'alice'))?.status, 'EXPIRED');
    await hold(under, 'bob', 'R-A-1');
  });

  it('S9: cancelling or extending what is over is refused and leaves the next owner alone', async () => {
    const under = await open();
    const { reservations } = under.services;
    const { reservationId } = await hold(under, 'alice', 'R-A-1');
    await under.advance(60_000);
    const bobs = await hold(under, 'bob', 'R-A-1');
    assert.equal(codeOf(await reservations.cancel({ ...callBy('alice'), reservationId })), 'RESERVATION_EXPIRED');
    assert.equal(codeOf(await reservations.extend({ ...callBy('alice'), reservationId, extensionSeconds: 10 })), 'RESERVATION_EXPIRED');
    assert.equal((await reservations.read(bobs.reservationId, 'bob'))?.status, 'HOLD');
  });
}

function reading(open: OpenServices): void {
  it('I10: what is somebody else’s is answered exactly like what never was', async () => {
    const under = await open();
    const { reservations } = under.services;
    const { reservationId } = await hold(under, 'alice', 'R-A-1');
    assert.equal(await reservations.read(reservationId, 'mallory'), undefined);
    assert.equal(await reservations.read(NOBODYS, 'mallory'), undefined);
    const attempts = [
      (id: ReservationId) => reservations.confirm({ ...callBy('mallory'), reservationId: id, paymentIntentId: NO_PAYMENT }),
      (id: ReservationId) => reservations.cancel({ ...callBy('mallory'), reservationId: id }),
      (id: ReservationId) => reservations.extend({ ...callBy('mallory'), reservationId: id, extensionSeconds: 10 }),
    ];
    for (const attempt of attempts) {
      const refusal = await attempt(reservationId);
      assert.equal(codeOf(refusal), 'RESERVATION_NOT_FOUND');
      assert.deepEqual(refusal, await attempt(NOBODYS));
    }
    assert.equal((await reservations.read(reservationId, 'alice'))?.status, 'HOLD');
  });

  it('lists own reservations only, newest first, by status and event, page by page', async () => {
    const under = await open();
    const { reservations } = under.services;
    const ids: string[] = [];
    for (const seat of ['R-A-1', 'R-A-2', 'R-A-3']) {
      ids.unshift((await hold(under, 'alice', seat)).reservationId);
      await under.advance(1);
    }
    await hold(under, 'bob', 'R-A-4');
    const all = { userId: 'alice', status: undefined, eventId: undefined, after: undefined, limit: 2 };
    const first = await reservations.list(all);
    const second = await reservations.list({ ...all, after: first.next });
    assert.deepEqual([...first.items, ...second.items].map(({ reservationId }) => reservationId), ids);
    assert.deepEqual([first.items.length, second.next], [2, undefined]);

    await reservations.cancel({ ...callBy('alice'), reservationId: ids[1] as ReservationId });
    const held = await reservations.list({ ...all, status: 'HOLD' });
    assert.deepEqual(held.items.map(({ reservationId }) => reservationId), [ids[0], ids[2]]);
    assert.deepEqual((await reservations.list({ ...all, eventId: OTHER_SUITE_EVENT })).items, []);
    assert.deepEqual((await reservations.list({ ...all, eventId: SUITE_EVENT, status: 'CANCELLED' })).items.length, 1);
  });
}
